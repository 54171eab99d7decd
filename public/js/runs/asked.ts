/** Which runs are asked for, as it stands in the address: the same names as in the API. */

import { nameOfKind } from "../kinds.ts";
import { stateOfStatus } from "../labels.ts";
import { writtenDay } from "../values/day.ts";
import { t } from "../words.ts";
import type { FailureClass, Status } from "../api/types.d.ts";

const NAMES = [
  "kind",
  "status",
  "state",
  "failureClass",
  "from",
  "to",
  "externalId",
  "subject",
  "parent",
  "unresolved",
  "withFailures",
] as const;

export const STATUSES: Status[] = [
  "processing",
  "needs_review",
  "complete",
  "rejected",
  "failed",
  "cancelled",
];

type Name = (typeof NAMES)[number];

/** `from` and `to` are days, both within; `attribute` may be given several times. */
export type Asked = { [K in Name]: string } & { attribute: string[] };

const LABELS: Record<Name | "attribute", string> = {
  kind: t`Kind`,
  status: t`State`,
  state: t`State of its contract`,
  failureClass: t`Failed as`,
  from: t`From`,
  to: t`To`,
  externalId: t`External id`,
  subject: t`About`,
  parent: t`Begun by`,
  unresolved: t`Needs somebody`,
  withFailures: t`Items failed`,
  attribute: t`Found by`,
};

/** A day that is none is left out, as a wrong address must not end the page. */
export function askedBy(query: URLSearchParams): Asked {
  const values = NAMES.map((name) => [name, query.get(name) ?? ""]).map(([name, value]) =>
    isDay(name) && Number.isNaN(Date.parse(`${value}T00:00:00`)) ? [name, ""] : [name, value],
  );
  return { ...(Object.fromEntries(values) as Asked), attribute: query.getAll("attribute") };
}

function isDay(name: string | undefined): boolean {
  return name === "from" || name === "to";
}

export function addressOf(asked: Asked): string {
  const query = new URLSearchParams();
  for (const name of NAMES) if (asked[name]) query.set(name, asked[name]);
  for (const each of asked.attribute) query.append("attribute", each);
  return query.size > 0 ? `/runs?${query}` : "/runs";
}

/** @returns what the API is asked: moments in place of days, in the zone of the person who looks */
export function sentFor(asked: Asked) {
  return {
    kind: asked.kind || null,
    status: (asked.status || null) as Status | null,
    state: asked.state || null,
    failureClass: (asked.failureClass || null) as FailureClass | null,
    from: asked.from ? beginOf(asked.from) : null,
    to: asked.to ? beginOf(asked.to, 1) : null,
    externalId: asked.externalId || null,
    subject: asked.subject || null,
    parent: asked.parent || null,
    unresolved: asked.unresolved ? true : null,
    withFailures: asked.withFailures ? true : null,
    attribute: asked.attribute,
  };
}

/**
 * @param day such as 2026-10-31
 * @param later how many days later
 */
function beginOf(day: string, later = 0): string {
  const begin = new Date(`${day}T00:00:00`);
  begin.setDate(begin.getDate() + later);
  return begin.toISOString();
}

/** @returns a chip for each filter, with what is asked without it */
export function chipsOf(asked: Asked): { label: string; without: Asked }[] {
  const ones = NAMES.filter((name) => asked[name]).map((name) => ({
    label: labelOf(name, asked[name]),
    without: { ...asked, [name]: "" },
  }));
  const attributes = asked.attribute.map((value) => ({
    label: `${LABELS.attribute}: ${value}`,
    without: { ...asked, attribute: asked.attribute.filter((other) => other !== value) },
  }));
  return [...ones, ...attributes];
}

function labelOf(name: Name, value: string): string {
  if (name === "unresolved" || name === "withFailures") return LABELS[name];
  return `${LABELS[name]}: ${shownAs(name, value)}`;
}

function shownAs(name: Name, value: string): string {
  if (name === "kind") return nameOfKind(value);
  if (name === "status") return stateOfStatus(value as Status).text;
  if (isDay(name)) return writtenDay(value);
  return value;
}

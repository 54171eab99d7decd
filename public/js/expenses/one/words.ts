/** Values of an expense in words: in its history, and where two versions stand side by side. */

import { date, money, UNKNOWN } from "../../format.ts";
import { KINDS_OF_ACTS, STATES } from "../../labels.ts";
import { readTyped, SPECS, typedFrom } from "./fields.ts";
import { t } from "../../words.ts";
import type { ExpenseChange } from "../../api/types.d.ts";

type Person = { id: string };
type Change = { kind: string; person: Person | null };
import type { Name } from "./fields.ts";

const ACTS: Record<string, string> = {
  ...KINDS_OF_ACTS,
  edited: t`Changed`,
  paid_by: t`Payer set`,
  tags: t`Tags set`,
  sent_back: t`Sent back to review`,
  confirmed: t`Confirmed`,
  voided: t`Voided`,
  restored: t`Restored`,
  undone: t`Taken back`,
  approved: STATES.approved,
  rejected: t`Sent back to review`,
  unapproved: t`The approval taken back`,
  unrejected: t`Sending back was taken back`,
  merged: t`Voided as a duplicate`,
  parted: t`Told apart again`,
  reviewed: t`Corrected in the review`,
  reviewed_as_read: t`Confirmed in the review as it was read`,
};

/**
 * @param change of an expense that is of `person`, null for nobody's
 * @returns the kind itself where the page is older than it
 */
export function actOf({ kind, person: by }: Change, person: Person | null) {
  // A person who voids another's expense rejects it.
  if (kind === "voided" && person && by && by.id !== person.id) return t`Rejected`;
  return ACTS[kind] ?? kind;
}

/**
 * Whether a change can be taken back: the newest one can, but no approval comes back by it.
 *
 * @param version of the expense
 */
export function canBeUndone({ version: its, values }: ExpenseChange, version: number) {
  return (
    its === version &&
    values.length > 0 &&
    !values.some(({ field, old }) => field === "status" && old === "approved")
  );
}

/** What no field of the form says by itself. */
const LABELS: Record<string, string> = {
  status: t`Status`,
  client: t`Client`,
  project: t`Project`,
};

/** Of a client and a project the history has ids too, which people do not read. */
export function isRead({ field }: { field: string }) {
  return field !== "clientId" && field !== "projectId";
}

/** @param field by the API's name */
export function labelOf(field: string) {
  return LABELS[field] ?? SPECS[field as Name]?.label ?? field;
}

/** @param value as the API has it, or as it is typed */
export function inWords(field: string, value: unknown): string {
  if (value === true || value === "yes") return t`Yes`;
  if (value === false || (field === "billable" && !value)) return t`No`;
  if (Array.isArray(value)) return value.map(lineInWords).join("; ") || UNKNOWN;
  if (value === null || value === undefined || value === "") return UNKNOWN;
  const text = String(value);
  if (field === "status") return (STATES as Record<string, string>)[text] ?? text;
  const spec = SPECS[field as Name];
  if (spec?.kind === "day") return date(text) === UNKNOWN ? text : date(text);
  return spec?.options?.find((option) => option.value === text)?.label ?? text;
}

/**
 * @param value as the API has it
 * @returns with amounts as the reader's locale writes them
 */
export function recordedInWords(field: string, value: unknown): string {
  const kind = SPECS[field as Name]?.kind;
  const isMoney = kind === "amount" || (kind === "lines" && Array.isArray(value));
  return inWords(field, isMoney ? typedFrom(field as Name, value) : value);
}

/**
 * @param typed as it stands in the form
 * @returns to read; empty where there is nothing
 */
export function textOf(name: Name, typed: unknown, currency: string): string {
  if (!typed) return "";
  const { kind } = SPECS[name];
  if (kind !== "amount" && kind !== "day") return inWords(name, typed);
  const { value } = readTyped(name, String(typed), currency);
  if (typeof value !== "string") return String(typed);
  return kind === "day" ? date(value) : money(value, currency);
}

/** @param line a tag, or an object of texts */
function lineInWords(line: unknown) {
  if (typeof line !== "object" || line === null) return String(line);
  return Object.values(line).filter(Boolean).join(" ");
}

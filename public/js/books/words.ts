/**
 * What books, their items and their syncs are called, and what a person does next about each.
 * Pure.
 */

import { counted, date } from "../format.ts";
import { t } from "../words.ts";
import type { BooksConnection, BooksSync, ConnectionStatus, Lacking } from "../api/types.d.ts";

export const PROVIDERS: Record<BooksConnection["provider"], string> = {
  xero: t`Xero`,
  quickbooks: t`QuickBooks Online`,
  hubspot: t`HubSpot`,
  signed: t`Signed requests`,
};

/** What holds of a provider whose real service nobody has asked yet. */
export const PREVIEW = t`Preview: nobody has asked the real service yet. Try it with a demo company first.`;

/** @returns `look` is a pill's data-status */
export function standingOf({ status, syncing, provider }: BooksConnection): {
  label: string;
  look: string;
} {
  if (status === "asked")
    return { label: t`Waits for your yes at ${PROVIDERS[provider]}`, look: "needs_review" };
  if (status === "disconnected")
    return { label: t`The grant was revoked: connect again`, look: "failed" };
  if (status === "ended") return { label: t`Ended`, look: "" };
  return syncing
    ? { label: t`Syncing`, look: "processing" }
    : { label: t`Connected`, look: "complete" };
}

/** What a person does next */
type Act = "map" | "decide" | "correct" | "connect" | "retry" | "sync";

const OF_ITSELF = new Set([
  "changed",
  "again",
  "later",
  "going-on",
  "file",
  "uncertain",
  "invoice",
  "contact",
]);

export function nextFor({ state, code }: { state: string; code: string | null }): Act {
  if (state === "conflict" || code === "changed-there") return "decide";
  if (code === "unmapped") return "map";
  if (code === "invoice-tax") return "correct";
  if (code === "disconnected") return "connect";
  return state === "set_aside" && !OF_ITSELF.has(code ?? "") ? "retry" : "sync";
}

/** What the reasons are called. */
const REASONS: Record<string, string> = {
  new: t`New`,
  changed: t`Changed since`,
  again: t`Written next`,
  later: t`Not looked at yet`,
  "going-on": t`In the sync that goes on`,
  unmapped: t`Unmapped`,
  "invoice-tax": t`There without VAT`,
  "closed-here": t`Period closed here`,
  "closed-there": t`Period closed there`,
  refused: t`Refused by the books`,
  "changed-there": t`Changed by hand there`,
  uncertain: t`Answer lost`,
  disconnected: t`No way in`,
  "tax-unclear": t`Tax unclear`,
  "tax-open": t`Taxation open`,
  "person-unknown": t`Person unknown`,
  "no-document": t`No document can be made`,
  file: t`File not sent yet`,
  invoice: t`Waits for its invoice`,
  contact: t`Waits for a contact`,
  "not-approved": t`Not approved yet`,
  "in-review": t`In review`,
};

export const STATES: Record<string, string> = {
  new: t`Waiting`,
  waiting: t`Waiting`,
  written: t`In the books`,
  credited: t`Taken back`,
  left_out: t`Left out`,
  set_aside: t`Set aside`,
  conflict: t`Conflict`,
};

export function reasonOf({ state, code }: { state: string; code: string | null }): string {
  return REASONS[code ?? state] ?? STATES[state] ?? state;
}

/** Of items */
export interface Counts {
  /** as they should be, or nearly: they are there */
  written: number;
  /** for the next sync */
  waiting: number;
  /** with a reason */
  setAside: number;
  conflict: number;
  unmapped: number;
  leftOut: number;
}

export function countsOf({ written, leftOut, lacking }: ConnectionStatus): Counts {
  const counts = { written, waiting: 0, setAside: 0, conflict: 0, unmapped: 0, leftOut };
  for (const each of lacking) {
    const act = nextFor(each);
    if (act === "map") counts.unmapped += each.items;
    else if (act === "decide") counts.conflict += each.items;
    else if (each.state === "set_aside") counts.setAside += each.items;
    else counts.waiting += each.items;
  }
  return counts;
}

/**
 * One connection's answer. An item that is in several books counts in each, so they are never
 * added up.
 */
export function answerOf({ lacking, notDue, written, connection }: ConnectionStatus): {
  says: string;
  there: string;
} {
  const missing = sum(lacking);
  const onlyWait = lacking.every((each) => nextFor(each) === "sync");
  const later = notDue
    .map(
      (each) =>
        `${counted(each.items, "expense is", "expenses are")} ${LATER[each.code ?? ""] ?? t`not due yet`}`,
    )
    .join(", ");
  const late =
    missing === 1
      ? t`1 item is not in the books as it should be`
      : t`${missing} items are not in the books as they should be`;
  const lacks = onlyWait
    ? t`${counted(missing, "item is", "items are")} not in the books yet`
    : late;
  const whole = later ? t`Everything that is due is in the books` : t`Everything is in the books`;
  const shut =
    connection.status === "disconnected"
      ? t`${LET_IN[connection.provider]} let us in no more: connect again. `
      : "";
  const there = written > 0 ? t`${counted(written, "item is", "items are")} there.` : "";
  return {
    says: `${shut}${[missing > 0 ? lacks : whole, later].filter(Boolean).join("; ")}.`,
    there,
  };
}

/** Over all connections. */
export function verdictOf(all: ConnectionStatus[]): string {
  const short = all.filter(({ lacking }) => lacking.length > 0).length;
  if (short > 0) {
    if (all.length === 1) return t`Something is missing in the books.`;
    return t`Something is missing in ${short} of ${all.length} books.`;
  }
  return all.some(({ notDue }) => notDue.length > 0)
    ? t`Everything that is due is in the books.`
    : t`Everything is in the books.`;
}

function sum(lacking: Lacking[]) {
  return lacking.reduce((all, { items }) => all + items, 0);
}

const LATER: Record<string, string> = {
  "in-review": t`in review`,
  "not-approved": t`not approved yet`,
};

const LET_IN: Record<BooksConnection["provider"], string> = {
  xero: t`Xero`,
  quickbooks: t`QuickBooks`,
  hubspot: t`HubSpot`,
  signed: t`The books`,
};

/** Those that a person must do something about come first, then the most. */
export function inOrder(lacking: Lacking[]): Lacking[] {
  const order = ["connect", "map", "decide", "correct", "retry", "sync"];
  const rank = (each: Lacking) => order.indexOf(nextFor(each));
  return [...lacking].sort((one, other) => rank(one) - rank(other) || other.items - one.items);
}

export const BEGUN_BY: Record<BooksSync["begunBy"], string> = {
  hand: t`by hand`,
  schedule: t`by schedule`,
  change: t`by a change`,
};

export const SYNC_STATES: Record<BooksSync["state"], { label: string; look: string }> = {
  running: { label: t`Running`, look: "processing" },
  stopped_short: { label: t`Stopped`, look: "failed" },
  completed: { label: t`Completed`, look: "complete" },
  disconnected: { label: t`Let in no more`, look: "failed" },
  stopped: { label: t`Stopped by a person`, look: "needs_review" },
};

const OUTCOMES: Record<string, string> = {
  written: t`written`,
  credited: t`taken back`,
  unchanged: t`unchanged`,
  left_out: t`left out`,
  set_aside: t`set aside`,
  waiting: t`waiting`,
  uncertain: t`without an answer`,
  conflict: t`in conflict`,
  denied: t`kept back`,
};

export function outcomeName(outcome: string) {
  return OUTCOMES[outcome] ?? outcome.replaceAll("_", " ");
}

/** @returns "41 written, 2 set aside" */
export function cameTo({ outcomes, state }: Pick<BooksSync, "outcomes" | "state">): string {
  if (state === "disconnected") return t`the books let us in no more: connect again`;
  const said = Object.entries(outcomes).map(
    ([outcome, count]) => `${count} ${outcomeName(outcome)}`,
  );
  return said.join(", ") || (state === "running" ? t`under way` : t`nothing had changed`);
}

/** @param title with its day as the API has it */
export function titleOf(title: string | null, kind: string): string {
  const name = KINDS[kind] ?? kind;
  if (!title) return t`${name}, erased`;
  const said = title.replace(/\b\d{4}-\d{2}-\d{2}\b/g, (day) => date(day));
  return kind === "expense" ? said : `${name} ${said}`;
}

const KINDS: Record<string, string> = {
  expense: t`Expense`,
  claim: t`Invoice`,
  credit_note: t`Credit note`,
};

/** @returns where it is here; empty where it is nowhere */
export function hrefOf({ kind, subject }: { kind: string | null; subject: string | null }): string {
  if (!kind || !subject) return "";
  return kind === "expense" ? `/expenses/${subject}` : `/claims/${subject.split(":")[0]}`;
}

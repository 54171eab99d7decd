// @ts-check
/** What books, their items and their syncs are called, and what a person does next about each. Pure. */

import { counted, date } from "../format.js";
import { t } from "../words.js";

/** @import { BooksConnection, BooksSync, ConnectionStatus, Lacking } from "../api/types.js" */

/** @type {Record<BooksConnection["provider"], string>} */
export const PROVIDERS = { xero: t`Xero`, quickbooks: t`QuickBooks Online`, hubspot: t`HubSpot`, signed: t`Signed requests` };

/** What holds of a provider whose real service nobody has asked yet. */
export const PREVIEW = t`Preview: nobody has asked the real service yet. Try it with a demo company first.`;

/** @param {BooksConnection} connection @returns {{ label: string, look: string }} `look` is a pill's data-status */
export function standingOf({ status, syncing, provider }) {
  if (status === "asked") return { label: t`Waits for your yes at ${PROVIDERS[provider]}`, look: "needs_review" };
  if (status === "disconnected") return { label: t`The grant was revoked: connect again`, look: "failed" };
  if (status === "ended") return { label: t`Ended`, look: "" };
  return syncing ? { label: t`Syncing`, look: "processing" } : { label: t`Connected`, look: "complete" };
}

/** @typedef {"map" | "decide" | "connect" | "retry" | "sync"} Act what a person does next */

const OF_ITSELF = new Set(["changed", "again", "later", "going-on", "file", "uncertain", "invoice", "contact"]);

/** @param {{ state: string, code: string | null }} lacking @returns {Act} */
export function nextFor({ state, code }) {
  if (state === "conflict" || code === "changed-there") return "decide";
  if (code === "unmapped") return "map";
  if (code === "disconnected") return "connect";
  return state === "set_aside" && !OF_ITSELF.has(code ?? "") ? "retry" : "sync";
}

/** What the reasons are called. @type {Record<string, string>} */
const REASONS = {
  new: t`New`,
  changed: t`Changed since`,
  again: t`Written next`,
  later: t`Not looked at yet`,
  "going-on": t`In the sync that goes on`,
  unmapped: t`Unmapped`,
  "closed-here": t`Period closed here`,
  "closed-there": t`Period closed there`,
  refused: t`Refused by the books`,
  "changed-there": t`Changed by hand there`,
  uncertain: t`Answer lost`,
  disconnected: t`No way in`,
  "tax-unclear": t`Tax unclear`,
  "person-unknown": t`Person unknown`,
  "no-document": t`No document can be made`,
  file: t`File not sent yet`,
  invoice: t`Waits for its claim`,
  contact: t`Waits for a contact`,
  "not-approved": t`Not approved yet`,
  "in-review": t`In review`,
};

/** @type {Record<string, string>} */
export const STATES = {
  new: t`Waiting`,
  waiting: t`Waiting`,
  written: t`In the books`,
  credited: t`Taken back`,
  left_out: t`Left out`,
  set_aside: t`Set aside`,
  conflict: t`Conflict`,
};

/** @param {{ state: string, code: string | null }} lacking @returns {string} */
export function reasonOf({ state, code }) {
  return REASONS[code ?? state] ?? STATES[state] ?? state;
}

/**
 * @typedef {object} Counts of items
 * @property {number} written as they should be, or nearly: they are there
 * @property {number} waiting for the next sync
 * @property {number} setAside with a reason
 * @property {number} conflict
 * @property {number} unmapped
 * @property {number} leftOut
 */

/** @param {ConnectionStatus} status @returns {Counts} */
export function countsOf({ written, leftOut, lacking }) {
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
 * One connection's answer. An item that is in several books counts in each, so they are never added up.
 *
 * @param {ConnectionStatus} status
 * @returns {{ says: string, there: string }}
 */
export function answerOf({ lacking, notDue, written, connection }) {
  const missing = sum(lacking);
  const onlyWait = lacking.every((each) => nextFor(each) === "sync");
  const later = notDue.map((each) => `${counted(each.items, "expense is", "expenses are")} ${LATER[each.code ?? ""] ?? t`not due yet`}`).join(", ");
  const late = missing === 1 ? t`1 item is not in the books as it should be` : t`${missing} items are not in the books as they should be`;
  const lacks = onlyWait ? t`${counted(missing, "item is", "items are")} not in the books yet` : late;
  const whole = later ? t`Everything that is due is in the books` : t`Everything is in the books`;
  const shut = connection.status === "disconnected" ? t`${LET_IN[connection.provider]} let us in no more: connect again. ` : "";
  const there = written > 0 ? t`${counted(written, "item is", "items are")} there.` : "";
  return { says: `${shut}${[missing > 0 ? lacks : whole, later].filter(Boolean).join("; ")}.`, there };
}

/** Over all connections. @param {ConnectionStatus[]} all @returns {string} */
export function verdictOf(all) {
  const short = all.filter(({ lacking }) => lacking.length > 0).length;
  if (short > 0) return t`Something is missing in ${short} of ${all.length} books.`;
  return all.some(({ notDue }) => notDue.length > 0) ? t`Everything that is due is in the books.` : t`Everything is in the books.`;
}

/** @param {Lacking[]} lacking */
function sum(lacking) {
  return lacking.reduce((all, { items }) => all + items, 0);
}

/** @type {Record<string, string>} */
const LATER = { "in-review": t`in review`, "not-approved": t`not approved yet` };

/** @type {Record<BooksConnection["provider"], string>} */
const LET_IN = { xero: t`Xero`, quickbooks: t`QuickBooks`, hubspot: t`HubSpot`, signed: t`The books` };

/** Those that a person must do something about come first, then the most. @param {Lacking[]} lacking @returns {Lacking[]} */
export function inOrder(lacking) {
  const order = ["connect", "map", "decide", "retry", "sync"];
  const rank = (/** @type {Lacking} */ each) => order.indexOf(nextFor(each));
  return [...lacking].sort((one, other) => rank(one) - rank(other) || other.items - one.items);
}

/** @type {Record<BooksSync["begunBy"], string>} */
export const BEGUN_BY = { hand: t`by hand`, schedule: t`by schedule`, change: t`by a change` };

/** @type {Record<BooksSync["state"], { label: string, look: string }>} */
export const SYNC_STATES = {
  running: { label: t`Running`, look: "processing" },
  stopped_short: { label: t`Stopped`, look: "failed" },
  completed: { label: t`Completed`, look: "complete" },
  disconnected: { label: t`Let in no more`, look: "failed" },
  stopped: { label: t`Stopped by a person`, look: "needs_review" },
};

/** @type {Record<string, string>} */
const OUTCOMES = {
  written: "written",
  credited: t`taken back`,
  unchanged: "unchanged",
  left_out: t`left out`,
  set_aside: t`set aside`,
  waiting: "waiting",
  uncertain: t`without an answer`,
  conflict: t`in conflict`,
  denied: t`kept back`,
};

/** @param {string} outcome */
export function outcomeName(outcome) {
  return OUTCOMES[outcome] ?? outcome.replaceAll("_", " ");
}

/** @param {Pick<BooksSync, "outcomes" | "state">} sync @returns {string} "41 written, 2 set aside" */
export function cameTo({ outcomes, state }) {
  if (state === "disconnected") return t`the books let us in no more: connect again`;
  const said = Object.entries(outcomes).map(([outcome, count]) => `${count} ${outcomeName(outcome)}`);
  return said.join(", ") || (state === "running" ? t`under way` : t`nothing had changed`);
}

/** @param {string | null} title with its day as the API has it @param {string} kind @returns {string} */
export function titleOf(title, kind) {
  const name = KINDS[kind] ?? kind;
  if (!title) return t`${name}, erased`;
  const said = title.replace(/\b\d{4}-\d{2}-\d{2}\b/g, (day) => date(day));
  return kind === "expense" ? said : `${name} ${said}`;
}

/** @type {Record<string, string>} */
const KINDS = { expense: t`Expense`, claim: t`Claim`, credit_note: t`Credit note` };

/** @param {{ kind: string | null, subject: string | null }} item @returns {string} where it is here; empty where it is nowhere */
export function hrefOf({ kind, subject }) {
  if (!kind || !subject) return "";
  return kind === "expense" ? `/expenses/${subject}` : `/claims/${subject.split(":")[0]}`;
}


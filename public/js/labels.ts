/** The words for what the API names by codes. */

import { t } from "./words.ts";
import type { FieldName, RunSummary, Status } from "./api.ts";
import type { ListedExpense } from "./api/types.d.ts";

/**
 * What an expense is called by its state. What is to become one, and waits for a person, is called
 * so too.
 */
export const STATES: Record<ListedExpense["stage"], string> = {
  in_review: t`Needs review`,
  ready: t`To approve`,
  approved: t`Approved`,
  exported: t`Exported`,
  paid: t`Paid`,
  voided: t`Voided`,
};

const STATES_OF_RUNS: Record<Status, string> = {
  processing: t`Under way`,
  needs_review: STATES.in_review,
  complete: t`Done`,
  rejected: t`Rejected`,
  failed: t`Failed`,
  cancelled: t`Stopped`,
};

/** What something is called by its state, and by what its chip is coloured. */
export interface State {
  status: string;
  text: string;
}

/** Only this names the state of an expense. */
export function stateOfExpense(stage: ListedExpense["stage"]): State {
  return { status: stage, text: STATES[stage] };
}

/** A receipt's run has the state of the expense that it became. */
export function stateOfRun(run: RunSummary): State {
  const { status, expense, notUndone, escalated, sentBack, items, failedItems } = run;
  if (notUndone) return { status: "failed", text: t`Not undone` };
  if (escalated) return { status: "failed", text: t`Stands still` };
  if (sentBack) return stateOfExpense("in_review");
  if (status === "complete" && failedItems) {
    return { status: "failed", text: t`${failedItems} of ${items} failed` };
  }
  if (status === "complete" && expense) return stateOfExpense(expense.stage);
  if (status === "processing" && run.receipt) return { status, text: STAGES[stageOf(run)] ?? "" };
  return stateOfStatus(status);
}

/** @param status of a run of which no more is known */
export function stateOfStatus(status: Status): State {
  return { status, text: STATES_OF_RUNS[status] ?? status };
}

/** What acts on many expenses are called, in their list and in the history of each. */
export const KINDS_OF_ACTS: Record<string, string> = {
  category_rename: t`Category renamed`,
  category_merge: t`Category merged`,
  merchant_rename: t`Merchants renamed`,
  rules: t`Rules applied`,
  proposal: t`Proposal taken`,
  category: t`Category set`,
  proposed_category: t`Proposed categories accepted`,
  tags: t`Tags changed`,
  client: t`Client set`,
  project: t`Project set`,
  note: t`Note set`,
  cost_center: t`Cost centre set`,
  paid_by: t`Paid by set`,
  billable: t`Billable set`,
  void: t`Voided`,
  send_back: t`Sent back to review`,
  approve: t`Approved`,
  unapprove: t`Approvals taken back`,
};

export const FIELDS: FieldName[] = [
  "merchant",
  "registeredName",
  "date",
  "total",
  "tax",
  "currency",
  "category",
];

/** What a document says of itself beside them. */
export const DOCUMENT_FIELDS: FieldName[] = [
  "documentKind",
  "receiptNumber",
  "dueDate",
  "amountDue",
  "buyer",
];

export const ALL_FIELDS: FieldName[] = [...FIELDS, ...DOCUMENT_FIELDS];

export const FIELD_LABELS: Record<FieldName, string> = {
  merchant: t`Merchant`,
  registeredName: t`Registered name`,
  date: t`Date`,
  total: t`Total`,
  tax: t`Tax`,
  currency: t`Currency`,
  category: t`Category`,
  documentKind: t`Kind`,
  receiptNumber: t`Number`,
  dueDate: t`Due`,
  amountDue: t`Amount due`,
  buyer: t`Made out to`,
};

export const DOCUMENT_KINDS: Record<string, string> = {
  receipt: t`Receipt`,
  invoice: t`Invoice`,
  credit_note: t`Credit note: money comes back`,
  statement: t`Statement or reminder`,
  other: t`Offer, order or delivery note`,
};

/** Codes of reasons that do not begin with the field that they are about. */
const ABOUT: [string, FieldName][] = [
  ["number_", "receiptNumber"],
  ["document_is_", "documentKind"],
  ["own_invoice", "merchant"],
];

/** Fields that a receipt may do without. */
export const OPTIONAL_FIELDS: FieldName[] = [
  "registeredName",
  "tax",
  "category",
  ...DOCUMENT_FIELDS,
];

/**
 * What each step does, while it does it. The expense is there after the third; the last only tells
 * of it.
 */
export const STAGES = [t`Reading`, t`Understanding`, t`Saving`];

const STAGE_OF_STEP = {
  "ocr-extract": 0,
  "parse-structured": 1,
  "persist-db": 2,
  "notify-user": 2,
};
const STAGE_OF_STATE = { received: 0, text_extracted: 1, parsed: 2 };

/**
 * @param run one that is being processed
 * @returns index into STAGES
 */
export function stageOf(run: RunSummary): number {
  const ofStep = STAGE_OF_STEP[(run.step ?? "") as keyof typeof STAGE_OF_STEP];
  return ofStep ?? STAGE_OF_STATE[run.state as keyof typeof STAGE_OF_STATE] ?? 0;
}

/**
 * Which fields the reasons of a review are about: `total_missing` is about the total.
 *
 * @param reasons codes
 */
export function doubtedFields(reasons: string[]): Set<FieldName> {
  const named = ALL_FIELDS.filter((field) =>
    reasons.some((reason) => reason.startsWith(`${field}_`)),
  );
  const meant = ABOUT.filter(([start]) => reasons.some((reason) => reason.startsWith(start)));
  return new Set([...named, ...meant.map(([, field]) => field)]);
}

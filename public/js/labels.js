// @ts-check
/** The words for what the API names by codes. */

import { t } from "./words.js";

/** @import { FieldName, RunSummary, Status } from "./api.js" */
/** @import { KindWords } from "./runs/run/operations/plain-words.js" */

/** @type {Record<Status, string>} */
export const STATUS_LABELS = {
  processing: t`Processing`,
  needs_review: t`Needs review`,
  complete: t`Ready`,
  rejected: t`Rejected`,
  failed: t`Failed`,
  cancelled: t`Stopped`,
};

/** @param {RunSummary} run */
export function statusLabel({ status, notUndone, escalated, sentBack }) {
  if (sentBack) return t`Sent back to review`;
  if (escalated && !notUndone) return t`Stands still`;
  return notUndone ? t`Not undone` : STATUS_LABELS[status];
}

/** @type {FieldName[]} */
export const FIELDS = ["merchant", "registeredName", "date", "total", "tax", "currency", "category"];

/** What a document says of itself beside them. @type {FieldName[]} */
export const DOCUMENT_FIELDS = ["documentKind", "receiptNumber", "dueDate", "amountDue", "buyer"];

/** @type {FieldName[]} */
export const ALL_FIELDS = [...FIELDS, ...DOCUMENT_FIELDS];

/** @type {Record<FieldName, string>} */
export const FIELD_LABELS = {
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

/** @type {Record<string, string>} */
export const DOCUMENT_KINDS = {
  receipt: t`Receipt`,
  invoice: t`Invoice`,
  credit_note: t`Credit note: money comes back`,
  statement: t`Statement or reminder`,
  other: t`Offer, order or delivery note`,
};

/** Codes of reasons that do not begin with the field that they are about. @type {[string, FieldName][]} */
const ABOUT = [
  ["number_", "receiptNumber"],
  ["document_is_", "documentKind"],
  ["own_invoice", "merchant"],
];

/** Fields that a receipt may do without. @type {FieldName[]} */
export const OPTIONAL_FIELDS = ["registeredName", "tax", "category", ...DOCUMENT_FIELDS];

/** What each step does, while it does it. The expense is there after the third; the last only tells of it. */
export const STAGES = [t`Reading`, t`Understanding`, t`Saving`];

const STAGE_OF_STEP = { "ocr-extract": 0, "parse-structured": 1, "persist-db": 2, "notify-user": 2 };
const STAGE_OF_STATE = { received: 0, text_extracted: 1, parsed: 2 };

/**
 * @param {RunSummary} run one that is being processed
 * @returns {number} index into STAGES
 */
export function stageOf(run) {
  const ofStep = STAGE_OF_STEP[/** @type {keyof typeof STAGE_OF_STEP} */ (run.step ?? "")];
  return ofStep ?? STAGE_OF_STATE[/** @type {keyof typeof STAGE_OF_STATE} */ (run.state)] ?? 0;
}

/** What a receipt is told in, where any run is told in less. @type {Record<string, KindWords>} */
export const WORDS_OF_KINDS = {
  receipt: {
    steps: {
      "ocr-extract": t`Read the text`,
      "parse-structured": t`Understand it`,
      "persist-db": t`Save the expense`,
      "notify-user": t`Notify people`,
    },
    acts: { "run.created": t`Uploaded` },
    next: {
      review: t`A person decides: check the values, then approve or reject.`,
      resend_notification: t`The expense is saved. Only notifying people or another system of it failed; doing that again is safe.`,
      upload_again: t`If that was a mistake, upload the receipt again.`,
    },
    operations: {
      abandon: t`What was done so far is undone, and no expense is made. This cannot be taken back.`,
      cancel: t`It ends before its next step, and what was done so far is undone. This cannot be taken back.`,
    },
  },
};

/**
 * Which fields the reasons of a review are about: `total_missing` is about the total.
 *
 * @param {string[]} reasons codes
 * @returns {Set<FieldName>}
 */
export function doubtedFields(reasons) {
  const named = ALL_FIELDS.filter((field) => reasons.some((reason) => reason.startsWith(`${field}_`)));
  const meant = ABOUT.filter(([start]) => reasons.some((reason) => reason.startsWith(start)));
  return new Set([...named, ...meant.map(([, field]) => field)]);
}

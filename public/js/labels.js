// @ts-check
/** The words for what the API names by codes. */

/** @import { FieldName, Run, RunSummary, Status } from "./api.js" */

/** @type {Record<Status, string>} */
export const STATUS_LABELS = {
  processing: "Processing",
  needs_review: "Needs review",
  complete: "Ready",
  rejected: "Rejected",
  failed: "Failed",
  cancelled: "Stopped",
};

/** @param {RunSummary} run */
export function statusLabel({ status, notUndone }) {
  return notUndone ? "Not undone" : STATUS_LABELS[status];
}

/** @type {FieldName[]} */
export const FIELDS = ["merchant", "registeredName", "date", "total", "tax", "currency", "category"];

/** What a document says of itself beside them. @type {FieldName[]} */
export const DOCUMENT_FIELDS = ["documentKind", "receiptNumber", "dueDate", "amountDue", "buyer"];

/** @type {FieldName[]} */
export const ALL_FIELDS = [...FIELDS, ...DOCUMENT_FIELDS];

/** @type {Record<FieldName, string>} */
export const FIELD_LABELS = {
  merchant: "Merchant",
  registeredName: "Registered name",
  date: "Date",
  total: "Total",
  tax: "Tax",
  currency: "Currency",
  category: "Category",
  documentKind: "Kind",
  receiptNumber: "Number",
  dueDate: "Due",
  amountDue: "Amount due",
  buyer: "Made out to",
};

/** @type {Record<string, string>} */
export const DOCUMENT_KINDS = {
  receipt: "Receipt",
  invoice: "Invoice",
  credit_note: "Credit note: money comes back",
  statement: "Statement or reminder",
  other: "Offer, order or delivery note",
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
export const STAGES = ["Reading", "Understanding", "Saving"];

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

/** @type {Record<string, string>} */
export const STEP_LABELS = {
  "ocr-extract": "Read the text",
  "parse-structured": "Understand it",
  "persist-db": "Save the expense",
  "notify-user": "Notify",
};

/**
 * What the record says of a run, without the names that only its code knows.
 *
 * @param {string} text such as "The step ocr-extract failed for good"
 * @returns {string} "The step “Read the text” failed for good"
 */
export function inPlainWords(text) {
  let plain = text.replaceAll(/ ?\(NeedsReview: \w+\)/g, "; a person was asked");
  plain = plain.replaceAll(/ \([a-z]+(?:_[a-z]+)+\)/g, "").replaceAll(/\breview-\d+: \w+/g, "“Ask a person”");
  for (const [name, label] of Object.entries(STEP_LABELS)) plain = plain.replaceAll(name, `“${label}”`);
  return plain;
}

/** @type {Record<string, string>} */
export const OUTCOME_LABELS = {
  pending: "Not begun",
  running: "Under way",
  retrying: "Trying again",
  completed: "Done",
  failed: "Failed",
  "handed-over": "Asked a person",
};

/** What to do next without doing anything twice. @type {Record<string, string>} */
const NEXT_SAFE_ACTIONS = {
  wait: "There is nothing to do: this goes on by itself, and you may close the page.",
  review: "A person decides: check the values, then approve or reject.",
  retry_from_step: "What was done is kept. Retry it: it goes on from the step that failed, and nothing is done twice.",
  resend_notification: "The expense is saved. Only telling another system about it failed; sending that again is safe.",
  upload_again: "If that was a mistake, upload the receipt again.",
  resume: "Resume it when it is to go on. Nothing is lost meanwhile.",
  investigate: "Find out at the other side first what happened there. Then retry, which asks there too.",
  none: "There is nothing to do.",
};

/**
 * What is safe to do next with a run.
 *
 * @param {Pick<Run, "status" | "nextSafeAction">} run
 * @returns {string | null} null where nothing is, and its status says why
 */
export function safeNext({ status, nextSafeAction }) {
  if (nextSafeAction !== "none") return NEXT_SAFE_ACTIONS[nextSafeAction] ?? null;
  return status === "failed" ? "Nothing: what it did was undone, so nobody has to see to it." : null;
}

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

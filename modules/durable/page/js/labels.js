// @ts-check
/** The words for what the API names by codes. */

/** @import { RunSummary, Status } from "./api.js" */
/** @import { KindWords } from "./runs/run/operations/plain-words.js" */

/** @type {Record<Status, string>} */
export const STATUS_LABELS = {
  processing: "Under way",
  needs_review: "Needs a person",
  complete: "Done",
  rejected: "Rejected",
  failed: "Failed",
  cancelled: "Stopped",
};

/** @param {Pick<RunSummary, "status" | "notUndone" | "queuedAt" | "creationRefusedAt">} run */
export function statusLabel({ status, notUndone, queuedAt, creationRefusedAt }) {
  if (notUndone) return "Not undone";
  if (queuedAt) return "In line";
  return creationRefusedAt ? "Waits for the engine" : STATUS_LABELS[status];
}

/** No kind has words of its own here. @type {Record<string, KindWords>} */
export const WORDS_OF_KINDS = {};

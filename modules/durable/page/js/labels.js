// @ts-check
/** The words for what the API names by codes. */

/** @import { Run, RunSummary, Status } from "./api.js" */

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

/** Steps by their names; one that is not here is called as its contract calls it. @type {Record<string, string>} */
export const STEP_LABELS = {};

/** What the record says of a run, without what only its code knows. @param {string} text */
export function inPlainWords(text) {
  return text.replaceAll(/ ?\(NeedsReview: \w+\)/g, "; a person was asked");
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
  review: "A person decides: approve or reject.",
  retry_from_step: "What was done is kept. Retry it: it goes on from the step that failed, and nothing is done twice.",
  resend_notification: "It is done. Only telling another system about it failed; sending that again is safe.",
  upload_again: "If that was a mistake, begin it again.",
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
  return status === "failed" ? "Nothing is left to do with this run. Abandon it to take it off the list." : null;
}

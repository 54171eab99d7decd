// @ts-check
/** The words for what the API names by codes. */

import { t } from "./words.js";

/** @import { RunSummary, Status } from "./api.js" */
/** @import { KindWords } from "./runs/run/operations/plain-words.js" */

/** @type {Record<Status, string>} */
export const STATUS_LABELS = {
  processing: t`Under way`,
  needs_review: t`Needs a person`,
  complete: t`Done`,
  rejected: t`Rejected`,
  failed: t`Failed`,
  cancelled: t`Stopped`,
};

/** @param {Pick<RunSummary, "status" | "notUndone" | "escalated" | "queuedAt" | "creationRefusedAt">} run */
export function statusLabel({ status, notUndone, escalated, queuedAt, creationRefusedAt }) {
  if (notUndone) return t`Not undone`;
  if (escalated) return t`Stands still`;
  if (queuedAt) return t`In line`;
  return creationRefusedAt ? t`Waits for the engine` : STATUS_LABELS[status];
}

/** No kind has words of its own here. @type {Record<string, KindWords>} */
export const WORDS_OF_KINDS = {};

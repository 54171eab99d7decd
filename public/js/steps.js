// @ts-check
/** The steps of a run: which are done, how often each was tried, how long it took, and what went wrong. */

import { el, icon, spinner } from "./dom.js";
import { counted, duration, moment, timeOfDay } from "./format.js";
import { OUTCOME_LABELS, STEP_LABELS } from "./labels.js";

/** @import { Run, Step } from "./api.js" */

/** @typedef {Step["outcome"] | "handed-over"} Outcome handed-over: the step asked a person */

/** @type {Partial<Record<Outcome, string>>} */
const SYMBOLS = {
  pending: "circle",
  retrying: "turn",
  completed: "check",
  failed: "close",
  "handed-over": "person",
};

/** @param {Run} run */
export function stepsOf(run) {
  const list = el("ol", { class: "steps" }, ...run.steps.map((step) => stepItem(step, run)));
  const added = el("p", { class: "quiet" }, `Added ${moment(run.createdAt)}`);
  return el(
    "section",
    { class: "card", "aria-labelledby": "steps-title" },
    el("h2", { id: "steps-title" }, "Steps"),
    list,
    added,
  );
}

/**
 * @param {Step} step
 * @param {Run} run
 */
function stepItem(step, { nextRetryAt, review }) {
  // A step that refuses with a reason for review has not failed: it has asked.
  const hasAsked = step.outcome === "failed" && review !== null && review.reasons.includes(step.error ?? "");
  /** @type {Outcome} */
  const outcome = hasAsked ? "handed-over" : step.outcome;
  const again = outcome === "retrying" && nextRetryAt ? ` at ${timeOfDay(nextRetryAt)}` : "";
  const facts = [
    `${OUTCOME_LABELS[outcome]}${again}`,
    (step.attempts > 1 || outcome === "failed") && counted(step.attempts, "attempt"),
    outcome === "completed" && duration(step.startedAt, step.endedAt),
  ].filter(Boolean);
  const isTrouble = outcome === "failed" || outcome === "retrying" || outcome === "running";
  return el(
    "li",
    { class: "step", "data-outcome": outcome },
    outcome === "running" ? spinner() : icon(SYMBOLS[outcome] ?? "circle"),
    el("span", { class: "step-name" }, STEP_LABELS[step.name] ?? step.name),
    el("span", { class: "step-facts" }, facts.join(" · ")),
    step.error && isTrouble && el("span", { class: "step-error" }, step.error),
  );
}

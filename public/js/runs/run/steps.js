// @ts-check
/** The steps of a run: which are done, how often each was tried, how long it took, and what went wrong. */

import { counted, duration, moment, timeOfDay } from "../../format.js";
import { Icon, Spinner } from "../../parts/icon.js";
import { may } from "../../state/session.js";
import { stepLabel } from "./operations/plain-words.js";
import { html, t } from "../../words.js";

/** @import { Run, Step } from "../../api.js" */

/** @typedef {Step["outcome"] | "handed-over"} Outcome handed-over: the step asked a person */

/** @type {Record<Outcome, string>} */
const OUTCOMES = {
  pending: t`Not begun`,
  running: t`Under way`,
  retrying: t`Trying again`,
  completed: t`Done`,
  failed: t`Failed`,
  "handed-over": t`Asked a person`,
};

/** @type {Partial<Record<Outcome, string>>} */
const SYMBOLS = {
  pending: "circle",
  retrying: "turn",
  completed: "check",
  failed: "close",
  "handed-over": "person",
};

/** Nothing of one whose record cannot be read. @param {{ run: Run }} props */
export function Steps({ run }) {
  if (run.archiveLost) return null;
  return html`
    <section class="card" aria-labelledby="steps-title">
      <h2 id="steps-title">Steps</h2>
      <ol class="steps">
        ${run.steps.map((step) => html`<${StepItem} key=${step.name} step=${step} run=${run} />`)}
      </ol>
      <p class="quiet">Added ${moment(run.createdAt)}</p>
      ${may("operate") && html`<${Ids} run=${run} />`}
    </section>
  `;
}

/** What operators look things up by. @param {{ run: Run }} props */
function Ids({ run: { id, subject, steps } }) {
  return html`
    <details class="run-ids">
      <summary>Details</summary>
      <dl class="facts-list">
        <div><dt>Run</dt><dd><code>${id}</code></dd></div>
        ${subject !== id && html`<div><dt>Subject</dt><dd><code>${subject}</code></dd></div>`}
        ${steps.map(({ name, title }) => html`<div key=${name}><dt>${title}</dt><dd><code>${name}</code></dd></div>`)}
      </dl>
    </details>
  `;
}

/** As "37 of 100, 2 failed", or "3 times". @param {NonNullable<Step["progress"]>} progress */
function progressed({ completed, failed, total }) {
  const done = total === null ? counted(completed, "time") : t`${completed} of ${total}`;
  return failed ? t`${done}, ${failed} failed` : done;
}

/** @param {{ step: Step, run: Run }} props */
function StepItem({ step, run: { kind, nextRetryAt, review } }) {
  // A step that refuses with a reason for review has not failed: it has asked.
  const hasAsked = step.outcome === "failed" && review !== null && review.reasons.includes(step.error ?? "");
  /** @type {Outcome} */
  const outcome = hasAsked ? "handed-over" : step.outcome;
  const again = outcome === "retrying" && nextRetryAt ? t` at ${timeOfDay(nextRetryAt)}` : "";
  const facts = [
    `${OUTCOMES[outcome]}${again}`,
    step.progress ? progressed(step.progress) : (step.attempts > 1 || outcome === "failed") && counted(step.attempts, "attempt"),
    step.aliveAt && t`alive at ${timeOfDay(step.aliveAt)}`,
    outcome === "completed" && duration(step.startedAt, step.endedAt),
  ].filter(Boolean);
  const isTrouble = outcome === "failed" || outcome === "retrying" || outcome === "running";
  return html`
    <li class="step" data-outcome=${outcome}>
      ${outcome === "running" ? html`<${Spinner} />` : html`<${Icon} name=${SYMBOLS[outcome] ?? "circle"} />`}
      <span class="step-name">${stepLabel(kind, step.name)}</span>
      <span class="step-facts">${facts.join(" · ")}</span>
      ${step.error && isTrouble && html`<span class="step-error">${step.error}</span>`}
    </li>
  `;
}

/**
 * The steps of a run: which are done, how often each was tried, how long it took, and what went
 * wrong.
 */

import { counted, duration, moment, timeOfDay } from "../../format.ts";
import { Icon, Spinner } from "../../parts/icon.tsx";
import { lazy } from "../../parts/lazy.ts";
import { useFold } from "../../state/folds.ts";
import { may } from "../../state/session.ts";
import { stepLabel } from "./operations/plain-words.ts";
import { t } from "../../words.ts";
import type { Run, Step } from "../../api.ts";

/** Handed-over: the step asked a person */
type Outcome = Step["outcome"] | "handed-over";

const OUTCOMES: Record<Outcome, string> = {
  pending: t`Not begun`,
  running: t`Under way`,
  retrying: t`Trying again`,
  completed: t`Done`,
  failed: t`Failed`,
  "handed-over": t`Asked a person`,
};

const SYMBOLS: Partial<Record<Outcome, string>> = {
  pending: "circle",
  retrying: "turn",
  completed: "check",
  failed: "close",
  "handed-over": "person",
};

/** Nothing of one whose record cannot be read. */
export function Steps({ run }: { run: Run }) {
  if (run.archiveLost) return null;
  return (
    <section class="card" aria-labelledby="steps-title">
      <h2 id="steps-title">Steps</h2>
      <ol class="steps">
        {run.steps.map((step) => (
          <StepItem key={step.name} step={step} run={run} />
        ))}
      </ol>
      <p class="quiet">Added {moment(run.createdAt)}</p>
      {may("operate") && <Ids run={run} />}
    </section>
  );
}

const Restart = lazy(() => import("./operations/restart.tsx").then((module) => module.default));

/** What operators look things up by; and of a run that has ended, another from one of its steps. */
function Ids({ run }: { run: Run }) {
  const { id, subject, steps, status } = run;
  const fold = useFold("ids", id);
  const hasEnded = status === "complete" || status === "failed";
  return (
    <details class="run-ids" {...fold}>
      <summary>Details</summary>
      <dl class="facts-list">
        <div>
          <dt>Run</dt>
          <dd>
            <code>{id}</code>
          </dd>
        </div>
        {subject !== id && (
          <div>
            <dt>Subject</dt>
            <dd>
              <code>{subject}</code>
            </dd>
          </div>
        )}
        {steps.map(({ name, title }) => (
          <div key={name}>
            <dt>{title}</dt>
            <dd>
              <code>{name}</code>
            </dd>
          </div>
        ))}
      </dl>
      {fold.open && hasEnded && <Restart run={run} />}
    </details>
  );
}

/** As "37 of 100, 2 failed", or "3 times". */
function progressed({ completed, failed, total }: NonNullable<Step["progress"]>) {
  const done = total === null ? counted(completed, "time") : t`${completed} of ${total}`;
  return failed ? t`${done}, ${failed} failed` : done;
}

function StepItem({ step, run: { kind, nextRetryAt, review } }: { step: Step; run: Run }) {
  // A step that refuses with a reason for review has not failed: it has asked.
  const hasAsked =
    step.outcome === "failed" && review !== null && review.reasons.includes(step.error ?? "");
  const outcome: Outcome = hasAsked ? "handed-over" : step.outcome;
  const again = outcome === "retrying" && nextRetryAt ? t` at ${timeOfDay(nextRetryAt)}` : "";
  const facts = [
    `${OUTCOMES[outcome]}${again}`,
    step.progress
      ? progressed(step.progress)
      : (step.attempts > 1 || outcome === "failed") && counted(step.attempts, "attempt"),
    step.aliveAt && t`alive at ${timeOfDay(step.aliveAt)}`,
    outcome === "completed" && duration(step.startedAt, step.endedAt),
  ].filter(Boolean);
  const isTrouble = outcome === "failed" || outcome === "retrying" || outcome === "running";
  return (
    <li class="step" data-outcome={outcome}>
      {outcome === "running" ? <Spinner /> : <Icon name={SYMBOLS[outcome] ?? "circle"} />}
      <span class="step-name">{stepLabel(kind, step.name)}</span>
      <span class="step-facts">{facts.join(" · ")}</span>
      {step.error && isTrouble && <span class="step-error">{step.error}</span>}
    </li>
  );
}

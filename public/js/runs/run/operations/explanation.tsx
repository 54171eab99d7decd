/** What a run says about itself, and what can be done with it. */

import { ApiError, operateRun } from "../../../api.ts";
import { get } from "../../../api/client.ts";
import { withLocalTimes } from "../../../format.ts";
import { Next } from "../awaited.tsx";
import { flagsOf, isTroubled, leavesStanding } from "./explanation-words.ts";
import { OperationDialog } from "./lazy-dialog.ts";
import { nextSentence } from "./next-words.ts";
import { wordsOf } from "./operations.ts";
import { inPlainWords } from "./plain-words.ts";
import { possibleOperations } from "./possible.ts";
import { PagedList } from "../../../parts/list.tsx";
import { useFold } from "../../../state/folds.ts";
import { usePages } from "../../../state/request.ts";
import { t } from "../../../words.ts";
import type { ComponentChildren } from "preact";
import type { Operation, Run } from "../../../api.ts";
import type { StepLine } from "../../../api/types.d.ts";

/** Unfolded while the run is in trouble, and where something stands that it began. */
export function Explanation({
  run,
  onAsk,
}: {
  run: Run;
  /** an operation is wanted */
  onAsk: (asked: { run: Run; operation: Operation }) => void;
}) {
  const isInTrouble = isTroubled(run);
  const opensItself = isInTrouble || leavesStanding(run);
  // What a person did while it was in trouble says nothing of it afterwards.
  const fold = useFold("explanation", run.id, opensItself);
  return (
    <section
      class={isInTrouble ? "card explanation is-troubled" : "card explanation"}
      id="run-explanation"
      aria-labelledby="explanation-title"
    >
      <details id="explanation-details" {...fold}>
        <summary>
          <h2 id="explanation-title">What happened</h2>
          <span class="explanation-badges">
            {flagsOf(run).map(({ text, kind }) => (
              <span key={text} class="flag" data-kind={kind}>
                {text}
              </span>
            ))}
          </span>
        </summary>
        <div id="explanation-text">
          <Told run={run} isInTrouble={isInTrouble} />
        </div>
      </details>
      <div class="explanation-actions">
        {possibleOperations(run).map((operation) => (
          <OperationButton
            key={operation}
            run={run}
            operation={operation}
            onAsk={() => onAsk({ run, operation })}
          />
        ))}
      </div>
    </section>
  );
}

function OperationButton({
  run,
  operation,
  onAsk,
}: {
  run: Run;
  operation: Operation;
  onAsk: () => void;
}) {
  const { label, isDanger } = wordsOf(run, operation);
  const kind = operation === "retry" && run.safeToRetry ? "primary" : isDanger ? "danger" : "";
  return (
    <button type="button" class={`button small ${kind}`} onClick={onAsk}>
      {label}
    </button>
  );
}

/** Asks for what an operation needs, and does it. */
export function Asked({
  run,
  operation,
  title,
  onOperated,
  onRefused,
  onClose,
}: {
  /** as it was when it was asked */
  run: Run;
  operation: Operation;
  /** gets the focus where what had it is gone */
  title: { current: HTMLElement | null };
  /** an operation was done */
  onOperated: (text: string) => void;
  /** it was not, and the dialogue says why where it can */
  onRefused: (error: unknown) => void;
  onClose: () => void;
}) {
  const isRetry = operation === "retry";
  const words = wordsOf(run, operation);
  const mayRepeat = isRetry && !run.safeToRetry && !run.notUndone;
  const question = {
    words,
    warnings: mayRepeat
      ? [
          t`Retrying may do something twice.`,
          ...run.mustNotRepeat.map((text) => inPlainWords(run.kind, text)),
        ]
      : [],
    correctable: isRetry && run.receipt ? run : undefined,
    send: (reason: string, values: Record<string, string>) =>
      operateRun(run.id, operation, isRetry ? { reason, values } : { reason }),
    onDone: () => onOperated(words.done),
    // The dialogue says it itself, unless the session is over.
    onRefused: (error: unknown) =>
      onRefused(error instanceof ApiError && error.status === 401 ? error : null),
    fallback: title,
    onClose,
  };
  return <OperationDialog {...question} />;
}

function Told({ run, isInTrouble }: { run: Run; isInTrouble: boolean }) {
  const inWords = (texts: string[]) => texts.map((text) => inPlainWords(run.kind, text));
  // Of one in trouble, the steps below say how often each was tried, and its error.
  const tried = isInTrouble ? [] : inWords(run.tried);
  const mustNotRepeat = inWords(run.mustNotRepeat);
  const ids = Object.entries(run.externalIds);
  const named = ids.map(
    ([name, id]) => `${name}: ${typeof id === "string" ? id : JSON.stringify(id)}`,
  );
  return (
    <>
      <p class="what-happened">{inPlainWords(run.kind, withLocalTimes(run.whatHappened))}</p>
      {mustNotRepeat.length > 0 && (
        <div class="must-not-repeat">
          <h3>Must not be repeated</h3>
          <Lines texts={mustNotRepeat} />
        </div>
      )}
      <dl class="facts">
        <Fact name="Safe next" value={nextSentence(run) && <Next run={run} />} />
        <Fact name="Tried" value={tried.length > 0 && <Lines texts={tried} />} />
        <Fact name="External ids" value={named.length > 0 && <Lines texts={named} />} />
        <Fact name="Begun" value={run.generation > 1 && t`${run.generation} times`} />
        <Fact name="Run" value={<code>{run.id}</code>} />
      </dl>
      {run.leftOut && <AllSteps run={run} />}
    </>
  );
}

/** Every step of a run that has more than are told of above, a page at a time. */
function AllSteps({ run }: { run: Run }) {
  const fold = useFold("steps", run.id);
  const counts = Object.values(run.leftOut ?? {}).map((count) => count ?? 0);
  const more = Math.max(...counts);
  const summary = t`All steps: ${more} more than are shown above`;
  return (
    <details {...fold}>
      <summary>{summary}</summary>
      {fold.open && <StepLines run={run} />}
    </details>
  );
}

function StepLines({ run }: { run: Run }) {
  const pages = usePages(
    (cursor, signal) =>
      get("/api/runs/{run_id}/steps", { path: { run_id: run.id }, query: { cursor }, signal }),
    [run.id],
  );
  const row = ({ name, tried, mustNotRepeat, externalId }: StepLine) => (
    <li class="line" key={name}>
      <span class="line-title">{inPlainWords(run.kind, tried ?? name)}</span>
      <span class="line-note">
        {mustNotRepeat ? inPlainWords(run.kind, mustNotRepeat) : externalId}
      </span>
    </li>
  );
  return <PagedList pages={pages} label={t`All steps`} row={row} empty={null} />;
}

function Fact({ name, value }: { name: string; value: ComponentChildren }) {
  return value ? (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  ) : null;
}

function Lines({ texts }: { texts: string[] }) {
  return (
    <ul class="fact-lines">
      {texts.map((text, index) => (
        <li key={index}>{text}</li>
      ))}
    </ul>
  );
}

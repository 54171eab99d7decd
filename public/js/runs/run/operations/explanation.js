// @ts-check
/** What a run says about itself, and what can be done with it. */

import { useEffect, useState } from "preact/hooks";

import { ApiError, operateRun } from "../../../api.js";
import { get } from "../../../api/client.js";
import { withLocalTimes } from "../../../format.js";
import { Next } from "../awaited.js";
import { flagsOf, isTroubled, leavesStanding } from "./explanation-words.js";
import { nextSentence } from "./next-words.js";
import { OperationDialog } from "./operation-dialog.js";
import { wordsOf } from "./operations.js";
import { inPlainWords } from "./plain-words.js";
import { possibleOperations } from "./possible.js";
import { PagedList } from "../../../parts/list.js";
import { usePages } from "../../../state/request.js";
import { html, t } from "../../../words.js";

/** @import { ComponentChildren } from "preact" */
/** @import { Operation, Run } from "../../../api.js" */
/** @import { StepLine } from "../../../api/types.js" */

/**
 * Unfolded while the run is in trouble, and where something stands that it began.
 *
 * @param {object} props
 * @param {Run} props.run
 * @param {(asked: { run: Run, operation: Operation }) => void} props.onAsk an operation is wanted
 */
export function Explanation({ run, onAsk }) {
  const isInTrouble = isTroubled(run);
  const opensItself = isInTrouble || leavesStanding(run);
  const [isOpen, setOpen] = useState(opensItself);
  useEffect(() => setOpen(opensItself), [opensItself]);
  const onToggle = (/** @type {Event} */ event) => setOpen(/** @type {HTMLDetailsElement} */ (event.currentTarget).open);
  return html`
    <section
      class=${isInTrouble ? "card explanation is-troubled" : "card explanation"}
      id="run-explanation"
      aria-labelledby="explanation-title"
    >
      <details id="explanation-details" open=${isOpen} onToggle=${onToggle}>
        <summary>
          <h2 id="explanation-title">What happened</h2>
          <span class="explanation-badges">
            ${flagsOf(run).map(({ text, kind }) => html`<span key=${text} class="flag" data-kind=${kind}>${text}</span>`)}
          </span>
        </summary>
        <div id="explanation-text"><${Told} run=${run} isInTrouble=${isInTrouble} /></div>
      </details>
      <div class="explanation-actions">
        ${possibleOperations(run).map(
          (operation) =>
            html`<${OperationButton} key=${operation} ...${{ run, operation, onAsk: () => onAsk({ run, operation }) }} />`,
        )}
      </div>
    </section>
  `;
}

/** @param {{ run: Run, operation: Operation, onAsk: () => void }} props */
function OperationButton({ run, operation, onAsk }) {
  const { label, isDanger } = wordsOf(run, operation);
  const kind = operation === "retry" && run.safeToRetry ? "primary" : isDanger ? "danger" : "";
  return html`<button type="button" class=${`button small ${kind}`} onClick=${onAsk}>${label}</button>`;
}

/**
 * Asks for what an operation needs, and does it.
 *
 * @param {object} props
 * @param {Run} props.run as it was when it was asked
 * @param {Operation} props.operation
 * @param {{ current: HTMLElement | null }} props.title gets the focus where what had it is gone
 * @param {(text: string) => void} props.onOperated an operation was done
 * @param {(error: unknown) => void} props.onRefused it was not, and the dialogue says why where it can
 * @param {() => void} props.onClose
 */
export function Asked({ run, operation, title, onOperated, onRefused, onClose }) {
  const isRetry = operation === "retry";
  const words = wordsOf(run, operation);
  const mayRepeat = isRetry && !run.safeToRetry && !run.notUndone;
  const question = {
    words,
    warnings: mayRepeat ? [t`Retrying may do something twice.`, ...run.mustNotRepeat.map((text) => inPlainWords(run.kind, text))] : [],
    correctable: isRetry && run.receipt ? run : undefined,
    send: (/** @type {string} */ reason, /** @type {Record<string, string>} */ values) =>
      operateRun(run.id, operation, isRetry ? { reason, values } : { reason }),
    onDone: () => onOperated(words.done),
    // The dialogue says it itself, unless the session is over.
    onRefused: (/** @type {unknown} */ error) => onRefused(error instanceof ApiError && error.status === 401 ? error : null),
    fallback: title,
    onClose,
  };
  return html`<${OperationDialog} ...${question} />`;
}

/** @param {{ run: Run, isInTrouble: boolean }} props */
function Told({ run, isInTrouble }) {
  const inWords = (/** @type {string[]} */ texts) => texts.map((text) => inPlainWords(run.kind, text));
  // Of one in trouble, the steps below say how often each was tried, and its error.
  const tried = isInTrouble ? [] : inWords(run.tried);
  const mustNotRepeat = inWords(run.mustNotRepeat);
  const ids = Object.entries(run.externalIds);
  const named = ids.map(([name, id]) => `${name}: ${typeof id === "string" ? id : JSON.stringify(id)}`);
  return html`
    <p class="what-happened">${inPlainWords(run.kind, withLocalTimes(run.whatHappened))}</p>
    ${mustNotRepeat.length > 0 &&
    html`<div class="must-not-repeat"><h3>Must not be repeated</h3><${Lines} texts=${mustNotRepeat} /></div>`}
    <dl class="facts">
      <${Fact} name="Safe next" value=${nextSentence(run) && html`<${Next} run=${run} />`} />
      <${Fact} name="Tried" value=${tried.length > 0 && html`<${Lines} texts=${tried} />`} />
      <${Fact} name="External ids" value=${named.length > 0 && html`<${Lines} texts=${named} />`} />
      <${Fact} name="Begun" value=${run.generation > 1 && t`${run.generation} times`} />
      <${Fact} name="Run" value=${html`<code>${run.id}</code>`} />
    </dl>
    ${run.leftOut && html`<${AllSteps} run=${run} />`}
  `;
}

/** Every step of a run that has more than are told of above, a page at a time. @param {{ run: Run }} props */
function AllSteps({ run }) {
  const [isOpen, setOpen] = useState(false);
  const counts = Object.values(run.leftOut ?? {}).map((count) => count ?? 0);
  const more = Math.max(...counts);
  const summary = t`All steps: ${more} more than are shown above`;
  return html`
    <details onToggle=${(/** @type {Event} */ event) => setOpen(/** @type {HTMLDetailsElement} */ (event.currentTarget).open)}>
      <summary>${summary}</summary>
      ${isOpen && html`<${StepLines} run=${run} />`}
    </details>
  `;
}

/** @param {{ run: Run }} props */
function StepLines({ run }) {
  const pages = usePages((cursor, signal) => get("/api/runs/{run_id}/steps", { path: { run_id: run.id }, query: { cursor }, signal }), [run.id]);
  const row = (/** @type {StepLine} */ { name, tried, mustNotRepeat, externalId }) => html`
    <li class="line" key=${name}>
      <span class="line-title">${inPlainWords(run.kind, tried ?? name)}</span>
      <span class="line-note">${mustNotRepeat ? inPlainWords(run.kind, mustNotRepeat) : externalId}</span>
    </li>
  `;
  return html`<${PagedList} pages=${pages} label=${t`All steps`} row=${row} empty=${null} />`;
}

/** @param {{ name: string, value: ComponentChildren }} props */
function Fact({ name, value }) {
  return value ? html`<div><dt>${name}</dt><dd>${value}</dd></div>` : null;
}

/** @param {{ texts: string[] }} props */
function Lines({ texts }) {
  return html`<ul class="fact-lines">${texts.map((text, index) => html`<li key=${index}>${text}</li>`)}</ul>`;
}

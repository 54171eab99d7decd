// @ts-check
/** One run: what happened, what is safe to do next, what it waits for, and all that was done. */

import { useEffect, useRef, useState } from "preact/hooks";

import { isLost } from "../../api.js";
import { nameOfRun, subjectOf } from "../../kinds.js";
import { statusLabel } from "../../labels.js";
import { notify } from "../../notifications/notices.js";
import { Icon, Spinner } from "../../parts/icon.js";
import { Waiting } from "../../parts/view.js";
import { showIfOver } from "../../state/report.js";
import { sentenceOf } from "../../state/request.js";
import { may } from "../../state/session.js";
import { Audit } from "./audit.js";
import { Next } from "./awaited.js";
import { followRun } from "./follow.js";
import { Lineage } from "./lineage.js";
import { Lost } from "./lost.js";
import { isTroubled as isInTrouble } from "./operations/explanation-words.js";
import { Asked, Explanation } from "./operations/explanation.js";
import { Timeline } from "./operations/timeline.js";
import { KindReview } from "./review/kind-review.js";
import { Steps } from "./steps.js";
import { Waits } from "./waits.js";
import { html, t } from "../../words.js";

/** @import { Operation, Run } from "../../api.js" */
/** @import { ViewProps } from "../../shell/routes.js" */

/** @param {ViewProps} props */
export default function RunView({ params: { id = "" } }) {
  return html`<${One} key=${id} id=${id} />`;
}

/** @param {{ id: string }} props */
function One({ id }) {
  const { run, problem, again } = useRun(id);
  const [asked, ask] = useState(/** @type {{ run: Run, operation: Operation } | null} */ (null));
  const title = useRef(/** @type {HTMLHeadingElement | null} */ (null));
  const name = run ? nameOfRun(run) : t`Run`;
  useEffect(() => title.current?.focus({ preventScroll: true }), []);
  useEffect(() => {
    document.title = `${name} · Tillroll`;
  }, [name]);
  const onDone = (/** @type {string} */ text) => {
    title.current?.focus({ preventScroll: true });
    notify(text, { kind: "success" });
    again();
  };
  const onRefused = (/** @type {unknown} */ error) => {
    if (error !== null) showIfOver(error);
    again();
  };
  const dialog = { title, onOperated: onDone, onRefused, onClose: () => ask(null) };
  return html`
    <section id="run-view" class="run-view" aria-labelledby="run-title">
      <div class="run-bar">
        <a class="run-back" id="run-back" href="/" aria-label="Runs"><${Icon} name="left" /><span>Runs</span></a>
        <h1 id="run-title" tabindex="-1" ref=${title}>${name} ${run && html`<span class="quiet">${subjectOf(run)}</span>`}</h1>
        ${run && html`<span class="pill" id="run-status" data-status=${run.status}>${statusLabel(run)}</span>`}
      </div>
      <div class="run-layout is-plain">
        <div class="run-main">
          ${run
            ? html`<${Told} ...${{ run, onAsk: ask, onDone, onRefused }} />`
            : html`<${Waiting} problem=${problem} isLoading=${true} onAgain=${again} />`}
        </div>
      </div>
      ${asked && html`<${Asked} ...${{ ...asked, ...dialog }} />`}
    </section>
  `;
}

/**
 * @param {object} props
 * @param {Run} props.run
 * @param {(asked: { run: Run, operation: Operation }) => void} props.onAsk an operation is wanted
 * @param {(text: string) => void} props.onDone
 * @param {(error: unknown) => void} props.onRefused
 */
function Told({ run, onAsk, onDone, onRefused }) {
  const { review } = run;
  const explanation = html`<${Explanation} run=${run} onAsk=${onAsk} />`;
  const isTroubled = inTrouble(run);
  const isOpen = run.status === "needs_review" && review && !review.decision;
  return html`
    <div id="run-message" aria-live="polite"><${Message} run=${run} /></div>
    <${Lost} run=${run} />
    ${isTroubled && explanation}
    ${isOpen && may("review") && html`<${KindReview} key=${review.id} ...${{ run, review, onDone, onRefused }} />`}
    ${isOpen && !may("review") && html`<p class="quiet">It waits for somebody who may decide.</p>`}
    <${Waits} ...${{ run, onDone }} />
    <${Steps} run=${run} />
    <${Lineage} run=${run} />
    ${!run.archiveLost && html`<${Timeline} run=${run} />`}
    ${!isTroubled && explanation}
    ${may("audit") && !run.archiveLost && html`<${Audit} run=${run} />`}
  `;
}

/** What it says in one sentence. @param {{ run: Run }} props */
function Message({ run }) {
  const { status, review, message } = run;
  const isDecided = status === "needs_review" && review?.decision;
  if (status === "needs_review" && !isDecided) return null; // the review says it, with all its reasons
  const symbols = { complete: "check", rejected: "close", failed: "alert", cancelled: "close", needs_review: "turn" };
  // Of one in trouble, the explanation below says it.
  return html`
    <div class="message" data-status=${isDecided ? "processing" : status}>
      ${status === "processing" || isDecided ? html`<${Spinner} />` : html`<${Icon} name=${symbols[status]} />`}
      <div>
        <p class="message-text">${isDecided ? t`The decision is recorded. It goes on in a moment.` : message}</p>
        ${!isDecided && !inTrouble(run) && html`<${Next} run=${run} />`}
      </div>
    </div>
  `;
}

/** Its words are made for a run that has more than it asks of it. @param {Run} run */
function inTrouble(run) {
  return isInTrouble(/** @type {any} */ (run));
}

/**
 * The run, followed while something happens to it.
 *
 * @param {string} id
 */
function useRun(id) {
  const [run, setRun] = useState(/** @type {Run | null} */ (null));
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  const [times, setTimes] = useState(0);
  useEffect(() => {
    const following = new AbortController();
    const onRun = (/** @type {any} */ fresh) => (setRun(fresh), setProblem(null));
    followRun(id, following.signal, onRun).catch((error) => {
      if (!showIfOver(error)) setProblem(sentenceOf(error));
    });
    return () => {
      following.abort();
      isLost.value = false;
    };
  }, [id, times]);
  return { run, problem, again: () => setTimes((before) => before + 1) };
}

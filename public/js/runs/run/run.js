// @ts-check
/** One receipt, or a run of another kind: its picture, its values or its review, the text, what happened to it. */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { ApiError, ConnectionError } from "../../api.js";
import { PaidBy } from "../../bank/paid-by.js";
import { notify } from "../../notifications/notices.js";
import { makeAttention } from "../../parts/attention.js";
import { ClosedNote } from "../../parts/closed.js";
import { lazy } from "../../parts/lazy.js";
import { declareKeys } from "../../shortcuts.js";
import { lastOpened } from "../../state/lists.js";
import { report, showIfOver } from "../../state/report.js";
import { putRun, store, sync } from "../../state/runs.js";
import { DocumentFacts } from "../../receipts/document/document-facts.js";
import { Picture } from "../../receipts/document/picture.js";
import { Transcript } from "../../receipts/document/transcript.js";
import { followRun } from "./follow.js";
import { Details, Head, Message } from "./head.js";
import { Lineage } from "./lineage.js";
import { isTroubled } from "./operations/explanation-words.js";
import { Asked, Explanation } from "./operations/explanation.js";
import { learnTitles } from "./operations/plain-words.js";
import { Timeline } from "./operations/timeline.js";
import { Lost } from "./lost.js";
import { afterDecision, leave, neighboursOf, open, prepareNext } from "./queue.js";
import { DecidedElsewhere } from "./review/decided-elsewhere.js";
import { KindReview } from "./review/kind-review.js";
import { may } from "../../state/session.js";
import { ReviewForm } from "./review/review-form.js";
import { Steps } from "./steps.js";
import { Values } from "../../receipts/values/values.js";
import { Waits } from "./waits.js";
import { html, t } from "../../words.js";

/** @import { Run } from "../../api.js" */
/** @import { ViewProps } from "../../shell/routes.js" */
/** @import { Deciding } from "./review/review-form.js" */

// Seldom shown, and with a part of the page that is loaded later anyway.
const UndoPieces = lazy(() => import("../../shell/views/bank.js").then((module) => module.undoPieces.default));

const canHover = matchMedia("(hover: hover)");

const useKeys = declareKeys(t`On the page of a receipt or run`, {
  next: ["j", t`Next`],
  previous: ["k", t`Previous`],
  approve: ["Mod+Enter", t`Approve`],
  reject: ["x", t`Reject`],
  leave: ["Escape", t`Leave a field, then go back to the list`],
});

/** @param {ViewProps} props */
export default function RunView({ params: { id = "" } }) {
  return html`<${One} key=${id} id=${id} />`;
}

/** @param {{ id: string }} props */
function One({ id }) {
  const { run, again, hadFocus } = useRun(id);
  const [attention] = useState(makeAttention);
  const title = useRef(/** @type {HTMLHeadingElement | null} */ (null));
  const deciding = useRef(/** @type {Deciding | null} */ (null));
  useEffect(() => {
    lastOpened.value = id;
    scrollTo({ top: 0, behavior: "instant" });
    title.current?.focus({ preventScroll: true });
  }, []);
  const [asked, ask] = useState(/** @type {{ run: Run, operation: import("../../api.js").Operation } | null} */ (null));
  useLayoutEffect(() => {
    // What was drawn anew has taken the focus from what had it.
    if (hadFocus.current && document.activeElement === document.body) title.current?.focus({ preventScroll: true });
    hadFocus.current = false;
  }, [run]);
  useRunKeys(id, deciding);
  store.version.value;
  const summary = run ?? store.get(id);
  const onRefused = (/** @type {unknown} */ error) => {
    if (error !== null && !showIfOver(error)) notify(sentence(error), { kind: "problem" });
    again();
  };
  const onDecided = (/** @type {"approve" | "reject"} */ decision, learnt = "") => {
    again();
    afterDecision(id, decision, learnt);
    sync.poke();
  };
  const onOperated = (/** @type {string} */ text) => {
    title.current?.focus({ preventScroll: true });
    notify(text, { kind: "success" });
    sync.poke();
    again();
  };
  const explanation = run && html`<${Explanation} run=${run} onAsk=${ask} />`;
  const isInTrouble = run !== null && isTroubled(run);
  return html`
    <section id="run-view" class="run-view" aria-labelledby="run-title">
      <${Head} run=${summary} merchant=${run?.expense?.merchant ?? run?.extraction?.merchant?.value} id=${id} title=${title} />
      <div class=${summary && !summary.receipt ? "run-layout is-plain" : "run-layout"}>
        <div class="run-picture" id="run-picture">
          ${summary?.receipt && html`<${Picture} receipt=${summary.receipt} ...${{ run, attention }} />`}
        </div>
        <div class="run-main">
          <div id="run-message" aria-live="polite">${run && html`<${Message} run=${run} />`}</div>
          ${run?.receipt && html`<${ClosedNote} day=${run.expense?.date ?? run.extraction?.date?.value} />`}
          ${run && html`<${Lost} run=${run} />`}
          ${isInTrouble && explanation}
          <div id="run-values">
            ${run && html`<${Middle} ...${{ run, attention, deciding, onDecided, onRefused }} />`}
          </div>
          ${run?.kind === "payout" && html`<${PaidBy} id=${id} />`}
          ${run && !run.receipt && html`<${Waits} run=${run} onDone=${onOperated} />`}
          <div id="run-steps">${run && html`<${Steps} run=${run} /><${Lineage} run=${run}><${UndoPieces} run=${run} /><//><${Details} run=${run} />`}</div>
          <div id="run-timeline">${run && !run.archiveLost && html`<${Timeline} run=${run} />`}</div>
          ${!isInTrouble && explanation}
        </div>
        <div class="run-text" id="run-text">
          ${run &&
          html`<${Transcript} run=${run} attention=${attention} onPick=${(/** @type {any} */ field) => deciding.current?.focus(field)} />`}
        </div>
      </div>
      ${asked && html`<${Asked} ...${{ ...asked, title, onOperated, onRefused, onClose: () => ask(null) }} />`}
    </section>
  `;
}

/**
 * The review while it is open, else the values.
 *
 * @param {object} props
 * @param {Run} props.run
 * @param {import("../../parts/attention.js").Attention} props.attention
 * @param {{ current: Deciding | null }} props.deciding
 * @param {(decision: "approve" | "reject", learnt?: string) => void} props.onDecided
 * @param {(error: unknown) => void} props.onRefused
 */
function Middle({ run, attention, deciding, onDecided, onRefused }) {
  const { review } = run;
  if (run.status !== "needs_review" || !review || review.decision || !may("review")) {
    const waits = run.status === "needs_review" && !may("review");
    const note = waits && html`<p class="quiet">It waits for somebody who may decide: an owner, an approver or a submitter.</p>`;
    if (!run.expense && !run.extraction) return note;
    return html`
      ${note}
      <${DecidedElsewhere} run=${run} />
      <${Values} run=${run} attention=${attention} />
      <${DocumentFacts} run=${run} attention=${attention} />
    `;
  }
  // On a touch screen the focus would bring up the keyboard over the picture; of one in trouble, the explanation above is
  // to be read first.
  const takesFocus = canHover.matches && !isTroubled(run);
  const props = { run, review, attention, takesFocus, deciding, onDecided, onRefused };
  if (!run.receipt) return html`<${KindReview} key=${review.id} ...${props} />`;
  return html`
    <${ReviewForm} key=${review.id} ...${props} />
    <${DocumentFacts} run=${run} attention=${attention} isInForm=${true} />
  `;
}

/**
 * The run, followed while something happens to it.
 *
 * @param {string} id
 * @returns {{ run: Run | null, again: () => void, hadFocus: { current: boolean } }} `hadFocus` tells whether the focus was in
 *   the explanation when the last version came
 */
function useRun(id) {
  const [run, setRun] = useState(/** @type {Run | null} */ (null));
  const [times, setTimes] = useState(0);
  const hadFocus = useRef(false);
  useEffect(() => {
    const following = new AbortController();
    const onRun = (/** @type {Run} */ fresh) => {
      learnTitles(fresh);
      hadFocus.current = Boolean(document.activeElement?.closest("#run-explanation"));
      setRun(fresh);
      putRun(fresh);
      sync.poke();
      prepareNext(id);
    };
    followRun(id, following.signal, onRun).catch((error) => {
      report(error);
      if (error instanceof ApiError && error.status === 404) leave(id);
    });
    return () => following.abort();
  }, [id, times]);
  return { run, again: () => setTimes((before) => before + 1), hadFocus };
}

/**
 * @param {string} id
 * @param {{ current: Deciding | null }} deciding
 */
function useRunKeys(id, deciding) {
  useKeys({
    next: () => open(neighboursOf(id).next),
    previous: () => open(neighboursOf(id).previous),
    approve: () => deciding.current?.decide(),
    reject: () => deciding.current?.askToReject(),
    leave: () => leave(id),
  });
}

/** @param {unknown} error */
function sentence(error) {
  if (error instanceof ApiError || error instanceof ConnectionError) return error.message;
  throw error;
}

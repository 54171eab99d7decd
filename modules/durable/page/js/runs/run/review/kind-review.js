// @ts-check
/** What is asked of a person, and the decision. */

import { useState } from "preact/hooks";

import { decideReview } from "../../../api.js";
import { Field } from "../../../parts/fields.js";
import { refusalOf } from "../../../state/refusal.js";
import { Proposed, Reasons, RejectPanel, rejection } from "./parts.js";
import { html, t } from "../../../words.js";

/** @import { Decision, Review, Run } from "../../../api.js" */

const VALUES_HINT = t`Only where the kind takes some: a JSON object of those that are to be others.`;
const DONE = { approve: t`Approved.`, reject: t`Rejected.` };

/**
 * @param {object} props
 * @param {Run} props.run
 * @param {Review} props.review
 * @param {(text: string) => void} props.onDone
 * @param {(error: unknown) => void} props.onRefused
 */
export function KindReview({ run, review, onDone, onRefused }) {
  const [isRejecting, setRejecting] = useState(false);
  const [comment, setComment] = useState("");
  const [text, setText] = useState("");
  const [textProblem, setTextProblem] = useState(/** @type {string | null} */ (null));
  const [problem, setProblem] = useState("");
  const [isSending, setSending] = useState(false);

  /** @param {Decision} decision */
  async function decide(decision) {
    if (isSending) return;
    setSending(true);
    setProblem("");
    try {
      await decideReview(run.id, decision);
      onDone(DONE[decision.decision]);
    } catch (error) {
      setProblem(refusalOf(error, []).problem ?? "");
      onRefused(error);
    } finally {
      setSending(false);
    }
  }

  const approve = () => {
    const { values, problem: unread } = readValues(text);
    setTextProblem(unread ?? null);
    if (!unread) decide(values ? { decision: "approve", values } : { decision: "approve" });
  };
  const onInput = (/** @type {Event} */ event) => setText(/** @type {HTMLTextAreaElement} */ (event.target).value);
  const panel = { comment, onComment: setComment, onReject: () => decide(rejection(comment)), onKeep: () => setRejecting(false) };
  return html`
    <section class="card review" aria-labelledby="review-title" inert=${isSending}>
      <h2 id="review-title">Decide on this</h2>
      <${Reasons} review=${review} />
      <${Proposed} review=${review} />
      ${!isRejecting &&
      html`
        <details class="review-values">
          <summary>Decide with other values</summary>
          <${Field} label="Values" hint=${VALUES_HINT} problem=${textProblem}>
            ${(/** @type {Record<string, unknown>} */ given) => html`
              <textarea class="code" rows="4" wrap="off" autocapitalize="off" spellcheck=${false} value=${text} onInput=${onInput} ...${given}></textarea>
            `}
          <//>
        </details>
      `}
      ${problem && html`<p class="form-problem" role="alert">${problem}</p>`}
      ${isRejecting
        ? html`<${RejectPanel} label="Reject" ...${panel} />`
        : html`
            <div class="review-actions">
              <button type="button" class="button primary" onClick=${approve}>Approve</button>
              <button type="button" class="button" onClick=${() => setRejecting(true)}>Reject…</button>
            </div>
          `}
    </section>
  `;
}

/**
 * @param {string} text
 * @returns {{ values?: Record<string, unknown>, problem?: string }} neither where nothing is written
 */
function readValues(text) {
  if (!text.trim()) return {};
  try {
    const values = JSON.parse(text);
    if (values && typeof values === "object" && !Array.isArray(values)) return { values };
    return { problem: t`Write a JSON object, such as {"name": "value"}.` };
  } catch (error) {
    if (error instanceof SyntaxError) return { problem: t`This is no JSON: ${error.message}.` };
    throw error;
  }
}

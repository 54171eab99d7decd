// @ts-check
/** What every review has, whatever is reviewed: why it is asked, what was proposed, and the panel in which it is rejected. */

import { useLayoutEffect, useRef } from "preact/hooks";

import { moment } from "../../../format.js";
import { Icon } from "../../../parts/icon.js";
import { html, t } from "../../../words.js";

/** @import { Review } from "../../../api.js" */

/** What is to be done, one sentence each. @param {{ review: Review }} props */
export function Reasons({ review: { sentences, escalated, deadline } }) {
  const overdue = escalated ? [t`This is overdue: it was to be decided by ${moment(deadline)}.`] : [];
  return html`
    <ul class="reasons" id="review-reasons">
      ${[...overdue, ...sentences].map((text) => html`<li key=${text}><${Icon} name="alert" />${text}</li>`)}
    </ul>
  `;
}

/** What the run proposes, by its names. @param {{ review: Review }} props */
export function Proposed({ review: { proposed } }) {
  if (proposed === null || typeof proposed !== "object") return null;
  return html`
    <dl class="facts">
      ${Object.entries(proposed).map(
        ([name, value]) => html`
          <div key=${name}><dt>${name}</dt><dd>${typeof value === "string" ? value : JSON.stringify(value)}</dd></div>
        `,
      )}
    </dl>
  `;
}

/**
 * Stands in for a review's buttons while it asks why it is rejected.
 *
 * @param {object} props
 * @param {string} props.label of the button that rejects
 * @param {string} props.comment
 * @param {(comment: string) => void} props.onComment
 * @param {() => void} props.onReject
 * @param {() => void} props.onKeep
 */
export function RejectPanel({ label, comment, onComment, onReject, onKeep }) {
  const area = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  useLayoutEffect(() => area.current?.focus(), []);
  const onInput = (/** @type {Event} */ event) => onComment(/** @type {HTMLTextAreaElement} */ (event.target).value);
  return html`
    <div class="reject-panel">
      <label for="review-comment">Why is it rejected? <span class="quiet">(optional)</span></label>
      <textarea id="review-comment" rows="2" maxlength="500" ref=${area} value=${comment} onInput=${onInput}></textarea>
      <div class="review-actions">
        <button type="button" class="button danger" onClick=${onReject}>${label}</button>
        <button type="button" class="button" onClick=${onKeep}>Keep it</button>
      </div>
    </div>
  `;
}

/**
 * @param {string} comment
 * @returns {{ decision: "reject", comment?: string }}
 */
export function rejection(comment) {
  const text = comment.trim();
  return { decision: "reject", ...(text ? { comment: text } : {}) };
}

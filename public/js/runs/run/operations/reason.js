// @ts-check
/** Why somebody does it, for the audit. */

import { html, t } from "../../../words.js";

const SHORTEST = 3;
const NEEDED = t`Write a reason of at least ${SHORTEST} characters. It is kept in the audit.`;

/** What is wrong with a reason; empty where nothing is. @param {string} reason */
export const problemOfReason = (reason) => (reason.trim().length < SHORTEST ? NEEDED : "");

/**
 * @param {object} props
 * @param {string} props.reason
 * @param {string} props.problem with it, or nothing
 * @param {{ current: HTMLTextAreaElement | null }} props.area is given the field
 * @param {(reason: string) => void} props.onReason
 */
export function ReasonField({ reason, problem, area, onReason }) {
  const onInput = (/** @type {Event} */ event) => onReason(/** @type {HTMLTextAreaElement} */ (event.target).value);
  return html`
    <div class="operation-reason">
      <label for="operation-reason">Reason <span class="quiet">(kept in the audit)</span></label>
      <textarea
        id="operation-reason"
        rows="2"
        maxlength="500"
        required
        aria-describedby="operation-reason-problem"
        aria-invalid=${String(problem !== "")}
        ref=${area}
        value=${reason}
        onInput=${onInput}
      ></textarea>
      <p class="input-problem" id="operation-reason-problem" hidden=${problem === ""}>${problem}</p>
    </div>
  `;
}

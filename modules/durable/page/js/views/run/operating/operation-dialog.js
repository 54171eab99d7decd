// @ts-check
/** Asks for the reason of an operation, does it, and says why where it was not done. */

import { html } from "htm/preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

import { ApiError } from "../../../api.js";
import { Dialog } from "../../../parts/dialog.js";
import { Icon } from "../../../parts/icon.js";
import { sentenceOf } from "../../../state/request.js";

/** @import { OperationWords } from "./operations.js" */

const SHORTEST_REASON = 3;
const REASON_NEEDED = `Write a reason of at least ${SHORTEST_REASON} characters. It is kept in the audit.`;

/**
 * @typedef {object} Question
 * @property {OperationWords} words
 * @property {string[]} [warnings] what to know before
 * @property {(reason: string) => Promise<void>} send
 * @property {() => void} onDone it was done
 * @property {(error: unknown) => void} onRefused it was not; the dialogue says why
 * @property {{ current: HTMLElement | null }} fallback gets the focus where what had it is gone
 * @property {() => void} onClose
 */

/** Shown as long as it is rendered. @param {Question} question */
export function OperationDialog({ words, warnings = [], send, onDone, onRefused, fallback, onClose }) {
  const [reason, setReason] = useState("");
  const [reasonProblem, setReasonProblem] = useState("");
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  const [isTooLate, setTooLate] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const area = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  useLayoutEffect(() => area.current?.focus(), []);

  async function act() {
    if (reason.trim().length < SHORTEST_REASON) {
      setReasonProblem(REASON_NEEDED);
      area.current?.focus();
      return;
    }
    setBusy(true);
    setProblem(null);
    try {
      await send(reason.trim());
    } catch (error) {
      setBusy(false);
      setProblem(sentenceOf(error));
      // Somebody was first: asking again would be refused again.
      setTooLate(error instanceof ApiError && error.code === "not-possible");
      onRefused(error);
      return;
    }
    onClose();
    onDone();
  }

  const onInput = (/** @type {Event} */ event) => {
    setReason(/** @type {HTMLTextAreaElement} */ (event.target).value);
    setReasonProblem("");
  };
  const asked = { action: isTooLate ? undefined : words.action, isDanger: words.isDanger, isBusy, problem, fallback, onClose, onAction: act };
  return html`
    <${Dialog} title=${words.title} ...${asked}>
      <p>${words.says}</p>
      ${warnings.length > 0 &&
      html`<div class="warning"><${Icon} name="alert" /><ul>${warnings.map((text) => html`<li key=${text}>${text}</li>`)}</ul></div>`}
      <div class="operation-reason">
        <label for="operation-reason">Reason <span class="quiet">(kept in the audit)</span></label>
        <textarea
          id="operation-reason"
          rows="2"
          maxlength="500"
          required
          aria-describedby="operation-reason-problem"
          aria-invalid=${String(reasonProblem !== "")}
          ref=${area}
          value=${reason}
          onInput=${onInput}
        ></textarea>
        <p class="input-problem" id="operation-reason-problem" hidden=${reasonProblem === ""}>${reasonProblem}</p>
      </div>
    <//>
  `;
}

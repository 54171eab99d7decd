// @ts-check
/** Asks for the reason of an operation, does it, and says why where it was not done. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";

import { ApiError } from "../../../api.js";
import { Dialog } from "../../../parts/dialog.js";
import { Icon } from "../../../parts/icon.js";
import { sentenceOf } from "../../../state/request.js";
import { problemOfReason, ReasonField } from "./reason.js";
import { html } from "../../../words.js";

/** @import { OperationWords } from "./operations.js" */

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
    const lacking = problemOfReason(reason);
    if (lacking) {
      setReasonProblem(lacking);
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

  const onReason = (/** @type {string} */ text) => {
    setReason(text);
    setReasonProblem("");
  };
  const asked = { action: isTooLate ? undefined : words.action, isDanger: words.isDanger, isBusy, problem, fallback, onClose, onAction: act };
  return html`
    <${Dialog} title=${words.title} ...${asked}>
      <p>${words.says}</p>
      ${warnings.length > 0 &&
      html`<div class="warning"><${Icon} name="alert" /><ul>${warnings.map((text) => html`<li key=${text}>${text}</li>`)}</ul></div>`}
      <${ReasonField} reason=${reason} problem=${reasonProblem} area=${area} onReason=${onReason} />
    <//>
  `;
}

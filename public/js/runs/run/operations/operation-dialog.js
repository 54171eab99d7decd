// @ts-check
/** Asks for the reason of an operation, does it, and says why where it was not done. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";

import { ApiError } from "../../../api.js";
import { makeAttention } from "../../../parts/attention.js";
import { Icon } from "../../../parts/icon.js";
import { useValueForm, ValueFields } from "../review/value-form.js";
import { problemOfReason, ReasonField } from "./reason.js";
import { html, t } from "../../../words.js";

/** @import { Extraction, FieldName } from "../../../api.js" */
/** @import { OperationWords } from "./operations.js" */
/** @import { ValueForm } from "../review/value-form.js" */

/**
 * @typedef {object} Question
 * @property {OperationWords} words
 * @property {string[]} [warnings] what to know before
 * @property {{ extraction: Extraction | null }} [correctable] whose values can be put right along with it
 * @property {(reason: string, values: Partial<Record<FieldName, string>>) => Promise<void>} send
 * @property {() => void} onDone it was done, and the dialogue is closed
 * @property {(error: unknown) => void} onRefused it was not; the dialogue shows a problem's sentence itself
 * @property {{ current: HTMLElement | null }} fallback gets the focus where what had it is gone
 * @property {() => void} onClose
 */

/** Shown as long as it is rendered. @param {Question} question */
export function OperationDialog(question) {
  const { words, warnings = [], correctable, fallback, onClose } = question;
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const area = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const close = useRef(/** @type {HTMLButtonElement | null} */ (null));
  const [reason, setReason] = useState("");
  const [reasonProblem, setReasonProblem] = useState("");
  const [problem, setProblem] = useState("");
  const [isTooLate, setTooLate] = useState(false);
  const [areCorrectionsOpen, openCorrections] = useState(false);
  // Disabled buttons would lose the focus.
  const [isSending, setSending] = useState(false);
  const isLeft = useRef(false);
  const form = useValueForm(correctable?.extraction ?? null);
  useLayoutEffect(() => {
    dialog.current?.showModal();
    area.current?.focus();
  }, []);
  useLayoutEffect(() => {
    if (isTooLate) close.current?.focus();
  }, [isTooLate]);

  async function send() {
    const lacking = problemOfReason(reason);
    if (lacking) {
      setReasonProblem(lacking);
      area.current?.focus();
      return;
    }
    if (isSending) return;
    const { changes, errors } = form.read();
    if (correctable && errors.length > 0) {
      showErrors(errors);
      return;
    }
    setSending(true);
    setProblem("");
    form.show([]);
    try {
      await question.send(reason.trim(), correctable ? changes : {});
    } catch (error) {
      setSending(false);
      explain(error);
      return;
    }
    dialog.current?.close();
    question.onDone();
  }

  /** @param {unknown} error */
  function explain(error) {
    const isSignedOut = error instanceof ApiError && error.status === 401;
    if (isSignedOut || !(error instanceof Error)) dialog.current?.close();
    else {
      setProblem(error.message);
      // Somebody was first: asking again would be refused again.
      if (error instanceof ApiError && error.code === "not-possible") setTooLate(true);
      else if (error instanceof ApiError) showErrors(error.fieldErrors);
    }
    question.onRefused(error);
  }

  /** @param {{ field: string, message: string }[]} errors */
  function showErrors(errors) {
    const { first } = form.show(errors);
    if (!first) return;
    openCorrections(true);
    form.focus(first);
  }

  const onSubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    send();
  };
  const onClosed = () => {
    if (isLeft.current) return;
    isLeft.current = true;
    onClose();
    // What had the focus before may be gone; then it is nowhere, or still in the dialogue that goes now.
    const { activeElement } = document;
    if (activeElement === document.body || dialog.current?.contains(activeElement)) fallback.current?.focus();
  };
  const onReason = (/** @type {string} */ text) => {
    setReason(text);
    setReasonProblem("");
  };
  // At once: the dialogue's own event comes after the focus is back, where it could be opened again meanwhile.
  const dismiss = () => {
    if (isSending) return;
    dialog.current?.close();
    onClosed();
  };
  const onCancel = (/** @type {Event} */ event) => {
    event.preventDefault();
    dismiss();
  };
  return html`
    <dialog
      class="operation"
      aria-labelledby="operation-title"
      aria-describedby="operation-says"
      aria-busy=${String(isSending)}
      ref=${dialog}
      onClose=${onClosed}
      onCancel=${onCancel}
    >
      <form novalidate autocomplete="off" onSubmit=${onSubmit}>
        <h2 id="operation-title">${words.title}</h2>
        <p id="operation-says">${words.says}</p>
        ${warnings.length > 0 &&
        html`
          <div class="warning">
            <${Icon} name="alert" />
            <ul>${warnings.map((text) => html`<li key=${text}>${text}</li>`)}</ul>
          </div>
        `}
        <${ReasonField} reason=${reason} problem=${reasonProblem} area=${area} onReason=${onReason} />
        ${correctable && html`<${Corrections} form=${form} isOpen=${areCorrectionsOpen} onOpen=${openCorrections} />`}
        ${problem && html`<p class="form-problem" role="alert">${problem}</p>`}
        <div class="operation-buttons">
          <button type="button" class="button" ref=${close} onClick=${dismiss}>
            ${isTooLate ? t`Close` : t`Keep it as it is`}
          </button>
          ${!isTooLate &&
          html`<button type="submit" class=${`button ${words.isDanger ? "danger" : "primary"}`}>${words.action}</button>`}
        </div>
      </form>
    </dialog>
  `;
}

/** @param {{ form: ValueForm, isOpen: boolean, onOpen: (isOpen: boolean) => void }} props */
function Corrections({ form, isOpen, onOpen }) {
  const [attention] = useState(makeAttention);
  const onToggle = (/** @type {Event} */ event) => onOpen(/** @type {HTMLDetailsElement} */ (event.currentTarget).open);
  return html`
    <details open=${isOpen} onToggle=${onToggle}>
      <summary>Correct values</summary>
      <${ValueFields} form=${form} attention=${attention} />
    </details>
  `;
}

// @ts-check
/** A dialogue over the page. Escape and Cancel close it; the focus goes back to where it was. */

import { html } from "htm/preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";

/** @import { ComponentChildren } from "preact" */

/**
 * Shown as long as it is rendered.
 *
 * @param {object} props
 * @param {string} props.title
 * @param {() => void} props.onClose it is to go, with nothing done
 * @param {ComponentChildren} props.children what is asked
 * @param {string} [props.action] what the button does, such as "Void the expense"; without one there is Close only
 * @param {boolean} [props.isDanger]
 * @param {boolean} [props.isBusy] it is being done
 * @param {() => void} [props.onAction]
 * @param {string | null} [props.problem] why it was not done
 */
export function Dialog({ title, onClose, children, action, isDanger, isBusy = false, onAction, problem }) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const id = useId();
  useLayoutEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  const onCancel = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!isBusy) onClose();
  };
  const onSubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!isBusy) onAction?.();
  };
  return html`
    <dialog class="ask" ref=${dialog} aria-labelledby=${id} onCancel=${onCancel}>
      <form novalidate onSubmit=${onSubmit}>
        <h2 id=${id}>${title}</h2>
        ${children}
        ${problem && html`<p class="form-problem" role="alert">${problem}</p>`}
        <div class="ask-actions">
          <button type="button" class="button" onClick=${onClose} disabled=${isBusy}>
            ${action ? "Cancel" : "Close"}
          </button>
          ${action &&
          html`<button type="submit" class=${`button ${isDanger ? "danger" : "primary"}`} disabled=${isBusy}>${action}</button>`}
        </div>
      </form>
    </dialog>
  `;
}

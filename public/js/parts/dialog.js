// @ts-check
/** A dialogue over the page. Escape and Cancel close it; the focus goes back to what opened it. */

import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";

import { html, t } from "../words.js";

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
 * @param {boolean} [props.isReady] there is something to be done
 * @param {() => void} [props.onAction]
 * @param {string | null} [props.problem] why it was not done
 * @param {{ current: HTMLElement | null }} [props.fallback] gets the focus where what had it is gone; else the heading
 */
export function Dialog({ title, onClose, children, action, isDanger, isBusy = false, isReady = true, onAction, problem, fallback }) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const id = useId();
  // Before anything in it takes the focus.
  const [before] = useState(() => document.activeElement);
  useLayoutEffect(() => {
    const it = dialog.current;
    it?.showModal();
    return () => {
      // While it is open, nothing behind it takes the focus.
      it?.close();
      requestAnimationFrame(() => {
        giveFocusBack(before, fallback?.current);
        watchOver(before, fallback?.current);
      });
    };
  }, []);
  const onCancel = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!isBusy) onClose();
  };
  const onSubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!isBusy && isReady) onAction?.();
  };
  return html`
    <dialog class="ask" ref=${dialog} aria-labelledby=${id} onCancel=${onCancel}>
      <form novalidate onSubmit=${onSubmit}>
        <h2 id=${id}>${title}</h2>
        ${children}
        ${problem && html`<p class="form-problem" role="alert">${problem}</p>`}
        <div class="ask-actions">
          <button type="button" class="button" onClick=${onClose} disabled=${isBusy}>
            ${action ? t`Cancel` : t`Close`}
          </button>
          ${action &&
          html`<button type="submit" class=${`button ${isDanger ? "danger" : "primary"}`} disabled=${isBusy || !isReady}>${action}</button>`}
        </div>
      </form>
    </dialog>
  `;
}

/**
 * Once the page is drawn without the dialogue. What it was opened from can be gone with it, or disabled, or go soon after,
 * such as the line of what was deleted.
 *
 * @param {Element | null} before
 * @param {HTMLElement | null | undefined} fallback
 */
function giveFocusBack(before, fallback) {
  for (const element of [before, fallback, document.querySelector("main h1") ?? document.querySelector("main")]) {
    // Something of the page has it, such as what a view shows now.
    if (document.activeElement && document.activeElement !== document.body) return;
    if (!(element instanceof HTMLElement) || !element.isConnected || element === document.body) continue;
    if (element !== before && !element.hasAttribute("tabindex")) element.tabIndex = -1;
    element.focus({ preventScroll: element !== before });
  }
}

/** When what has the focus again goes, something else gets it. @param {Element | null} before @param {HTMLElement | null | undefined} fallback */
function watchOver(before, fallback) {
  if (!(before instanceof HTMLElement) || document.activeElement !== before) return;
  const watching = new MutationObserver(() => {
    if (before.isConnected) return;
    watching.disconnect();
    giveFocusBack(null, fallback);
  });
  watching.observe(document.body, { childList: true, subtree: true });
  const onBlur = () => requestAnimationFrame(() => before.isConnected && watching.disconnect());
  before.addEventListener("blur", onBlur, { once: true });
}

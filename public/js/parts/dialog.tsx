/** A dialogue over the page. Escape and Cancel close it; the focus goes back to what opened it. */

import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";

import { t } from "../words.ts";
import { Problem } from "./problem.tsx";
import type { ComponentChildren } from "preact";

/** Shown as long as it is rendered. */
export function Dialog({
  title,
  onClose,
  children,
  action,
  isDanger,
  isBusy = false,
  isReady = true,
  isWaiting = false,
  onAction,
  problem,
  fallback,
}: {
  title: string;
  /** it is to go, with nothing done */
  onClose: () => void;
  /** what is asked */
  children: ComponentChildren;
  /** what the button does, such as "Void the expense"; without one there is Close only */
  action?: string | undefined;
  isDanger?: boolean | undefined;
  /** it is being done */
  isBusy?: boolean;
  /** there is something to be done */
  isReady?: boolean;
  /** it is being found out whether there is: the button is taken already, and done then */
  isWaiting?: boolean;
  onAction?: () => void;
  /** why it was not done */
  problem?: string | null | undefined;
  /** gets the focus where what had it is gone; else the heading */
  fallback?: { current: HTMLElement | null };
}) {
  const dialog = useRef<HTMLDialogElement | null>(null);
  const id = useId();
  const [isTaken, setTaken] = useState(false);
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
  const onCancel = (event: Event) => {
    event.preventDefault();
    if (!isBusy) onClose();
  };
  const onSubmit = (event: Event) => {
    event.preventDefault();
    // One may be opened from a field of another.
    event.stopPropagation();
    if (isBusy || isTaken) return;
    if (isWaiting) setTaken(true);
    else if (isReady) onAction?.();
  };
  useEffect(() => {
    if (!isTaken || isWaiting) return;
    setTaken(false);
    if (isReady) onAction?.();
  }, [isTaken, isWaiting]);
  // What is typed on would be another thing than what was confirmed.
  const onKeyDown = (event: KeyboardEvent) => {
    if (isTaken && !["Escape", "Tab"].includes(event.key)) event.preventDefault();
  };
  return (
    <dialog class="ask" ref={dialog} aria-labelledby={id} onCancel={onCancel}>
      <form novalidate onSubmit={onSubmit} onKeyDown={onKeyDown}>
        <h2 id={id}>{title}</h2>
        {children}
        <Problem>{problem}</Problem>
        <div class="ask-actions">
          <button type="button" class="button" onClick={onClose} disabled={isBusy}>
            {action ? t`Cancel` : t`Close`}
          </button>
          {action && (
            <button
              type="submit"
              class={`button ${isDanger ? "danger" : "primary"}`}
              disabled={isBusy || isTaken || !(isReady || isWaiting)}
            >
              {action}
            </button>
          )}
        </div>
      </form>
    </dialog>
  );
}

/**
 * Once the page is drawn without the dialogue. What it was opened from can be gone with it, or
 * disabled, or go soon after, such as the line of what was deleted.
 */
function giveFocusBack(before: Element | null, fallback: HTMLElement | null | undefined) {
  for (const element of [
    before,
    fallback,
    document.querySelector("main h1") ?? document.querySelector("main"),
  ]) {
    // Something of the page has it, such as what a view shows now.
    if (document.activeElement && document.activeElement !== document.body) return;
    if (!(element instanceof HTMLElement) || !element.isConnected || element === document.body)
      continue;
    if (element !== before && !element.hasAttribute("tabindex")) element.tabIndex = -1;
    element.focus({ preventScroll: element !== before });
  }
}

/** When what has the focus again goes, something else gets it. */
function watchOver(before: Element | null, fallback: HTMLElement | null | undefined) {
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

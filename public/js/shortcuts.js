// @ts-check
/** Keys. Single keys can be switched off in the help, and do nothing while one is typing. */

import { byId } from "./dom.js";

const STORED = "tillroll.single-keys";

/** @type {Map<string, () => void>} */
const actions = new Map();

/** Whether the keyboard's command key is ⌘. */
export const IS_APPLE = /Mac|iPhone|iPad/.test(navigator.platform);

/**
 * @param {string} key as in KeyboardEvent.key; "Mod+Enter" is with Ctrl or ⌘
 * @param {(() => void) | null} action null takes it away
 */
export function setShortcut(key, action) {
  if (action) actions.set(key, action);
  else actions.delete(key);
}

/** Listen to the keyboard and make the help dialog work. */
export function listenToKeys() {
  const dialog = byId("help", HTMLDialogElement);
  const single = byId("single-keys", HTMLInputElement);
  single.checked = localStorage.getItem(STORED) !== "off";
  single.addEventListener("change", () => localStorage.setItem(STORED, single.checked ? "on" : "off"));
  byId("help-button", HTMLButtonElement).addEventListener("click", () => dialog.showModal());
  setShortcut("?", () => dialog.showModal());
  for (const key of dialog.querySelectorAll("[data-mod]")) key.textContent = IS_APPLE ? "⌘" : "Ctrl";
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey || document.querySelector(":modal, :popover-open")) return;
    const isMod = event.ctrlKey || event.metaKey;
    if (!isMod && event.key === "Escape" && leaveField(event.target)) return;
    if (!isMod && event.key !== "Escape" && (!single.checked || isTyping(event.target))) return;
    const action = actions.get(isMod ? `Mod+${event.key}` : event.key);
    if (!action) return;
    event.preventDefault();
    action();
  });
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  return target instanceof HTMLElement && target.closest("input, textarea, select") !== null;
}

/**
 * Escape in a field leaves the field first.
 *
 * @param {EventTarget | null} target
 */
function leaveField(target) {
  if (!isTyping(target)) return false;
  /** @type {HTMLElement} */ (target).blur();
  return true;
}

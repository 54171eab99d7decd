// @ts-check
/** Keys. Single keys can be switched off in the help, and do nothing while one is typing. */

import { signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";

const STORED = "tillroll.single-keys";
/** Boxes and buttons take no letters, so single keys work beside them. */
const TYPED_INTO = 'input:not([type="checkbox"], [type="radio"], [type="button"], [type="file"]), textarea, select, [contenteditable]';

/** @type {Map<string, () => void>} */
const actions = new Map();

/** Whether the keyboard's command key is ⌘. */
export const IS_APPLE = /Mac|iPhone|iPad/.test(navigator.platform);

/** Whether single keys are shortcuts. */
export const singleKeys = signal(localStorage.getItem(STORED) !== "off");

/** @param {boolean} isOn */
export function setSingleKeys(isOn) {
  singleKeys.value = isOn;
  localStorage.setItem(STORED, isOn ? "on" : "off");
}

/**
 * @param {string} key as in KeyboardEvent.key; "Mod+Enter" is with Ctrl or ⌘
 * @param {(() => void) | null} action null takes it away
 */
export function setShortcut(key, action) {
  if (action) actions.set(key, action);
  else actions.delete(key);
}

/**
 * The keys of what is drawn, as long as it is; then what they did before. They come with it: a moment later, the key of whoever answers what they see
 * would be lost.
 *
 * @param {Record<string, () => void>} keys the same keys at each drawing; the actions may be others
 */
export function useShortcuts(keys) {
  const latest = useRef(keys);
  latest.current = keys;
  useLayoutEffect(() => {
    const before = Object.keys(keys).map((key) => /** @type {const} */ ([key, actions.get(key) ?? null]));
    for (const [key] of before) setShortcut(key, () => latest.current[key]?.());
    return () => {
      for (const [key, action] of before) setShortcut(key, action);
    };
  }, []);
}

/** Listen to the keyboard. */
export function listenToKeys() {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey || event.isComposing) return;
    if (document.querySelector(":modal, :popover-open")) return;
    const isMod = event.ctrlKey || event.metaKey;
    if (!isMod && event.key === "Escape" && leaveField(event.target)) return;
    if (!isMod && event.key !== "Escape" && (!singleKeys.value || isTyping(event.target))) return;
    const action = actions.get(isMod ? `Mod+${event.key}` : event.key);
    if (!action) return;
    // The key is used up: where the action moves the focus into a field, it is not typed there.
    event.preventDefault();
    action();
  });
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  return target instanceof HTMLElement && target.closest(TYPED_INTO) !== null;
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

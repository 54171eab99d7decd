/**
 * Keys: declared once where they are used, which is what the help lists. Single keys can be
 * switched off there, and do nothing while one is typing.
 */

import { signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";

import { t } from "./words.ts";

const STORED = "tillroll.single-keys";
/** Boxes and buttons take no letters, so single keys work beside them. */
const TYPED_INTO =
  'input:not([type="checkbox"], [type="radio"], [type="button"], [type="file"]), textarea, select, [contenteditable]';

/** How long the first of two keys waits for the second. */
const SECOND_KEY_MS = 1500;

const actions: Map<string, () => void> = new Map();

/** Whether the keyboard's command key is ⌘. */
export const IS_APPLE = /Mac|iPhone|iPad/.test(navigator.platform);

export const ANYWHERE = t`Anywhere`;
export const GO_TO = t`Go to`;

/** What each key does, by where it does it. The help begins with these. */
const declared: Map<string, [key: string, what: string][]> = new Map(
  [ANYWHERE, GO_TO].map((where) => [where, []]),
);

/** Whether the help lists all keys. */
export const isHelpShown = signal(false);

export function showHelp() {
  isHelpShown.value = true;
}

/** Whether the command palette is open. */
export const isPaletteShown = signal(false);

export function showPalette() {
  isPaletteShown.value = true;
}

/** Whether single keys are shortcuts. */
export const singleKeys = signal(localStorage.getItem(STORED) !== "off");

export function setSingleKeys(isOn: boolean) {
  singleKeys.value = isOn;
  localStorage.setItem(STORED, isOn ? "on" : "off");
}

/**
 * Declare the keys of a part of the page, when its module is loaded.
 *
 * @param where its heading in the help @param keys as in KeyboardEvent.key; "Mod+Enter" is with
 * Ctrl or ⌘, "g e" is one after the other @returns a hook: they act as long as what uses it is
 * drawn, and then what they did before is back. They come with the drawing: a moment later, the
 * key of whoever answers what they see would be lost. The same names at each drawing; the acts may
 * be others
 */
export function declareKeys<Name extends string>(
  where: string,
  keys: Record<Name, [key: string, what: string]>,
): (acts: Partial<Record<Name, () => void>>) => void {
  declared.set(where, Object.values(keys));
  return (acts) => {
    const latest = useRef(acts);
    latest.current = acts;
    useLayoutEffect(() => {
      const names = Object.keys(acts) as Name[];
      const before = names.map((name) => [keys[name][0], actions.get(keys[name][0])] as const);
      for (const name of names) actions.set(keys[name][0], () => latest.current[name]?.());
      return () => {
        for (const [key, action] of before) {
          if (action) actions.set(key, action);
          else actions.delete(key);
        }
      };
    }, []);
  };
}

/** All keys that were declared. */
export function allKeys() {
  return [...declared];
}

/**
 * @param key such as "Mod+k"
 * @returns what stands on the keys, such as Ctrl and K
 */
export function capsOf(key: string): string[] {
  const names = key.split(/[ +](?=.)/);
  const caps = { Mod: IS_APPLE ? "⌘" : t`Ctrl`, Escape: t`Esc` };
  const isMod = names[0] === "Mod";
  return names.map(
    (name) =>
      caps[name as keyof typeof caps] ?? (isMod && name.length === 1 ? name.toUpperCase() : name),
  );
}

/** Listen to the keyboard. */
export function listenToKeys() {
  /** The first of two keys. */
  let first = "";
  let timer = 0;
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey || event.isComposing || event.key === "Shift")
      return;
    if (document.querySelector(":modal, :popover-open")) return;
    const isMod = event.ctrlKey || event.metaKey;
    // A search field would be emptied by it as well.
    if (!isMod && event.key === "Escape" && leaveField(event.target)) return event.preventDefault();
    if (!isMod && event.key !== "Escape" && (!singleKeys.value || isTyping(event.target))) return;
    const key = first + (isMod ? `Mod+${event.key}` : event.key);
    first = "";
    clearTimeout(timer);
    if ([...actions.keys()].some((each) => each.startsWith(`${key} `))) {
      first = `${key} `;
      timer = setTimeout(() => (first = ""), SECOND_KEY_MS);
    }
    const action = actions.get(key);
    if (!action) return;
    // The key is used up: where the action moves the focus into a field, it is not typed there.
    event.preventDefault();
    action();
  });
}

function isTyping(target: EventTarget | null) {
  return target instanceof HTMLElement && target.closest(TYPED_INTO) !== null;
}

/** Escape in a field leaves the field first. */
function leaveField(target: EventTarget | null) {
  if (!isTyping(target)) return false;
  (target as HTMLElement).blur();
  return true;
}

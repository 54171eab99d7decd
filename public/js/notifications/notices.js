// @ts-check
/** What the page tells in passing: short notices at the edge, and words for screen readers only. */

import { signal } from "@preact/signals";

/** @typedef {{ label: string, onAction: () => void }} NoticeAction a button: what it does */
/** @typedef {{ key: number, text: string, kind: "info" | "success" | "problem", action: NoticeAction | null, patience: number }} Notice */

const SHOWN_MS = 6000;

/** The last of them is shown (`shell/passing.js`); problems before it come back once it is gone. */
export const notices = signal(/** @type {Notice[]} */ ([]));

/** What screen readers read out. */
export const announced = signal("");

let count = 0;

/**
 * Say it to those who do not see the page change.
 *
 * @param {string} text
 */
export function announce(text) {
  announced.value = "";
  // A text that is the same as before would not be read out; a changed one in the next frame is.
  requestAnimationFrame(() => {
    announced.value = text;
  });
}

/**
 * Show a notice in place of the one that is shown. It goes by itself unless it tells of a problem.
 *
 * @param {string} text
 * @param {{ kind?: "info" | "success" | "problem", action?: NoticeAction | null, patience?: number }} [options] `patience` in
 *   milliseconds
 */
export function notify(text, { kind = "info", action = null, patience = SHOWN_MS } = {}) {
  count += 1;
  const before = notices.value.filter((notice) => notice.kind === "problem" && notice.text !== text);
  notices.value = [...before, { key: count, text, kind, action, patience }];
}

/** @param {number} key of a notice */
export function dismiss(key) {
  notices.value = notices.value.filter((notice) => notice.key !== key);
}

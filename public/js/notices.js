// @ts-check
/** What the page tells in passing: short notices at the edge, and words for screen readers only. */

import { signal } from "@preact/signals";

/** @typedef {{ key: number, text: string, kind: "info" | "success" | "problem" }} Notice */

/** Those that are shown; `shell/passing.js` draws them. */
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
 * Show a notice, which goes by itself unless it tells of a problem.
 *
 * @param {string} text
 * @param {{ kind?: "info" | "success" | "problem" }} [options]
 */
export function notify(text, { kind = "info" } = {}) {
  count += 1;
  notices.value = [...notices.value, { key: count, text, kind }];
}

/** @param {number} key of a notice */
export function dismiss(key) {
  notices.value = notices.value.filter((notice) => notice.key !== key);
}

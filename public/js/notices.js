// @ts-check
/** What the page tells in passing: short notices at the edge, and words for screen readers only. */

import { byId, el, icon } from "./dom.js";

const SHOWN_MS = 6000;

/**
 * Say it to those who do not see the page change.
 *
 * @param {string} text
 */
export function announce(text) {
  const region = byId("announcer", HTMLElement);
  region.textContent = "";
  // A text that is the same as before would not be read out; a changed one in the next frame is.
  requestAnimationFrame(() => {
    region.textContent = text;
  });
}

/**
 * Show a notice, which goes by itself unless it tells of a problem.
 *
 * @param {string} text
 * @param {{ kind?: "info" | "success" | "problem" }} [options]
 */
export function notify(text, { kind = "info" } = {}) {
  const close = () => notice.remove();
  const symbols = { info: "info", success: "check", problem: "alert" };
  const button = el("button", { type: "button", class: "icon-button", "aria-label": "Dismiss", onclick: close });
  button.append(icon("close"));
  const notice = el("div", { class: "notice", "data-kind": kind }, icon(symbols[kind]), el("p", {}, text), button);
  byId("notices", HTMLElement).append(notice);
  if (kind === "problem") return;
  let timer = setTimeout(close, SHOWN_MS);
  notice.addEventListener("pointerenter", () => clearTimeout(timer));
  notice.addEventListener("pointerleave", () => {
    timer = setTimeout(close, SHOWN_MS / 2);
  });
}

// @ts-check
/** What every review has, whatever is reviewed: why it is asked, and the panel in which it is rejected. */

import { el, icon } from "./dom.js";
import { moment } from "./format.js";

/** @import { Review } from "./api.js" */

/**
 * @param {Review} review
 * @returns {HTMLElement} what is to be done, one sentence each
 */
export function reasonsOf({ sentences, escalated, deadline }) {
  const overdue = escalated ? [`This is overdue: it was to be decided by ${moment(deadline)}.`] : [];
  return el(
    "ul",
    { class: "reasons", id: "review-reasons" },
    ...[...overdue, ...sentences].map((text) => el("li", {}, icon("alert"), text)),
  );
}

/** Stands in for a review's buttons while it asks why it is rejected. */
export class RejectPanel {
  #buttons;
  #comment = el("textarea", { id: "review-comment", rows: 2, maxlength: 500 });

  /**
   * @param {HTMLElement} buttons that it stands in for
   * @param {{ label: string, onReject: () => void, onKeep: () => void }} of `label` is that of the button that rejects
   */
  constructor(buttons, { label, onReject, onKeep }) {
    this.#buttons = buttons;
    const keep = () => {
      this.#show(false);
      onKeep();
    };
    this.element = el(
      "div",
      { class: "reject-panel", hidden: true },
      el("label", { for: "review-comment" }, "Why is it rejected? ", el("span", { class: "quiet" }, "(optional)")),
      this.#comment,
      el(
        "div",
        { class: "review-actions" },
        el("button", { type: "button", class: "button danger", onclick: onReject }, label),
        el("button", { type: "button", class: "button", onclick: keep }, "Keep it"),
      ),
    );
  }

  /** @returns {{ decision: "reject", comment?: string } | null} the rejection it stands for; null while it is closed */
  get rejection() {
    if (this.element.hidden) return null;
    const comment = this.#comment.value.trim();
    return { decision: "reject", ...(comment ? { comment } : {}) };
  }

  /** @returns {string} what is typed into it */
  get comment() {
    return this.#comment.value;
  }

  /** What was typed before: the panel stands open with it. @param {string} text */
  set comment(text) {
    this.#comment.value = text;
    if (text) this.#show(true);
  }

  open() {
    this.#show(true);
    this.#comment.focus();
  }

  /** @param {boolean} isOpen */
  #show(isOpen) {
    this.element.hidden = !isOpen;
    this.#buttons.hidden = isOpen;
  }
}

// @ts-check
/** Runs of kinds that the page has no look of its own for: what they are called, and how a person decides on one. */

import { decideReview } from "./api.js";
import { el, icon } from "./dom.js";
import { moment } from "./format.js";

/** @import { Review, Run, RunSummary } from "./api.js" */

/**
 * @param {Pick<RunSummary, "kind" | "receipt">} run
 * @returns {string} what it is called: a receipt by its file, any other by its kind
 */
export function nameOfRun({ kind, receipt }) {
  if (receipt?.fileName) return receipt.fileName;
  const words = kind.replaceAll(/[-_]/g, " ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/** What is asked of a person, and the decision: the form for a kind that takes no values. */
export class KindReview {
  #run;
  #listeners;
  #problem = el("p", { class: "form-problem", role: "alert", hidden: true });
  #comment = el("textarea", { id: "review-comment", rows: 2, maxlength: 500 });
  #rejectPanel;
  #buttons;

  /**
   * @param {Run} run
   * @param {Review} review
   * @param {{ onDecided: (decision: "approve" | "reject") => void, onRefused: (problem: Error) => void }} listeners
   */
  constructor(run, review, listeners) {
    this.#run = run;
    this.#listeners = listeners;
    const button = (/** @type {string} */ label, /** @type {string} */ look, /** @type {() => void} */ onclick) =>
      el("button", { type: "button", class: `button ${look}`, onclick }, label);
    this.#buttons = el(
      "div",
      { class: "review-actions" },
      button("Approve", "primary", () => this.approve()),
      button("Reject…", "", () => this.askToReject()),
    );
    this.#rejectPanel = el(
      "div",
      { class: "reject-panel", hidden: true },
      el("label", { for: "review-comment" }, "Why is it rejected? ", el("span", { class: "quiet" }, "(optional)")),
      this.#comment,
      el(
        "div",
        { class: "review-actions" },
        button("Reject", "danger", () => this.decide()),
        button("Keep it", "", () => this.#show(this.#buttons, this.#rejectPanel)),
      ),
    );
    this.element = el(
      "section",
      { class: "card review", "aria-labelledby": "review-title" },
      el("h2", { id: "review-title" }, "Decide on this"),
      el(
        "ul",
        { class: "reasons", id: "review-reasons" },
        ...sentencesOf(review).map((text) => el("li", {}, icon("alert"), text)),
      ),
      proposedOf(review),
      this.#problem,
      this.#buttons,
      this.#rejectPanel,
    );
  }

  focus() {
    this.#buttons.querySelector("button")?.focus();
  }

  /** There is no field that could stand out. */
  highlight() {}

  /** What is asked at the moment: to reject, while it asks why, and to approve otherwise. */
  decide() {
    if (this.#rejectPanel.hidden) return this.approve();
    const comment = this.#comment.value.trim();
    return this.#decide({ decision: "reject", ...(comment ? { comment } : {}) });
  }

  approve() {
    return this.#decide({ decision: "approve" });
  }

  /** Ask for a comment before rejecting. */
  askToReject() {
    this.#show(this.#rejectPanel, this.#buttons);
    this.#comment.focus();
  }

  /**
   * @param {HTMLElement} shown
   * @param {HTMLElement} hidden
   */
  #show(shown, hidden) {
    shown.hidden = false;
    hidden.hidden = true;
  }

  /** @param {Parameters<typeof decideReview>[1]} body */
  async #decide(body) {
    this.element.toggleAttribute("inert", true);
    try {
      await decideReview(this.#run.id, body);
      this.#listeners.onDecided(body.decision);
    } catch (error) {
      this.element.toggleAttribute("inert", false);
      this.#problem.hidden = false;
      this.#problem.textContent = /** @type {Error} */ (error).message;
      this.#listeners.onRefused(/** @type {Error} */ (error));
    }
  }
}

/** @param {Review} review */
function sentencesOf({ sentences, escalated, deadline }) {
  return escalated ? [`This is overdue: it was to be decided by ${moment(deadline)}.`, ...sentences] : sentences;
}

/**
 * @param {Review} review
 * @returns {HTMLElement | null} what the run proposes, by its names
 */
function proposedOf({ proposed }) {
  if (proposed === null || typeof proposed !== "object") return null;
  const items = Object.entries(proposed).map(([name, value]) =>
    el("div", {}, el("dt", {}, name), el("dd", {}, typeof value === "string" ? value : JSON.stringify(value))),
  );
  return el("dl", { class: "facts" }, ...items);
}

// @ts-check
/** Runs of kinds that the page has no look of its own for: what they are called, and how a person decides on one. */

import { decideReview } from "./api.js";
import { el } from "./dom.js";
import { reasonsOf, RejectPanel } from "./review-parts.js";

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
    this.#rejectPanel = new RejectPanel(this.#buttons, {
      label: "Reject",
      onReject: () => this.decide(),
      onKeep: () => {},
    });
    this.element = el(
      "section",
      { class: "card review", "aria-labelledby": "review-title" },
      el("h2", { id: "review-title" }, "Decide on this"),
      reasonsOf(review),
      proposedOf(review),
      this.#problem,
      this.#buttons,
      this.#rejectPanel.element,
    );
  }

  focus() {
    this.#buttons.querySelector("button")?.focus();
  }

  /** There is no field that could stand out. */
  highlight() {}

  /** What is asked at the moment: to reject, while it asks why, and to approve otherwise. */
  decide() {
    const { rejection } = this.#rejectPanel;
    return rejection ? this.#decide(rejection) : this.approve();
  }

  approve() {
    return this.#decide({ decision: "approve" });
  }

  /** Ask for a comment before rejecting. */
  askToReject() {
    this.#rejectPanel.open();
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

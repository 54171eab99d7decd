// @ts-check
/** What is unsure, put before a person: the reasons, the values to correct, and the decision. */

import { ApiError, decideReview, readAgain } from "./api.js";
import { offerCategories } from "./categories.js";
import { el } from "./dom.js";
import { knownAsOf } from "./known-merchant.js";
import { doubtedFields, FIELDS, OPTIONAL_FIELDS } from "./labels.js";
import { duplicateOf } from "./duplicate.js";
import { reasonsOf, RejectPanel } from "./review-parts.js";
import { goToRun } from "./router.js";
import { IS_APPLE } from "./shortcuts.js";
import { draftOf, dropDraft, keepDraft } from "./state/drafts.js";
import { ValueFields } from "./value-fields.js";

/** @import { FieldName, Review, Run } from "./api.js" */
/** @import { Attention } from "./attention.js" */

/**
 * @typedef {object} ReviewListeners
 * @property {Attention} attention told which field is looked at
 * @property {(decision: "approve" | "reject") => void} onDecided it is recorded
 * @property {(problem: Error) => void} onRefused for another reason than the values
 */

export class ReviewForm {
  #run;
  #listeners;
  #fields;
  #summary = el("p", { class: "form-problem", role: "alert", hidden: true });
  #rejectPanel;
  #buttons;
  #isSending = false;

  /**
   * @param {Run} run
   * @param {Review} review
   * @param {ReviewListeners} listeners
   */
  constructor(run, review, listeners) {
    this.#run = run;
    this.#listeners = listeners;
    this.#fields = this.#makeFields(review);
    this.#buttons = this.#makeButtons(review);
    this.#rejectPanel = new RejectPanel(this.#buttons, {
      label: "Reject the receipt",
      onReject: () => this.decide(),
      onKeep: () => this.focus(),
    });
    this.#rejectPanel.comment = draftOf(`review:${run.id}`)?.comment ?? "";
    offerCategories();
    const form = el(
      "form",
      { class: "review-form", novalidate: true, autocomplete: "off", "aria-describedby": "review-reasons" },
      this.#fields.element,
      this.#summary,
      this.#buttons,
      this.#rejectPanel.element,
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.decide();
    });
    form.addEventListener("input", () => this.#keepDraft());
    this.element = el(
      "section",
      { class: "card review", "aria-labelledby": "review-title" },
      el("h2", { id: "review-title" }, "Check this receipt"),
      reasonsOf(review),
      review.duplicateOf && duplicateOf(run, review.duplicateOf),
      knownAsOf(run.extraction),
      form,
    );
  }

  /**
   * @param {FieldName} [name] without one, the first that is in doubt
   */
  focus(name) {
    this.#fields.focus(name);
  }

  /** @param {FieldName | null} name the field that stands out, pointed at from elsewhere */
  highlight(name) {
    this.#fields.highlight(name);
  }

  /** What the form asks at the moment: to reject, while it asks why, and to approve otherwise. */
  decide() {
    const { rejection } = this.#rejectPanel;
    return rejection ? this.#decide(rejection) : this.approve();
  }

  approve() {
    return this.#decide({ decision: "approve", values: this.#fields.changes });
  }

  /** Ask for a comment before rejecting. */
  askToReject() {
    this.#rejectPanel.open();
  }

  /** @param {Review} review */
  #makeFields(review) {
    const { extraction, id } = this.#run;
    const missing = FIELDS.filter((name) => !OPTIONAL_FIELDS.includes(name) && !extraction?.[name]?.value);
    return new ValueFields(extraction, {
      attention: this.#listeners.attention,
      doubted: new Set([...missing, ...doubtedFields(review.reasons)]),
      draft: draftOf(`review:${id}`)?.values,
    });
  }

  /** @param {Review} review */
  #makeButtons(review) {
    const keys = el(
      "span",
      { class: "keys", "aria-hidden": "true" },
      el("kbd", {}, IS_APPLE ? "⌘" : "Ctrl"),
      el("kbd", {}, "↵"),
    );
    const reject = () => this.askToReject();
    return el(
      "div",
      { class: "review-actions" },
      el("button", { type: "submit", class: "button primary" }, "Approve", keys),
      el("button", { type: "button", class: "button", onclick: reject }, "Reject…"),
      review.reasons.includes("ai_budget") &&
        el("button", { type: "button", class: "button", onclick: () => this.#readAgain() }, "Read it again"),
    );
  }

  #keepDraft() {
    keepDraft(`review:${this.#run.id}`, { values: this.#fields.values, comment: this.#rejectPanel.comment });
  }

  /** @param {Parameters<typeof decideReview>[1]} body */
  #decide(body) {
    return this.#send(async () => {
      await decideReview(this.#run.id, body);
      dropDraft(`review:${this.#run.id}`);
      this.#listeners.onDecided(body.decision);
    });
  }

  #readAgain() {
    return this.#send(async () => {
      const { runId } = await readAgain(this.#run.id);
      goToRun(runId);
    });
  }

  /** @param {() => Promise<void>} act what is done at most once at a time */
  async #send(act) {
    if (this.#isSending) return;
    this.#isSending = true;
    this.element.toggleAttribute("inert", true);
    this.#fields.showProblems([]);
    this.#summarise("");
    try {
      await act();
    } catch (error) {
      this.element.toggleAttribute("inert", false);
      this.#onProblem(/** @type {Error} */ (error));
    } finally {
      this.#isSending = false;
    }
  }

  /** @param {Error} error */
  #onProblem(error) {
    if (error instanceof ApiError && error.code === "not-possible") {
      this.#summarise(error.message);
      return;
    }
    if (!(error instanceof ApiError) || error.code !== "invalid-values") {
      this.#listeners.onRefused(error);
      return;
    }
    const { first, elsewhere } = this.#fields.showProblems(error.fieldErrors);
    this.#summarise(["Not approved yet: correct the marked values.", ...elsewhere].join(" "));
    if (first) this.focus(first);
  }

  /** @param {string} text empty where there is nothing to say */
  #summarise(text) {
    this.#summary.hidden = text === "";
    this.#summary.textContent = text;
  }
}

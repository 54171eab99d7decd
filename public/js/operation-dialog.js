// @ts-check
/** Asks for the reason of an operation, does it, and says why where it was not done. */

import { ApiError } from "./api.js";
import { Attention } from "./attention.js";
import { el, icon } from "./dom.js";
import { ValueFields } from "./value-fields.js";

/** @import { Extraction, FieldName } from "./api.js" */
/** @import { OperationWords } from "./operations.js" */

const SHORTEST_REASON = 3;
const REASON_NEEDED = `Write a reason of at least ${SHORTEST_REASON} characters. It is kept in the audit.`;

/**
 * @typedef {object} Question
 * @property {OperationWords} words
 * @property {string[]} [warnings] what to know before
 * @property {{ extraction: Extraction | null }} [correctable] whose values can be put right along with it
 * @property {(reason: string, values: Partial<Record<FieldName, string>>) => Promise<void>} send
 * @property {() => void} onDone it was done, and the dialog is closed
 * @property {(error: unknown) => void} onRefused it was not; the dialog shows a problem's sentence itself
 * @property {HTMLElement} fallback gets the focus where what had it is gone
 */

export class OperationDialog {
  #question;
  #reason = el("textarea", {
    id: "operation-reason",
    rows: 2,
    maxlength: 500,
    required: true,
    "aria-describedby": "operation-reason-problem",
  });
  #reasonProblem = el("p", { class: "input-problem", id: "operation-reason-problem", hidden: true });
  #problem = el("p", { class: "form-problem", role: "alert", hidden: true });
  #confirm;
  #close = el("button", { type: "button", class: "button" }, "Keep it as it is");
  #values;
  #corrections;
  #dialog;
  #isSending = false;

  /** @param {Question} question */
  constructor(question) {
    const { words, warnings = [], correctable, fallback } = question;
    this.#question = question;
    this.#confirm = el("button", { class: `button ${words.isDanger ? "danger" : "primary"}` }, words.action);
    this.#values = correctable && new ValueFields(correctable.extraction, { attention: new Attention(() => {}) });
    this.#corrections = this.#values && el("details", {}, el("summary", {}, "Correct values"), this.#values.element);
    const form = el(
      "form",
      { novalidate: true, autocomplete: "off" },
      el("h2", { id: "operation-title" }, words.title),
      el("p", { id: "operation-says" }, words.says),
      warnings.length > 0 && warning(warnings),
      el(
        "div",
        { class: "operation-reason" },
        el("label", { for: "operation-reason" }, "Reason ", el("span", { class: "quiet" }, "(kept in the audit)")),
        this.#reason,
        this.#reasonProblem,
      ),
      this.#corrections,
      this.#problem,
      el("div", { class: "operation-buttons" }, this.#close, this.#confirm),
    );
    this.#dialog = el(
      "dialog",
      { class: "operation", "aria-labelledby": "operation-title", "aria-describedby": "operation-says" },
      form,
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.#reason.addEventListener("input", () => this.#askForReason(""));
    this.#close.addEventListener("click", () => this.#isSending || this.#dialog.close());
    this.#dialog.addEventListener("cancel", (event) => this.#isSending && event.preventDefault());
    this.#dialog.addEventListener("close", () => {
      this.#dialog.remove();
      if (document.activeElement === document.body) fallback.focus();
    });
  }

  /** Show it; the focus goes to the reason, and back where it was when the dialog is closed. */
  open() {
    document.body.append(this.#dialog);
    this.#dialog.showModal();
    this.#reason.focus();
  }

  async #send() {
    const reason = this.#reason.value.trim();
    if (reason.length < SHORTEST_REASON) {
      this.#askForReason(REASON_NEEDED);
      this.#reason.focus();
      return;
    }
    if (this.#isSending) return;
    this.#setSending(true);
    this.#say("");
    this.#values?.showProblems([]);
    try {
      await this.#question.send(reason, this.#values?.changes ?? {});
    } catch (error) {
      this.#onProblem(error);
      return;
    } finally {
      this.#setSending(false);
    }
    this.#dialog.close();
    this.#question.onDone();
  }

  /** @param {unknown} error */
  #onProblem(error) {
    const isSignedOut = error instanceof ApiError && error.status === 401;
    if (isSignedOut || !(error instanceof Error)) this.#dialog.close();
    else this.#explain(error);
    this.#question.onRefused(error);
  }

  /** @param {Error} error */
  #explain(error) {
    this.#say(error.message);
    if (!(error instanceof ApiError)) return;
    if (error.code === "not-possible") {
      this.#confirm.hidden = true; // somebody was first: asking again would be refused again
      this.#close.textContent = "Close";
      this.#close.focus();
    }
    const first = this.#values?.showProblems(error.fieldErrors).first;
    if (first) {
      this.#corrections?.toggleAttribute("open", true);
      this.#values?.focus(first);
    }
  }

  /** @param {boolean} isSending */
  #setSending(isSending) {
    this.#isSending = isSending;
    // A disabled button would lose the focus.
    this.#dialog.setAttribute("aria-busy", String(isSending));
  }

  /** @param {string} problem empty where there is none */
  #askForReason(problem) {
    this.#reasonProblem.hidden = problem === "";
    this.#reasonProblem.textContent = problem;
    this.#reason.setAttribute("aria-invalid", String(problem !== ""));
  }

  /** @param {string} problem empty where there is none */
  #say(problem) {
    this.#problem.hidden = problem === "";
    this.#problem.textContent = problem;
  }
}

/** @param {string[]} texts */
function warning(texts) {
  return el("div", { class: "warning" }, icon("alert"), el("ul", {}, ...texts.map((text) => el("li", {}, text))));
}

// @ts-check
/** One value of a review: what was read, from where, and room to put it right. */

import { el, setText } from "./dom.js";
import { currencyName, dateInWords } from "./format.js";
import { DOCUMENT_KINDS, FIELD_LABELS } from "./labels.js";
import { quote } from "./transcript.js";

/** @import { Alternative, Evidence, ExtractedField, FieldName } from "./api.js" */
/** @import { Attention } from "./attention.js" */

/** @type {Record<FieldName, Record<string, string>>} */
const ATTRIBUTES = {
  merchant: { maxlength: "200" },
  registeredName: { maxlength: "200", placeholder: "none" },
  date: { placeholder: "YYYY-MM-DD", maxlength: "10" },
  total: { inputmode: "decimal", placeholder: "0.00" },
  tax: { inputmode: "decimal", placeholder: "none" },
  currency: { maxlength: "3", autocapitalize: "characters", list: "currencies", placeholder: "EUR" },
  category: { maxlength: "60", list: "categories", placeholder: "none" },
  documentKind: {},
  receiptNumber: { maxlength: "200", placeholder: "none" },
  dueDate: { placeholder: "YYYY-MM-DD", maxlength: "10" },
  amountDue: { inputmode: "decimal", placeholder: "none" },
  buyer: { maxlength: "200", placeholder: "none" },
};

/** @type {Partial<Record<FieldName, (value: string) => string>>} */
const IN_WORDS = { date: dateInWords, currency: currencyName, dueDate: dateInWords };

/**
 * @typedef {object} ReviewFieldOptions
 * @property {ExtractedField | null} read
 * @property {Alternative | null} other what a language model read instead
 * @property {string} value to begin with
 * @property {boolean} isInDoubt
 * @property {Attention} attention told when it is looked at
 */

export class ReviewField {
  #input;
  #words;
  #problem;
  #inWords;

  /**
   * @param {FieldName} name
   * @param {ReviewFieldOptions} options
   */
  constructor(name, { read, other, value, isInDoubt, attention }) {
    this.isInDoubt = isInDoubt;
    this.#inWords = IN_WORDS[name];
    const id = `field-${name}`;
    const described = `${id}-problem ${id}-words ${id}-source`;
    const attributes = { id, name, "aria-describedby": described };
    this.#input =
      name === "documentKind"
        ? kindSelect(value, attributes)
        : el("input", { ...attributes, type: "text", value, spellcheck: "false", ...ATTRIBUTES[name] });
    this.#words = el("p", { class: "input-words", id: `${id}-words` });
    this.#problem = el("p", { class: "input-problem", id: `${id}-problem`, hidden: true });
    const badge = isInDoubt && el("span", { class: "badge" }, read?.value ? "Check" : "Not found");
    const source = read?.evidence && el("p", { class: "input-source", id: `${id}-source` }, ...sourceOf(read.evidence));
    this.element = el(
      "div",
      { class: isInDoubt ? "review-field is-in-doubt" : "review-field", "data-field": name },
      el("label", { for: id }, FIELD_LABELS[name], badge),
      this.#input,
      this.#inWords && this.#words,
      this.#problem,
      source,
      other && this.#makeOther(other),
    );
    this.#input.addEventListener("input", () => {
      this.#renderWords();
      this.setProblem("");
    });
    attention.watch(this.element, name);
    this.#renderWords();
  }

  /** @returns {string} */
  get value() {
    const value = this.#input.value.trim();
    return this.#input.name === "currency" ? value.toUpperCase() : value;
  }

  focus() {
    this.#input.focus();
    if (this.#input instanceof HTMLInputElement) this.#input.select();
  }

  /** @param {string} message empty where there is none */
  setProblem(message) {
    setText(this.#problem, message);
    this.#problem.hidden = message === "";
    this.#input.toggleAttribute("aria-invalid", message !== "");
    if (message) this.#input.setAttribute("aria-invalid", "true");
  }

  /** @param {Alternative} other */
  #makeOther({ value, evidence, source }) {
    const take = () => {
      this.#input.value = value;
      this.#input.dispatchEvent(new Event("input", { bubbles: true }));
      this.focus();
    };
    const button = el("button", { type: "button", class: "link-button", onclick: take }, `take ${value}`);
    return el("p", { class: "input-other", title: source }, "A model read ", quote(evidence), " ", button);
  }

  #renderWords() {
    if (this.#inWords) setText(this.#words, this.#inWords(this.value));
  }
}

/** @param {Evidence} evidence */
function sourceOf(evidence) {
  return evidence.path ? ["From the XML"] : ["From ", quote(evidence)];
}

/**
 * @param {string} value
 * @param {Record<string, string>} attributes
 */
function kindSelect(value, attributes) {
  const kinds = Object.entries(DOCUMENT_KINDS).map(([kind, label]) => el("option", { value: kind }, label));
  const select = el("select", attributes, el("option", { value: "" }, "not said"), ...kinds);
  select.value = value;
  return select;
}

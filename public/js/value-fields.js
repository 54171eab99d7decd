// @ts-check
/** The values of a receipt, to be put right. */

import { el } from "./dom.js";
import { ALL_FIELDS, DOCUMENT_FIELDS, FIELDS } from "./labels.js";
import { ReviewField } from "./review-field.js";

/** @import { Extraction, FieldName } from "./api.js" */
/** @import { Attention } from "./attention.js" */

/**
 * @typedef {object} ValueFieldsOptions
 * @property {Attention} attention told which field is looked at
 * @property {Set<FieldName>} [doubted] fields to check
 * @property {Partial<Record<FieldName, string>>} [draft] what was typed before
 */

export class ValueFields {
  #read;
  /** @type {Map<FieldName, ReviewField>} */
  #fields;
  #document;

  /**
   * @param {Extraction | null} extraction what was read
   * @param {ValueFieldsOptions} options
   */
  constructor(extraction, { attention, doubted, draft }) {
    this.#read = (/** @type {FieldName} */ name) => extraction?.[name]?.value ?? "";
    const fields = ALL_FIELDS.map((name) => {
      const field = new ReviewField(name, {
        read: extraction?.[name] ?? null,
        other: extraction?.alternatives?.[name] ?? null,
        value: draft?.[name] ?? this.#read(name),
        isInDoubt: doubted?.has(name) ?? false,
        attention,
      });
      return /** @type {const} */ ([name, field]);
    });
    this.#fields = new Map(fields);
    const grid = (/** @type {FieldName[]} */ names) =>
      el("div", { class: "review-fields" }, ...names.map((name) => this.#fields.get(name)?.element ?? null));
    this.#document = el("details", { class: "review-document" }, el("summary", {}, "Document"), grid(DOCUMENT_FIELDS));
    this.#document.open = DOCUMENT_FIELDS.some((name) => this.#fields.get(name)?.isInDoubt);
    this.element = el("div", {}, grid(FIELDS), this.#document);
  }

  /** @returns {Record<FieldName, string>} */
  get values() {
    return /** @type {Record<FieldName, string>} */ (
      Object.fromEntries([...this.#fields].map(([name, field]) => [name, field.value]))
    );
  }

  /** @returns {Partial<Record<FieldName, string>>} what differs from what was read */
  get changes() {
    const values = /** @type {[FieldName, string][]} */ (Object.entries(this.values));
    return Object.fromEntries(values.filter(([name, value]) => value !== this.#read(name)));
  }

  /**
   * @param {FieldName} [name] without one, the first that is in doubt
   */
  focus(name) {
    const inDoubt = [...this.#fields.values()].find((field) => field.isInDoubt);
    const field = name ? this.#fields.get(name) : (inDoubt ?? this.#fields.get("merchant"));
    if (field && this.#document.contains(field.element)) this.#document.open = true;
    field?.focus();
  }

  /** @param {FieldName | null} name the field that stands out, pointed at from elsewhere */
  highlight(name) {
    for (const [field, { element }] of this.#fields) element.classList.toggle("is-active", field === name);
  }

  /**
   * Say at each field what is wrong with it.
   *
   * @param {{ field: string, message: string }[]} errors
   * @returns {{ first: FieldName | undefined, elsewhere: string[] }} the first field with a problem, and what is about none
   */
  showProblems(errors) {
    for (const [name, field] of this.#fields) {
      const own = errors.filter((error) => error.field === name);
      field.setProblem(own.map(({ message }) => message).join(" "));
    }
    const first = ALL_FIELDS.find((name) => errors.some(({ field }) => field === name));
    const others = errors.filter(({ field }) => !ALL_FIELDS.some((name) => name === field));
    return { first, elsewhere: others.map(({ message }) => message) };
  }
}

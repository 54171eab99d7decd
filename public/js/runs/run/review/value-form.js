// @ts-check
/** The values of a receipt as a form: what was read, what is typed, what of it is to be put right. */

import { useRef, useState } from "preact/hooks";

import { ALL_FIELDS, DOCUMENT_FIELDS, FIELDS } from "../../../labels.js";
import { readAmount, writtenAmount } from "../../../values/amount.js";
import { readDay, writtenDay } from "../../../values/day.js";
import { ValueField } from "./value-field.js";
import { html } from "../../../words.js";

/** @import { Extraction, FieldName } from "../../../api.js" */
/** @import { Attention } from "../../../parts/attention.js" */

/** @typedef {{ field: string, message: string }} FieldError */

/**
 * @typedef {object} ValueForm
 * @property {Record<FieldName, string>} texts as they are typed
 * @property {Partial<Record<FieldName, string>>} problems
 * @property {Extraction | null} extraction
 * @property {Set<FieldName>} doubted
 * @property {string} currency
 * @property {(name: FieldName, text: string) => void} type
 * @property {() => { changes: Partial<Record<FieldName, string>>, errors: FieldError[] }} read what differs from what was
 *   read, as the API has it; and what cannot be understood
 * @property {(errors: FieldError[]) => { first: FieldName | undefined, elsewhere: string[] }} show errors at their fields: the
 *   first field that has one, and what is about none
 * @property {(name?: FieldName) => void} focus without a name, the first that is in doubt
 * @property {boolean} isDocumentOpen
 * @property {(isOpen: boolean) => void} openDocument
 * @property {(name: FieldName) => (input: HTMLInputElement | HTMLSelectElement | null) => void} keep the input's element
 */

/** @type {Set<FieldName>} */
const AMOUNTS = new Set(["total", "tax", "amountDue"]);
/** @type {Set<FieldName>} */
const DAYS = new Set(["date", "dueDate"]);

/**
 * @param {Extraction | null} extraction what was read
 * @param {object} [options]
 * @param {Set<FieldName>} [options.doubted] fields to check
 * @param {Partial<Record<FieldName, string>>} [options.draft] what was typed before
 * @param {(texts: Record<FieldName, string>) => void} [options.onTyped]
 * @returns {ValueForm}
 */
export function useValueForm(extraction, { doubted = new Set(), draft = {}, onTyped } = {}) {
  const readOf = (/** @type {FieldName} */ name) => extraction?.[name]?.value ?? "";
  const [texts, setTexts] = useState(() => {
    const pairs = ALL_FIELDS.map((name) => [name, draft[name] ?? written(name, readOf(name))]);
    return /** @type {Record<FieldName, string>} */ (Object.fromEntries(pairs));
  });
  const [problems, setProblems] = useState(/** @type {Partial<Record<FieldName, string>>} */ ({}));
  const [isDocumentOpen, openDocument] = useState(() => DOCUMENT_FIELDS.some((name) => doubted.has(name)));
  const inputs = useRef(/** @type {Map<FieldName, HTMLInputElement | HTMLSelectElement>} */ (new Map()));
  const currency = texts.currency.trim().toUpperCase();
  const take = (/** @type {FieldName} */ name) => {
    const input = inputs.current.get(name);
    input?.focus();
    if (input instanceof HTMLInputElement) input.select();
  };

  return {
    texts,
    problems,
    extraction,
    doubted,
    currency,
    isDocumentOpen,
    openDocument,
    keep: (name) => (input) => {
      if (input) inputs.current.set(name, input);
      else inputs.current.delete(name);
    },
    type: (name, text) => {
      const typed = { ...texts, [name]: text };
      setTexts(typed);
      setProblems({ ...problems, [name]: "" });
      onTyped?.(typed);
    },
    read: () => {
      /** @type {Partial<Record<FieldName, string>>} */
      const changes = {};
      /** @type {FieldError[]} */
      const errors = [];
      for (const name of ALL_FIELDS) {
        const text = texts[name].trim();
        if (text === written(name, readOf(name))) continue;
        const { value, problem } = understood(name, text, currency);
        if (problem) errors.push({ field: name, message: problem });
        else if (value !== readOf(name)) changes[name] = value ?? "";
      }
      return { changes, errors };
    },
    show: (errors) => {
      const own = ALL_FIELDS.map((name) => {
        const messages = errors.filter(({ field }) => field === name).map(({ message }) => message);
        return [name, messages.join(" ")];
      });
      setProblems(Object.fromEntries(own));
      const first = ALL_FIELDS.find((name) => errors.some(({ field }) => field === name));
      if (first && DOCUMENT_FIELDS.includes(first)) openDocument(true);
      const others = errors.filter(({ field }) => !ALL_FIELDS.some((name) => name === field));
      return { first, elsewhere: others.map(({ message }) => message) };
    },
    focus: (name) => {
      const wanted = name ?? ALL_FIELDS.find((each) => doubted.has(each)) ?? "merchant";
      if (DOCUMENT_FIELDS.includes(wanted)) openDocument(true);
      if (inputs.current.get(wanted)?.checkVisibility()) take(wanted);
      // What was closed until now can have the focus once it is drawn.
      else requestAnimationFrame(() => take(wanted));
    },
  };
}

/**
 * @param {FieldName} name
 * @param {string} text as it is typed
 * @param {string} currency
 * @returns {import("../../../values/amount.js").Read} as the API has it
 */
export function understood(name, text, currency) {
  if (AMOUNTS.has(name)) return readAmount(text, currency);
  if (DAYS.has(name)) return readDay(text);
  return { value: name === "currency" ? text.trim().toUpperCase() : text.trim(), problem: null };
}

/**
 * @param {FieldName} name
 * @param {string} value as the API has it
 * @returns {string} as the reader's locale writes it
 */
export function written(name, value) {
  if (AMOUNTS.has(name)) return writtenAmount(value);
  return DAYS.has(name) ? writtenDay(value) : value;
}

/** @param {{ form: ValueForm, attention: Attention }} props */
export function ValueFields({ form, attention }) {
  const grid = (/** @type {FieldName[]} */ names) => html`
    <div class="review-fields">
      ${names.map(
        (name) => html`
          <${ValueField}
            key=${name}
            name=${name}
            read=${form.extraction?.[name] ?? null}
            other=${form.extraction?.alternatives?.[name] ?? null}
            proposed=${name === "category" && !form.texts.category.trim() ? (form.extraction?.proposedCategory ?? null) : null}
            text=${form.texts[name]}
            currency=${form.currency}
            onText=${(/** @type {string} */ text) => form.type(name, text)}
            problem=${form.problems[name] ?? ""}
            isInDoubt=${form.doubted.has(name)}
            attention=${attention}
            inputRef=${form.keep(name)}
          />
        `,
      )}
    </div>
  `;
  const onToggle = (/** @type {Event} */ event) =>
    form.openDocument(/** @type {HTMLDetailsElement} */ (event.currentTarget).open);
  return html`
    <div>
      ${grid(FIELDS)}
      <details class="review-document" open=${form.isDocumentOpen} onToggle=${onToggle}>
        <summary>Document</summary>
        ${grid(DOCUMENT_FIELDS)}
      </details>
    </div>
  `;
}

// @ts-check
/** One value of a review: what was read, from where, and room to put it right. */

import { currencyName, dateInWords, money } from "../../../format.js";
import { DOCUMENT_KINDS, FIELD_LABELS } from "../../../labels.js";
import { AmountInput, DayInput } from "../../../parts/inputs.js";
import { readAmount, writtenAmount } from "../../../values/amount.js";
import { readDay, writtenDay } from "../../../values/day.js";
import { ProposedOffer } from "../../../expenses/proposed.js";
import { Quote } from "../../../receipts/document/transcript.js";
import { html, t } from "../../../words.js";

/** @import { Alternative, ExtractedField, FieldName } from "../../../api.js" */
/** @import { ProposedCategory } from "../../../api/types.js" */
/** @import { Attention } from "../../../parts/attention.js" */

/** How a day may be written. */
const DAY = writtenDay("2026-12-31");

/** @type {Record<FieldName, Record<string, unknown>>} */
const ATTRIBUTES = {
  merchant: { maxlength: 200 },
  registeredName: { maxlength: 200, placeholder: t`none` },
  date: { placeholder: DAY, maxlength: 40 },
  total: { placeholder: writtenAmount("0.00"), maxlength: 40 },
  tax: { placeholder: t`none`, maxlength: 40 },
  currency: { maxlength: 3, autocapitalize: "characters", list: "currencies", placeholder: "EUR" },
  category: { maxlength: 60, list: "categories", placeholder: t`none` },
  documentKind: {},
  receiptNumber: { maxlength: 200, placeholder: t`none` },
  dueDate: { placeholder: DAY, maxlength: 40 },
  amountDue: { placeholder: t`none`, maxlength: 40 },
  buyer: { maxlength: 200, placeholder: t`none` },
};

/**
 * @typedef {object} ValueFieldProps
 * @property {FieldName} name
 * @property {ExtractedField | null} read
 * @property {Alternative | null} [other] what a language model read instead
 * @property {ProposedCategory | null} [proposed] a category that may be taken
 * @property {string} text as it stands in the input
 * @property {string} currency which amounts are in
 * @property {(text: string) => void} onText
 * @property {string} [problem] empty where there is none
 * @property {boolean} [isInDoubt]
 * @property {Attention} attention told when it is looked at
 * @property {(input: HTMLInputElement | HTMLSelectElement | null) => void} inputRef
 */

/** @param {ValueFieldProps} props */
export function ValueField(props) {
  const { name, read, other, proposed, text, currency, onText, problem = "", isInDoubt, attention, inputRef } = props;
  const id = `field-${name}`;
  const words = wordsOf(name, text, currency);
  const described = `${id}-problem ${id}-words ${id}-source`;
  const attributes = { id, name, "aria-describedby": described, "aria-invalid": problem ? "true" : null, ...ATTRIBUTES[name] };
  const badge = read?.value ? t`Check` : text === "" && t`Not found`;
  const look = ["review-field", isInDoubt && "is-in-doubt", attention.active.value === name && "is-active"];
  return html`
    <div class=${look.filter(Boolean).join(" ")} data-field=${name} ...${attention.watch(name)}>
      <label for=${id}>
        ${FIELD_LABELS[name]}
        ${isInDoubt && badge && html`<span class="badge">${badge}</span>`}
      </label>
      <${Input} ...${{ name, text, onText, attributes, inputRef }} />
      ${words !== null && html`<p class="input-words" id=${`${id}-words`}>${words}</p>`}
      <p class="input-problem" id=${`${id}-problem`} hidden=${problem === ""}>${problem}</p>
      ${read?.evidence &&
      html`
        <p class="input-source" id=${`${id}-source`}>
          ${read.evidence.path ? t`From the XML` : html`From <${Quote} evidence=${read.evidence} />`}
        </p>
      `}
      ${other && html`<${Other} name=${name} other=${other} onTake=${onText} />`}
      ${proposed && html`<${ProposedOffer} proposed=${proposed} id=${`${id}-proposed`} onTake=${() => onText(proposed.category)} />`}
    </div>
  `;
}

/** @param {Pick<ValueFieldProps, "name" | "text" | "onText" | "inputRef"> & { attributes: Record<string, unknown> }} props */
function Input({ name, text, onText, attributes, inputRef }) {
  if (isDay(name)) return html`<${DayInput} value=${text} ...${{ onText, attributes, inputRef }} />`;
  if (isAmount(name)) {
    return html`<${AmountInput} value=${text} ...${{ onText, attributes, inputRef }} />`;
  }
  const onInput = (/** @type {Event} */ event) =>
    onText(/** @type {HTMLInputElement | HTMLSelectElement} */ (event.target).value);
  if (name !== "documentKind") {
    return html`<input type="text" value=${text} spellcheck=${false} ref=${inputRef} onInput=${onInput} ...${attributes} />`;
  }
  return html`
    <select value=${text} ref=${inputRef} onChange=${onInput} ...${attributes}>
      <option value="">not said</option>
      ${Object.entries(DOCUMENT_KINDS).map(([kind, label]) => html`<option key=${kind} value=${kind}>${label}</option>`)}
    </select>
  `;
}

/** @param {{ name: FieldName, other: Alternative, onTake: (text: string) => void }} props */
function Other({ name, other: { value, evidence, source }, onTake }) {
  const text = isAmount(name) ? writtenAmount(value) : isDay(name) ? writtenDay(value) : value;
  const take = (/** @type {Event} */ event) => {
    onTake(text);
    const field = /** @type {HTMLElement} */ (event.target).closest(".review-field");
    field?.querySelector("input")?.focus();
  };
  return html`
    <p class="input-other" title=${source}>
      A model read <${Quote} evidence=${evidence} /> <button type="button" class="link-button" onClick=${take}>take ${text}</button>
    </p>
  `;
}

/**
 * @param {FieldName} name
 * @param {string} text
 * @param {string} currency
 * @returns {string | null} how what is typed is understood; null where a field needs no such words
 */
function wordsOf(name, text, currency) {
  if (name === "currency") return currencyName(text.trim().toUpperCase());
  if (isDay(name)) return dateInWords(readDay(text).value ?? "");
  if (!isAmount(name)) return null;
  const { value } = readAmount(text, currency);
  return value && value !== text.trim() ? money(value, currency) : "";
}

/** @param {FieldName} name */
function isAmount(name) {
  return name === "total" || name === "tax" || name === "amountDue";
}

/** @param {FieldName} name */
function isDay(name) {
  return name === "date" || name === "dueDate";
}

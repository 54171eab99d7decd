// @ts-check
/**
 * Fields of forms: a label, the input, what is wrong with it, and a hint. A field is given its `value` as the API has it
 * (amounts as decimal strings, days as YYYY-MM-DD) and tells each change by `onValue`.
 */

import { useId } from "preact/hooks";

import { dateInWords, money } from "../format.js";
import { readAmount } from "../values/amount.js";
import { readDay } from "../values/day.js";
import { AmountInput, DayInput } from "./inputs.js";
import { html } from "../words.js";

/** @import { ComponentChildren } from "preact" */

/**
 * @typedef {object} FieldProps
 * @property {string} label
 * @property {string} value
 * @property {(value: string) => void} onValue
 * @property {string | null} [problem] what is to be put right
 * @property {ComponentChildren} [hint]
 * @property {string} [placeholder]
 * @property {boolean} [required]
 * @property {boolean} [disabled]
 * @property {string} [list] id of a datalist: `currencies` and `categories` are there always
 * @property {number} [maxLength]
 */

/** @param {FieldProps & { attributes?: Record<string, unknown> }} props `attributes` are the input's */
export function TextField({ attributes, ...props }) {
  const { value, onValue, placeholder, required, disabled, list, maxLength } = props;
  const onInput = (/** @type {Event} */ event) => onValue(/** @type {HTMLInputElement} */ (event.target).value);
  return html`
    <${Field} ...${props}>
      ${(/** @type {Record<string, unknown>} */ given) => html`
        <input
          type="text"
          autocomplete="off"
          spellcheck=${false}
          ...${{ value, onInput, placeholder, required, disabled, list, maxLength, ...given, ...attributes }}
        />
      `}
    <//>
  `;
}

/**
 * A file of this machine: a button, and the name of what was chosen. The browser's own input says both in the browser's language.
 *
 * @param {{ label: string, accept: string, file: File | null, onFile: (file: File | null) => void }} props
 */
export function FileField({ label, accept, file, onFile }) {
  const onChange = (/** @type {Event} */ event) => onFile(/** @type {HTMLInputElement} */ (event.target).files?.[0] ?? null);
  return html`
    <label class="field file-field">
      <span class="field-label">${label}</span>
      <input class="visually-hidden" type="file" accept=${accept} onChange=${onChange} />
      <span class="file-choice"><span class="button" aria-hidden="true">Choose a file…</span><span class="quiet">${file?.name}</span></span>
    </label>
  `;
}

/** An ISO 4217 code. @param {FieldProps} props */
export function CurrencyField(props) {
  const onValue = (/** @type {string} */ text) => props.onValue(text.toUpperCase());
  const attributes = { autocapitalize: "characters" };
  return html`<${TextField} maxLength=${3} list="currencies" ...${props} onValue=${onValue} attributes=${attributes} />`;
}

/** @param {FieldProps & { options: { value: string, label: string }[] }} props */
export function SelectField(props) {
  const { value, onValue, options, disabled } = props;
  const onChange = (/** @type {Event} */ event) => onValue(/** @type {HTMLSelectElement} */ (event.target).value);
  return html`
    <${Field} ...${props}>
      ${(/** @type {Record<string, unknown>} */ given) => html`
        <select ...${{ value, onChange, disabled, ...given }}>
          ${options.map((option) => html`<option key=${option.value} value=${option.value}>${option.label}</option>`)}
        </select>
      `}
    <//>
  `;
}

/**
 * An amount as it is written in any locale (`76,30`, `RM 12.90`, `-5`). Keep what is typed in `value`, and read it by
 * `readAmount` of values/amount.js where it is sent.
 *
 * @param {FieldProps & { currency?: string }} props
 */
export function AmountField(props) {
  const { value, onValue, currency, hint } = props;
  const read = readAmount(value, currency);
  const words = read.value && read.value !== value.trim() ? money(read.value, currency) : null;
  return html`
    <${Field} ...${props} hint=${hint ?? words}>
      ${(/** @type {Record<string, unknown>} */ given) => html`
        <${AmountInput} value=${value} onText=${onValue} attributes=${{ placeholder: props.placeholder, ...given }} />
      `}
    <//>
  `;
}

/**
 * A day as it is written in any locale, or picked. Keep what is typed in `value`, and read it by `readDay` of
 * values/day.js where it is sent.
 *
 * @param {FieldProps} props
 */
export function DayField(props) {
  const { value, onValue, hint } = props;
  const words = dateInWords(readDay(value).value ?? "") || null;
  return html`
    <${Field} ...${props} hint=${hint ?? words}>
      ${(/** @type {Record<string, unknown>} */ given) => html`
        <${DayInput} value=${value} onText=${onValue} attributes=${{ placeholder: props.placeholder, ...given }} />
      `}
    <//>
  `;
}

/**
 * The frame of a field, for inputs that are none of the above.
 *
 * @param {object} props
 * @param {string} props.label
 * @param {string | null} [props.problem]
 * @param {ComponentChildren} [props.hint]
 * @param {(given: Record<string, unknown>) => ComponentChildren} props.children makes the input, with the attributes given
 */
export function Field({ label, problem, hint, children }) {
  const id = useId();
  const describedBy = [problem && `${id}-problem`, hint && `${id}-hint`].filter(Boolean).join(" ");
  const given = { id, "aria-invalid": problem ? "true" : null, "aria-describedby": describedBy || null };
  return html`
    <div class="field">
      <label for=${id}>${label}</label>
      ${children(given)}
      ${problem && html`<p class="input-problem" id=${`${id}-problem`} role="alert">${problem}</p>`}
      ${hint && html`<p class="quiet" id=${`${id}-hint`}>${hint}</p>`}
    </div>
  `;
}

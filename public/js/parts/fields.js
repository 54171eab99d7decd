// @ts-check
/**
 * Fields of forms: a label, the input, what is wrong with it, and a hint. A field is given its `value` as the API has it
 * (amounts as decimal strings, days as YYYY-MM-DD) and tells each change by `onValue`.
 */

import { html } from "htm/preact";
import { useId } from "preact/hooks";

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

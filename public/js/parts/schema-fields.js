// @ts-check
/** What runs of a kind are begun with by time: a field for each of its params. */

import { html } from "htm/preact";

import { DayField, Field, SelectField, TextField } from "../../parts/fields.js";

/** @import { SchemaField } from "../../values/schema.js" */

/**
 * @param {object} props
 * @param {SchemaField[]} props.fields
 * @param {Record<string, string>} props.texts what stands in them, by their names
 * @param {Record<string, string>} props.problems
 * @param {(texts: Record<string, string>) => void} props.onTexts
 */
export function ParamFields({ fields, texts, problems, onTexts }) {
  return fields.map((field) => {
    const { name, label, type, options, isNeeded } = field;
    const value = texts[name] ?? "";
    const onValue = (/** @type {string} */ text) => onTexts({ ...texts, [name]: text });
    const given = { key: name, value, onValue, problem: problems[name] ?? null, required: isNeeded };
    const shown = { ...given, label, hint: field.hint || null };
    if (type === "boolean") return html`<${Tick} ...${shown} />`;
    if (type === "choice") return html`<${SelectField} options=${options} ...${shown} />`;
    // Its hint is the day in words.
    if (type === "day") return html`<${DayField} ...${given} label=${label} />`;
    if (type === "json") return html`<${JsonField} ...${shown} />`;
    return html`<${TextField} ...${shown} />`;
  });
}

/** @param {import("../../parts/fields.js").FieldProps} props */
function Tick({ label, value, onValue, hint }) {
  const onChange = (/** @type {Event} */ event) => onValue(/** @type {HTMLInputElement} */ (event.target).checked ? "yes" : "no");
  return html`
    <label class="check">
      <input type="checkbox" checked=${value === "yes"} onChange=${onChange} />
      <span>${label} ${hint && html`<span class="quiet">${hint}</span>`}</span>
    </label>
  `;
}

/** @param {import("../../parts/fields.js").FieldProps} props */
function JsonField(props) {
  const { value, onValue, hint } = props;
  const onInput = (/** @type {Event} */ event) => onValue(/** @type {HTMLTextAreaElement} */ (event.target).value);
  return html`
    <${Field} ...${props} hint=${hint ?? "JSON"}>
      ${(/** @type {Record<string, unknown>} */ given) => html`
        <textarea class="code" rows="5" wrap="off" autocapitalize="off" spellcheck=${false} value=${value} onInput=${onInput} ...${given}></textarea>
      `}
    <//>
  `;
}

// @ts-check
/** The fields of a schema, or of a form that a view declares by `field` of values/schema.js. */

import { Choices } from "./choices.js";
import { DayField, Field, SelectField, TextField } from "./fields.js";
import { html } from "../words.js";

/** @import { SchemaField } from "../values/schema.js" */

/**
 * @param {object} props
 * @param {SchemaField[]} props.fields
 * @param {Record<string, string>} props.texts what stands in them, by their names
 * @param {Record<string, string>} props.problems
 * @param {(texts: Record<string, string>) => void} props.onTexts
 */
export function SchemaFields({ fields, texts, problems, onTexts }) {
  return fields.map((field) => {
    const { name, label, type, options, isNeeded, rows, ...input } = field;
    const value = texts[name] ?? "";
    const onValue = (/** @type {string} */ text) => onTexts({ ...texts, [name]: text });
    const given = { key: name, value, onValue, problem: problems[name] ?? null, required: isNeeded };
    const shown = { ...input, ...given, label, hint: field.hint || null };
    if (type === "boolean") return html`<${Tick} ...${shown} />`;
    if (type === "choices") {
      const chosen = /** @type {string[]} */ (JSON.parse(value || "[]"));
      const onChange = (/** @type {string[]} */ values) => onValue(JSON.stringify(values));
      return html`<${Choices} key=${name} legend=${label} options=${options} problem=${given.problem} ...${{ chosen, onChange }} />`;
    }
    if (type === "choice") return html`<${SelectField} options=${options} ...${shown} />`;
    // Its hint is the day in words.
    if (type === "day") return html`<${DayField} ...${given} label=${label} />`;
    if (type === "json") return html`<${LongField} ...${shown} hint=${shown.hint ?? "JSON"} rows=${rows ?? 5} />`;
    return rows ? html`<${LongField} ...${shown} rows=${rows} />` : html`<${TextField} ...${shown} />`;
  });
}

/** @param {import("./fields.js").FieldProps} props */
function Tick({ label, value, onValue, hint }) {
  const onChange = (/** @type {Event} */ event) => onValue(/** @type {HTMLInputElement} */ (event.target).checked ? "yes" : "no");
  return html`
    <label class="check">
      <input type="checkbox" checked=${value === "yes"} onChange=${onChange} />
      <span>${label} ${hint && html`<span class="quiet">${hint}</span>`}</span>
    </label>
  `;
}

/** @param {import("./fields.js").FieldProps & { rows: number }} props */
function LongField(props) {
  const { value, onValue, rows, placeholder } = props;
  const onInput = (/** @type {Event} */ event) => onValue(/** @type {HTMLTextAreaElement} */ (event.target).value);
  return html`
    <${Field} ...${props}>
      ${(/** @type {Record<string, unknown>} */ given) => html`
        <textarea class="code" rows=${rows} wrap="off" autocapitalize="off" spellcheck=${false} placeholder=${placeholder} value=${value} onInput=${onInput} ...${given}></textarea>
      `}
    <//>
  `;
}

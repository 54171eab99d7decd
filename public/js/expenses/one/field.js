// @ts-check
/** One field of an expense, with what it was read from. */

import { AmountField, CurrencyField, DayField, Field, SelectField, TextField } from "../../parts/fields.js";
import { loadCategories } from "../categories.js";
import { ProposedOffer } from "../proposed.js";
import { Quote } from "../../receipts/document/transcript.js";
import { readTyped, SPECS } from "./fields.js";
import { html, t } from "../../words.js";

/** @import { Extraction, FieldName } from "../../api.js" */
/** @import { Attention } from "../../parts/attention.js" */
/** @import { ProposedCategory } from "../../api/types.js" */
/** @import { Editing } from "./draft.js" */
/** @import { Name } from "./fields.js" */

const SAID = t`Separated by commas.`;

/**
 * @param {object} props
 * @param {Name} props.name
 * @param {Editing} props.editing
 * @param {Extraction | null} props.extraction
 * @param {Attention} props.attention told when it is looked at
 * @param {ProposedCategory | null} [props.proposed] a category that may be taken
 */
export function ExpenseField({ name, editing, extraction, attention, proposed = null }) {
  const read = extraction?.[/** @type {FieldName} */ (name)] ?? null;
  const typed = editing.typed(name);
  const isAsRead = read !== null && readTyped(name, typed, String(editing.typed("currency"))).value === read.value;
  const evidence = read?.evidence && isAsRead ? read.evidence : null;
  const look = ["expense-field", editing.changed.includes(name) && "is-changed"].filter(Boolean).join(" ");
  return html`
    <div class=${look} data-field=${name} ...${read ? attention.watch(/** @type {FieldName} */ (name)) : {}}>
      <${Input} name=${name} editing=${editing} />
      ${proposed &&
      !String(typed).trim() &&
      html`<${ProposedOffer} proposed=${proposed} id=${`expense-${name}-proposed`} onTake=${() => editing.type(name, proposed.category)} />`}
      ${evidence &&
      html`<p class="input-source">${evidence.path ? t`From the XML` : html`From <${Quote} evidence=${evidence} />`}</p>`}
    </div>
  `;
}

/** @param {{ name: Name, editing: Editing }} props */
function Input({ name, editing }) {
  const { label, kind, longest, options } = SPECS[name];
  const value = String(editing.typed(name));
  const onValue = (/** @type {string} */ text) => editing.type(name, text);
  const props = { label, value, onValue, problem: editing.problemOf(name), maxLength: longest };
  const currency = String(editing.typed("currency"));
  if (kind === "amount") return html`<${AmountField} ...${props} currency=${currency} />`;
  if (kind === "day") return html`<${DayField} ...${props} />`;
  if (kind === "currency") return html`<${CurrencyField} ...${props} />`;
  if (kind === "choice") return html`<${SelectField} ...${props} options=${options} />`;
  if (kind === "tags") return html`<${TextField} ...${props} hint=${SAID} />`;
  if (kind === "category") {
    return html`<${TextField} ...${props} list="categories" attributes=${{ onFocus: loadCategories }} />`;
  }
  if (kind === "yes") {
    const onChange = (/** @type {Event} */ event) =>
      onValue(/** @type {HTMLInputElement} */ (event.currentTarget).checked ? "yes" : "");
    return html`<label class="check"><input type="checkbox" checked=${value === "yes"} onChange=${onChange} /> ${label}</label>`;
  }
  if (kind === "note") {
    const onInput = (/** @type {Event} */ event) => onValue(/** @type {HTMLTextAreaElement} */ (event.target).value);
    return html`
      <${Field} ...${props}>
        ${(/** @type {Record<string, unknown>} */ given) => html`
          <textarea rows="3" maxlength=${longest} value=${value} onInput=${onInput} ...${given}></textarea>
        `}
      <//>
    `;
  }
  return html`<${TextField} ...${props} />`;
}

// @ts-check
/** Lines of an expense: the parts that it is split into, tax lines, items. */

import { money } from "../../format.js";
import { AmountField, TextField } from "../../parts/fields.js";
import { Icon } from "../../parts/icon.js";
import { loadCategories } from "../categories.js";
import { readAmount, writtenAmount } from "../../values/amount.js";
import { isZero, leftOf } from "../../values/decimals.js";
import { SPECS } from "./fields.js";
import { html, t } from "../../words.js";

/** @import { Editing } from "./draft.js" */
/** @import { Column, Line, Name } from "./fields.js" */

/** @typedef {"parts" | "taxLines" | "items"} LinesName */

/** @type {Record<LinesName, { add: string, one: (place: number) => string, takeOut: (place: number) => string }>} */
const WORDS = {
  parts: { add: t`Add a part`, one: (place) => t`Part ${place}`, takeOut: (place) => t`Remove part ${place}` },
  taxLines: { add: t`Add a tax line`, one: (place) => t`Tax line ${place}`, takeOut: (place) => t`Remove tax line ${place}` },
  items: { add: t`Add an item`, one: (place) => t`Item ${place}`, takeOut: (place) => t`Remove item ${place}` },
};

/** @param {Name} name @returns {Line} */
function blank(name) {
  return Object.fromEntries((SPECS[name].columns ?? []).map((column) => [column.name, ""]));
}

/** @param {{ editing: Editing }} props */
export function Split({ editing }) {
  const lines = /** @type {Line[]} */ (editing.typed("parts"));
  const currency = String(editing.typed("currency"));
  if (lines.length === 0) {
    const begin = () => {
      const category = String(editing.typed("category"));
      editing.type("parts", [{ ...blank("parts"), category, amount: String(editing.typed("total")) }, blank("parts")]);
    };
    return html`<p><button type="button" class="button" onClick=${begin}>Split over categories</button></p>`;
  }
  const left = restOf(String(editing.typed("total")), lines, currency);
  const last = lines.length - 1;
  const putRest = () => {
    const others = lines.slice(0, last);
    const rest = writtenAmount(restOf(String(editing.typed("total")), others, currency) ?? "");
    editing.type("parts", [...others, { ...blank("parts"), ...lines[last], amount: rest }]);
  };
  const isEven = left !== null && isZero(left);
  return html`
    <${Lines} name="parts" editing=${editing} />
    <p class=${isEven ? "left-over" : "left-over is-open"} role="status">
      ${left === null ? t`Left: write the amounts to see it.` : isEven ? t`Nothing is left: it adds up.` : t`Left: ${money(left, currency)}`}
    </p>
    <p class="form-buttons">
      ${!isEven && html`<button type="button" class="button small" onClick=${putRest}>Put what is left into the last part</button>`}
      <button type="button" class="button small" onClick=${() => editing.type("parts", [])}>Do not split it</button>
    </p>
    <p class="quiet">
      Where no part has a tax, the tax is shared out by the amounts. Reports and files have each part in its own category.
    </p>
  `;
}

/**
 * @param {string} total
 * @param {Line[]} lines
 * @param {string} currency
 * @returns {string | null} a decimal string; null where an amount is none
 */
function restOf(total, lines, currency) {
  const whole = readAmount(total, currency);
  const parts = lines.map(({ amount = "" }) => readAmount(amount, currency));
  if (!whole.value || parts.some(({ problem }) => problem)) return null;
  return leftOf(whole.value, parts.map(({ value }) => value || "0"));
}

/** Lines to read. @param {{ name: LinesName, editing: Editing, onOpen: (() => void) | null }} props `onOpen`: null where they are locked */
export function ReadLines({ name, editing, onOpen }) {
  const { label, columns = [] } = SPECS[name];
  const lines = /** @type {Line[]} */ (editing.typed(name));
  const shown = columns.filter((column) => lines.some((line) => line[column.name]));
  return html`
    <div class="expense-lines" data-field=${name}>
      ${lines.length > 0 &&
      html`
        <div class="table-scroller" tabindex="0" role="group" aria-label=${label}>
          <table class="figures">
            <thead>
              <tr>${shown.map((column) => html`<th key=${column.name} scope="col">${column.label}</th>`)}</tr>
            </thead>
            <tbody>
              ${lines.map((line, place) => html`<tr key=${place}>${shown.map((column) => html`<td key=${column.name}>${line[column.name]}</td>`)}</tr>`)}
            </tbody>
          </table>
        </div>
      `}
      ${lines.length === 0 && !onOpen && html`<p class="quiet">None.</p>`}
      ${onOpen &&
      html`<p><button type="button" class="button small" onClick=${onOpen} aria-label=${t`Edit: ${label}`}>${lines.length > 0 ? t`Edit` : t`Add`}</button></p>`}
    </div>
  `;
}

/** @param {{ name: LinesName, editing: Editing }} props */
export function Lines({ name, editing }) {
  const { columns = [] } = SPECS[name];
  const lines = /** @type {Line[]} */ (editing.typed(name));
  const problem = editing.problemOf(name);
  /** @param {number} place @param {string} column @param {string} text */
  const change = (place, column, text) =>
    editing.type(name, lines.map((line, index) => (index === place ? { ...line, [column]: text } : line)));
  const remove = (/** @type {number} */ place) => editing.type(name, lines.filter((_, index) => index !== place));
  return html`
    ${lines.map(
      (line, place) => html`
        <fieldset key=${place} class="expense-line">
          <legend class="visually-hidden">${WORDS[name].one(place + 1)}</legend>
          ${columns.map(
            (column) => html`
              <${Cell}
                key=${column.name}
                column=${column}
                value=${line[column.name] ?? ""}
                currency=${String(editing.typed("currency"))}
                onValue=${(/** @type {string} */ text) => change(place, column.name, text)}
              />
            `,
          )}
          <button type="button" class="icon-button" aria-label=${WORDS[name].takeOut(place + 1)} onClick=${() => remove(place)}>
            <${Icon} name="close" />
          </button>
        </fieldset>
      `,
    )}
    ${problem && html`<p class="form-problem" role="alert">${problem}</p>`}
    <p>
      <button type="button" class="button small" onClick=${() => editing.type(name, [...lines, blank(name)])}>
        ${WORDS[name].add}
      </button>
    </p>
  `;
}

/** @param {{ column: Column, value: string, currency: string, onValue: (text: string) => void }} props */
function Cell({ column: { label, kind }, value, currency, onValue }) {
  if (kind === "amount") return html`<${AmountField} ...${{ label, value, currency, onValue }} />`;
  if (kind === "category") {
    return html`<${TextField} ...${{ label, value, onValue }} list="categories" attributes=${{ onFocus: loadCategories }} />`;
  }
  const attributes = kind === "number" ? { inputmode: "decimal" } : {};
  return html`<${TextField} ...${{ label, value, onValue, attributes }} />`;
}

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
    <${Lines} name="parts" one="Part" editing=${editing} />
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

/** @param {{ name: LinesName, one: string, editing: Editing }} props `one` names a line */
export function Lines({ name, one, editing }) {
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
          <legend class="visually-hidden">${one} ${place + 1}</legend>
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
          <button type="button" class="icon-button" aria-label=${t`Take out ${one.toLowerCase()} ${place + 1}`} onClick=${() => remove(place)}>
            <${Icon} name="close" />
          </button>
        </fieldset>
      `,
    )}
    ${problem && html`<p class="form-problem" role="alert">${problem}</p>`}
    <p>
      <button type="button" class="button small" onClick=${() => editing.type(name, [...lines, blank(name)])}>
        Add ${one === "Item" ? "an" : "a"} ${one.toLowerCase()}
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

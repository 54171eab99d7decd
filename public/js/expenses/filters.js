// @ts-check
/** What is looked for: a text while it is typed, fields for the rest, and a chip for each thing that is asked. */

import { useEffect, useId, useRef, useState } from "preact/hooks";

import { AmountField, CurrencyField, DayField, SelectField, TextField } from "../parts/fields.js";
import { go } from "../shell/address.js";
import { readAmount, writtenAmount } from "../values/amount.js";
import { dayOf, readDay, writtenDay } from "../values/day.js";
import { addressOf, MISSING, ORDERS, partsOf, STATUSES } from "./asked.js";
import { Chips } from "./chips.js";
import { html, t } from "../words.js";

/** @import { Asked } from "./asked.js" */

// As long as people pause between two words, rather than between two letters.
const PAUSE_MS = 250;

/** @param {{ asked: Asked }} props */
export function Filters({ asked }) {
  const [isOpen, open] = useState(false);
  const id = useId();
  const count = partsOf(asked).length;
  return html`
    <search class="find">
      <div class="find-row">
        <${SearchField} asked=${asked} />
        <button type="button" class="button" aria-expanded=${isOpen} aria-controls=${id} onClick=${() => open(!isOpen)}>
          Filters${count > 0 && html` <span class="find-count">${count}</span>`}
        </button>
        <div class="find-order">
          <${SelectField}
            label="Order"
            value=${asked.sort ?? "-date"}
            options=${ORDERS}
            onValue=${(/** @type {string} */ sort) => go(addressOf({ ...asked, sort: sort === "-date" ? "" : sort }), { replace: true })}
          />
        </div>
      </div>
      <div id=${id} hidden=${!isOpen}>${isOpen && html`<${FilterForm} asked=${asked} />`}</div>
      <${Chips} asked=${asked} />
    </search>
  `;
}

/** @param {{ asked: Asked }} props */
function SearchField({ asked }) {
  const [typed, type] = useState(asked.q ?? "");
  const id = useId();
  const latest = useRef(asked);
  latest.current = asked;
  useEffect(() => type(asked.q ?? ""), [asked.q]);
  useEffect(() => {
    if (typed.trim() === (latest.current.q ?? "")) return undefined;
    const waiting = setTimeout(() => go(addressOf({ ...latest.current, q: typed.trim() }), { replace: true }), PAUSE_MS);
    return () => clearTimeout(waiting);
  }, [typed]);
  const onInput = (/** @type {Event} */ event) => type(/** @type {HTMLInputElement} */ (event.target).value);
  return html`
    <div class="field find-text">
      <label for=${id}>Search</label>
      <input
        ...${{ id, onInput, value: typed }}
        type="search"
        maxlength="200"
        autocomplete="off"
        placeholder="Merchant, number, note, anything on the paper"
      />
    </div>
  `;
}

/** @param {{ asked: Asked }} props */
function FilterForm({ asked }) {
  const [given, give] = useState(/** @type {Record<string, string>} */ (firstOf(asked)));
  /** @param {string} name */
  const field = (name) => ({
    value: given[name] ?? "",
    onValue: (/** @type {string} */ value) => give({ ...given, [name]: value }),
  });
  const read = {
    from: readDay(given.from ?? ""),
    to: readDay(given.to ?? ""),
    min: readAmount(given.min ?? ""),
    max: readAmount(given.max ?? ""),
  };
  const onSubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (Object.values(read).some(({ problem }) => problem)) return;
    const one = Object.fromEntries(Object.entries(read).map(([name, { value }]) => [name, value ?? ""]));
    go(addressOf({ ...asked, ...added(asked, given), ...one }));
  };
  /** @param {"from" | "to" | "min" | "max"} name */
  const checked = (name) => ({ ...field(name), problem: read[name].problem });
  const any = { value: "", label: t`Any` };
  return html`
    <form class="card find-form" onSubmit=${onSubmit}>
      <${DayField} label="From" ...${checked("from")} />
      <${DayField} label="To" ...${checked("to")} />
      <${AmountField} label="At least" ...${checked("min")} />
      <${AmountField} label="At most" ...${checked("max")} />
      <${CurrencyField} label="Currency" ...${field("currency")} />
      <${TextField} label="Category" list="categories" ...${field("category")} />
      <${TextField} label="Tag" ...${field("tag")} />
      <${SelectField} label="Status" options=${[any, ...STATUSES]} ...${field("status")} />
      <${SelectField} label="Missing" options=${[any, ...MISSING]} ...${field("missing")} />
      <button type="submit" class="button primary">Show</button>
    </form>
  `;
}

/** What the fields begin with: names with one value, as the locale writes them. @param {Asked} asked */
function firstOf({ from = "", to = "", min = "", max = "" }) {
  return {
    from: writtenDay(dayOf(from, "first")),
    to: writtenDay(dayOf(to, "last")),
    min: writtenAmount(min),
    max: writtenAmount(max),
  };
}

/**
 * What the fields ask for: a value of a name that may have several comes to those that are asked already.
 *
 * @param {Asked} asked
 * @param {Record<string, string>} given
 */
function added(asked, given) {
  const { from: _from, to: _to, min: _min, max: _max, ...several } = given;
  const more = Object.entries(several).map(([name, value]) => {
    const before = asked[/** @type {"tag"} */ (name)] ?? [];
    return [name, value.trim() ? [...new Set([...before, value.trim()])] : before];
  });
  return Object.fromEntries(more);
}

// @ts-check
/** Above the queue: what it comes to, whose expenses are shown, and the way to approve all of these. */

import { counted, money } from "../../format.js";
import { SelectField } from "../../parts/fields.js";
import { sumOf } from "../../values/decimals.js";
import { html, t } from "../../words.js";

/** @import { Queued } from "../../api/types.js" */

/**
 * @param {object} props
 * @param {Queued[]} props.waiting of everybody
 * @param {Queued[]} props.left of the chosen person
 * @param {number} props.count how many wait, also those that are not shown yet
 * @param {string} props.person whose expenses are shown; empty for everybody's
 * @param {(person: string) => void} props.onPerson
 * @param {() => void} props.onAll
 */
export function QueueHead({ waiting, left, count, person, onPerson, onAll }) {
  const people = peopleOf(waiting);
  const everybody = { value: "", label: t`Everybody` };
  return html`
    <div class="approval-head">
      <p>
        <strong>${counted(count, "expense")}</strong>${" "}
        <span class="money">${sumsOf(left)}</span>
      </p>
      ${people.length > 1 && html`<${SelectField} label="Handed in by" value=${person} options=${[everybody, ...people]} onValue=${onPerson} />`}
      ${left.length > 1 && html`<button type="button" class="button" onClick=${onAll}>Approve all ${left.length} …</button>`}
    </div>
  `;
}

/** @param {Queued[]} waiting @returns {{ value: string, label: string }[]} with how many are each person's */
function peopleOf(waiting) {
  /** @type {Map<string, { name: string, count: number }>} */
  const people = new Map();
  for (const { expense } of waiting) {
    if (!expense.person) continue;
    const known = people.get(expense.person.id) ?? { name: expense.person.name ?? t`somebody who has left`, count: 0 };
    people.set(expense.person.id, { ...known, count: known.count + 1 });
  }
  return [...people].map(([value, { name, count }]) => ({ value, label: `${name} (${count})` }));
}

/** By currency. @param {Queued[]} queued */
export function sumsOf(queued) {
  const currencies = [...new Set(queued.map(({ expense }) => expense.currency))].sort();
  return currencies
    .map((currency) => money(sumOf(queued.filter(({ expense }) => expense.currency === currency).map(({ expense }) => expense.total)), currency))
    .join(" + ");
}

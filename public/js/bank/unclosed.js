// @ts-check
/** Why the statements of a file do not close: their sums, the difference, and the first line that cannot be right. */

import { counted } from "../format.js";
import { Day } from "../parts/values.js";
import { amount } from "./words.js";
import { html, t } from "../words.js";

/** What the run proposes, as the API's `Unclosed`. @typedef {{ section: number, currency: string, opening: number | null, entries: number, booked: number, closing: number | null, difference: number, says: string, suspect: Suspect | null }} Unclosed */
/** @typedef {{ position: number, line: number | null, day: string | null, amount: number, counterparty: string | null, words: string }} Suspect */

/** @param {{ unclosed: Unclosed[] }} props */
export function UnclosedSums({ unclosed }) {
  return unclosed.map((each) => html`<${Sums} key=${each.section} of=${each} isOnly=${unclosed.length === 1} />`);
}

/** @param {{ of: Unclosed, isOnly: boolean }} props */
function Sums({ of: { section, currency, opening, entries, booked, closing, difference, says, suspect }, isOnly }) {
  const shown = (/** @type {number | null} */ minor) => (minor === null ? t`not in the file` : amount(minor, currency));
  return html`
    <div class="unclosed">
      ${!isOnly && html`<h3>Statement ${section}</h3>`}
      <table class="figures" aria-label=${isOnly ? t`Sums of the statement` : t`Sums of statement ${section}`}>
        <tbody>
          <tr><th scope="row">Opening balance</th><td>${shown(opening)}</td></tr>
          <tr><th scope="row">${counted(entries, "entry", "entries")}</th><td>${shown(booked)}</td></tr>
          <tr><th scope="row">Total</th><td>${opening === null ? "" : amount(opening + booked, currency)}</td></tr>
          <tr><th scope="row">Closing balance in the file</th><td>${shown(closing)}</td></tr>
          <tr class="unclosed-difference"><th scope="row">Difference</th><td>${amount(difference, currency)}</td></tr>
        </tbody>
      </table>
      <p>${says}</p>
      ${suspect && html`<${SuspectLine} suspect=${suspect} currency=${currency} />`}
    </div>
  `;
}

/** @param {{ suspect: Suspect, currency: string }} props */
function SuspectLine({ suspect: { position, line, day, amount: minor, counterparty, words }, currency }) {
  return html`
    <div class="unclosed-line" role="group" aria-label="The first line that cannot be right">
      <span class="quiet">${line === null ? t`Entry ${position}` : t`Entry ${position}, line ${line}`}</span>
      <span class="unclosed-words"><strong>${counterparty || words || t`Without a name`}</strong>${day && html` <span class="quiet"><${Day} day=${day} /></span>`}${counterparty && words && html`<span class="quiet"> · ${words}</span>`}</span>
      <strong class="bank-amount">${amount(minor, currency)}</strong>
    </div>
  `;
}

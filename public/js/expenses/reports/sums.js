// @ts-check
/** A report as a table: each row with its part of the largest, each number with a link to its expenses. */

import { money } from "../../format.js";
import { addressOf } from "../asked.js";
import { labelOf, sizeOf, TITLES } from "./rows.js";
import { html } from "../../words.js";

/** @import { ReportRow, ExpenseReport, Totals } from "../../api/types.js" */

/** @param {{ report: ExpenseReport }} props */
export function SumsTable({ report }) {
  const { by, rows, others, totals } = report;
  const currencies = new Set(totals.currencies.map(({ currency }) => currency));
  /** @param {Totals | null} sums */
  const size = (sums) => Math.max(0, sizeOf(sums, currencies.size === 1));
  const largest = Math.max(0.01, ...rows.flatMap((row) => [size(row.totals), size(row.yearBefore)]));
  const hasYearBefore = by === "month" && rows.some(({ yearBefore }) => yearBefore);
  return html`
    <table class="card figures">
      <thead>
        <tr>
          <th scope="col">${TITLES[by]?.title}</th>
          <th class="report-part"><span class="visually-hidden">Part</span></th>
          <th scope="col">Expenses</th>
          <th scope="col">Total</th>
          ${hasYearBefore && html`<th scope="col">Year before</th>`}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) => html`
            <tr key=${row.key}>
              <th scope="row">${labelOf(by, row)}</th>
              <td class="report-part" aria-hidden="true">
                <span class="report-bar" style=${{ "--part": size(row.totals) / largest }}></span>
                ${row.yearBefore &&
                html`<span class="report-bar is-before" style=${{ "--part": size(row.yearBefore) / largest }}></span>`}
              </td>
              <td>${linked(row)}</td>
              <td><${Amounts} totals=${row.totals} /></td>
              ${hasYearBefore && html`<td>${row.yearBefore && html`<${Amounts} totals=${row.yearBefore} />`}</td>`}
            </tr>
          `,
        )}
        ${others &&
        html`
          <tr>
            <th scope="row">${others.count} others</th>
            <td class="report-part"></td>
            <td>${others.totals.count}</td>
            <td><${Amounts} totals=${others.totals} /></td>
          </tr>
        `}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">Total</th>
          <td class="report-part"></td>
          <td>${totals.count}</td>
          <td><${Amounts} totals=${totals} /></td>
          ${hasYearBefore && html`<td></td>`}
        </tr>
      </tfoot>
    </table>
  `;
}

/** @param {ReportRow} row */
function linked({ filter, totals: { count } }) {
  return filter && count > 0 ? html`<a href=${addressOf(filter)}>${count}</a>` : count;
}

/** @param {{ totals: Totals }} props */
function Amounts({ totals: { base, currencies, count } }) {
  const left = base ? count - base.count : 0;
  if (!base || (base.count === 0 && left > 0)) {
    return currencies.map(({ currency, total }) => html`<div key=${currency} class="money">${money(total, currency)}</div>`);
  }
  const unconverted = currencies.filter((each) => each.unconverted > 0);
  return html`
    <div class="money">${money(base.total, base.currency)}</div>
    ${unconverted.map(
      ({ currency, unconvertedTotal }) =>
        html`<small key=${currency} class="money quiet">and ${money(unconvertedTotal, currency)}</small>`,
    )}
  `;
}

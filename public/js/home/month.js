// @ts-check
/** This month beside the last: its sum and tax, by category and by person. */

import { addressOf } from "../expenses/asked.js";
import { labelOf, sizeOf, TITLES } from "../expenses/reports/rows.js";
import { money } from "../format.js";
import { html, t } from "../words.js";
import { change } from "./change.js";

/** @import { Home, ExpenseReport, ReportRow, Totals } from "../api/types.js" */

const MOST_ROWS = 6;

/** @param {{ months: Home["months"] }} props the same months by category and, for who sees all, by person */
export function Month({ months }) {
  const [first] = months;
  return html`
    <section class="card" aria-labelledby="home-month">
      <h2 id="home-month">This month</h2>
      ${first && html`<${Sum} now=${first.now.totals} before=${first.before.totals} />`}
    </section>
    ${months.map(({ now, before }) => html`<${Rows} key=${now.by} now=${now} before=${before} />`)}
  `;
}

/** @param {{ now: Totals, before: Totals }} props */
function Sum({ now, before }) {
  if (now.count === 0 && before.count > 0) {
    return html`
      <p class="quiet">Nothing of this month yet. Last month:</p>
      <p class="home-total">${amounts(before)}</p>
    `;
  }
  const more = now.base && before.base ? change(Number(now.base.total), Number(before.base.total)) : null;
  return html`
    <p class="home-total">${amounts(now)}</p>
    <p class="quiet">
      ${more !== null && html`<span class="home-change">${more > 0 ? t`${more} % more than last month` : more < 0 ? t`${-more} % less than last month` : t`As much as last month`}</span>${" · "}`}
      Last month: ${amounts(before)}
    </p>
    ${now.base && html`<p class="quiet">Tax included: ${money(now.base.tax, now.base.currency)}</p>`}
  `;
}

/** @param {{ now: ExpenseReport, before: ExpenseReport }} props */
function Rows({ now, before }) {
  const currencies = new Set([...now.totals.currencies, ...before.totals.currencies].map(({ currency }) => currency));
  const size = (/** @type {ReportRow | undefined} */ row) => Math.max(0, sizeOf(row?.totals ?? null, currencies.size === 1));
  const larger = (/** @type {Compared} */ pair) => Math.max(size(pair.row), size(pair.earlier));
  const pairs = compared(now.rows, before.rows)
    .sort((one, other) => larger(other) - larger(one))
    .slice(0, MOST_ROWS);
  if (pairs.length === 0) return null;
  const largest = Math.max(0.01, ...pairs.map(larger));
  return html`
    <table class="card figures home-rows">
      <thead>
        <tr>
          <th scope="col">${TITLES[now.by]?.title}</th>
          <th class="report-part"><span class="visually-hidden">Part</span></th>
          <th scope="col">This month</th>
          <th scope="col">Last month</th>
        </tr>
      </thead>
      <tbody>
        ${pairs.map(({ row, earlier }) => {
          const any = /** @type {ReportRow} */ (row ?? earlier);
          const label = labelOf(now.by, any);
          return html`
            <tr key=${any.key}>
              <th scope="row">${any.filter ? html`<a href=${addressOf(any.filter)}>${label}</a>` : label}</th>
              <td class="report-part" aria-hidden="true">
                ${row && html`<span class="report-bar" style=${{ "--part": size(row) / largest }}></span>`}
                ${earlier && html`<span class="report-bar is-before" style=${{ "--part": size(earlier) / largest }}></span>`}
              </td>
              <td class="money">${row ? amounts(row.totals) : "–"}</td>
              <td class="money quiet">${earlier ? amounts(earlier.totals) : "–"}</td>
            </tr>
          `;
        })}
      </tbody>
    </table>
  `;
}

/** @typedef {{ row: ReportRow | undefined, earlier: ReportRow | undefined }} Compared one group in the two months */

/**
 * The groups of either month: on the first days of one, most are of the month before.
 *
 * @param {ReportRow[]} rows
 * @param {ReportRow[]} before
 * @returns {Compared[]}
 */
function compared(rows, before) {
  const keys = new Set([...rows, ...before].map(({ key }) => key));
  return [...keys].map((key) => ({ row: rows.find((each) => each.key === key), earlier: before.find((each) => each.key === key) }));
}

/** In the base currency where all of it has an amount there, else in each. @param {Totals} totals */
function amounts({ base, currencies, count }) {
  if (base && base.count === count) return money(base.total, base.currency);
  if (currencies.length === 0) return "–";
  return currencies.map(({ currency, total }) => money(total, currency)).join(" + ");
}

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
  const isOneCurrency = now.totals.currencies.length === 1;
  const size = (/** @type {ReportRow | undefined} */ row) => Math.max(0, sizeOf(row?.totals ?? null, isOneCurrency));
  const rows = now.rows.slice(0, MOST_ROWS);
  if (rows.length === 0) return null;
  const earlier = (/** @type {ReportRow} */ row) => before.rows.find(({ key }) => key === row.key);
  const largest = Math.max(0.01, ...rows.flatMap((row) => [size(row), size(earlier(row))]));
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
        ${rows.map((row) => {
          const was = earlier(row);
          return html`
            <tr key=${row.key}>
              <th scope="row">${row.filter ? html`<a href=${addressOf(row.filter)}>${labelOf(now.by, row)}</a>` : labelOf(now.by, row)}</th>
              <td class="report-part" aria-hidden="true">
                <span class="report-bar" style=${{ "--part": size(row) / largest }}></span>
                <span class="report-bar is-before" style=${{ "--part": size(was) / largest }}></span>
              </td>
              <td class="money">${amounts(row.totals)}</td>
              <td class="money quiet">${was ? amounts(was.totals) : "–"}</td>
            </tr>
          `;
        })}
      </tbody>
    </table>
  `;
}

/** In the base currency where all of it has an amount there, else in each. @param {Totals} totals */
function amounts({ base, currencies, count }) {
  if (base && base.count === count) return money(base.total, base.currency);
  if (currencies.length === 0) return "–";
  return currencies.map(({ currency, total }) => money(total, currency)).join(" + ");
}

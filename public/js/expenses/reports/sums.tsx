/**
 * A report as a table: each row with its part of the largest, each number with a link to its
 * expenses.
 */

import { counted, money } from "../../format.ts";
import { addressOf } from "../asked.ts";
import { labelOf, sizeOf, TITLES } from "./rows.ts";
import type { ReportRow, ExpenseReport, Totals } from "../../api/types.d.ts";

export function SumsTable({ report }: { report: ExpenseReport }) {
  const { by, rows, others, totals } = report;
  const currencies = new Set(totals.currencies.map(({ currency }) => currency));
  const size = (sums: Totals | null) => Math.max(0, sizeOf(sums, currencies.size === 1));
  const largest = Math.max(
    0.01,
    ...rows.flatMap((row) => [size(row.totals), size(row.yearBefore)]),
  );
  const hasYearBefore = by === "month" && rows.some(({ yearBefore }) => yearBefore);
  return (
    <table class="card figures">
      <thead>
        <tr>
          <th scope="col">{TITLES[by]?.title}</th>
          <th class="report-part">
            <span class="visually-hidden">Part</span>
          </th>
          <th scope="col">Expenses</th>
          <th scope="col">Total</th>
          {hasYearBefore && <th scope="col">Year before</th>}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key}>
            <th scope="row">{labelOf(by, row)}</th>
            <td class="report-part" aria-hidden="true">
              <span class="report-bar" style={{ "--part": size(row.totals) / largest }} />
              {row.yearBefore && (
                <span
                  class="report-bar is-before"
                  style={{ "--part": size(row.yearBefore) / largest }}
                />
              )}
            </td>
            <td>{linked(row)}</td>
            <td>
              <Amounts totals={row.totals} />
            </td>
            {hasYearBefore && <td>{row.yearBefore && <Amounts totals={row.yearBefore} />}</td>}
          </tr>
        ))}
        {others && (
          <tr>
            <th scope="row">{counted(others.count, "other")}</th>
            <td class="report-part" />
            <td>{others.totals.count}</td>
            <td>
              <Amounts totals={others.totals} />
            </td>
          </tr>
        )}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">In all</th>
          <td class="report-part" />
          <td>{totals.count}</td>
          <td>
            <Amounts totals={totals} />
          </td>
          {hasYearBefore && <td />}
        </tr>
      </tfoot>
    </table>
  );
}

function linked({ filter, totals: { count } }: ReportRow) {
  return filter && count > 0 ? <a href={addressOf(filter)}>{count}</a> : count;
}

function Amounts({ totals: { base, currencies, count } }: { totals: Totals }) {
  const left = base ? count - base.count : 0;
  if (!base || (base.count === 0 && left > 0)) {
    return currencies.map(({ currency, total }) => (
      <div key={currency} class="money">
        {money(total, currency)}
      </div>
    ));
  }
  const unconverted = currencies.filter((each) => each.unconverted > 0);
  return (
    <>
      <div class="money">{money(base.total, base.currency)}</div>
      {unconverted.map(({ currency, unconvertedTotal }) => (
        <small key={currency} class="money quiet">
          and {money(unconvertedTotal, currency)}
        </small>
      ))}
    </>
  );
}

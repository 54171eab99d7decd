/** This month beside the last: its sum and tax, by category and by person. */

import { addressOf } from "../expenses/asked.ts";
import { labelOf, sizeOf, TITLES } from "../expenses/reports/rows.ts";
import { money } from "../format.ts";
import { t } from "../words.ts";
import { change } from "./change.ts";
import type { Home, ExpenseReport, ReportRow, Totals } from "../api/types.d.ts";

const MOST_ROWS = 6;

/** The same months by category and, for who sees all, by person */
export function Month({ months }: { months: Home["months"] }) {
  const [first] = months;
  return (
    <>
      <section class="card" aria-labelledby="home-month">
        <h2 id="home-month">This month</h2>
        {first && <Sum now={first.now.totals} before={first.before.totals} />}
      </section>
      {months.map(({ now, before }) => (
        <Rows key={now.by} now={now} before={before} />
      ))}
    </>
  );
}

function Sum({ now, before }: { now: Totals; before: Totals }) {
  if (now.count === 0 && before.count > 0) {
    return (
      <>
        <p class="quiet">Nothing of this month yet. Last month:</p>
        <p class="home-total">{amounts(before)}</p>
      </>
    );
  }
  const more =
    now.base && before.base ? change(Number(now.base.total), Number(before.base.total)) : null;
  return (
    <>
      <p class="home-total">{amounts(now)}</p>
      <p class="quiet">
        {more !== null && (
          <>
            <span class="home-change">
              {more > 0
                ? t`${more} % more than last month`
                : more < 0
                  ? t`${-more} % less than last month`
                  : t`As much as last month`}
            </span>
            {" · "}
          </>
        )}
        Last month: {amounts(before)}
      </p>
      {now.base && <p class="quiet">Tax included: {money(now.base.tax, now.base.currency)}</p>}
    </>
  );
}

function Rows({ now, before }: { now: ExpenseReport; before: ExpenseReport }) {
  const currencies = new Set(
    [...now.totals.currencies, ...before.totals.currencies].map(({ currency }) => currency),
  );
  const size = (row: ReportRow | undefined) =>
    Math.max(0, sizeOf(row?.totals ?? null, currencies.size === 1));
  const larger = (pair: Compared) => Math.max(size(pair.row), size(pair.earlier));
  const pairs = compared(now.rows, before.rows)
    .sort((one, other) => larger(other) - larger(one))
    .slice(0, MOST_ROWS);
  if (pairs.length === 0) return null;
  const largest = Math.max(0.01, ...pairs.map(larger));
  return (
    <table class="card figures home-rows">
      <thead>
        <tr>
          <th scope="col">{TITLES[now.by]?.title}</th>
          <th class="report-part">
            <span class="visually-hidden">Part</span>
          </th>
          <th scope="col">This month</th>
          <th scope="col">Last month</th>
        </tr>
      </thead>
      <tbody>
        {pairs.map(({ row, earlier }) => {
          const any = (row ?? earlier) as ReportRow;
          const label = labelOf(now.by, any);
          return (
            <tr key={any.key}>
              <th scope="row">
                {any.filter ? <a href={addressOf(any.filter)}>{label}</a> : label}
              </th>
              <td class="report-part" aria-hidden="true">
                {row && <span class="report-bar" style={{ "--part": size(row) / largest }} />}
                {earlier && (
                  <span
                    class="report-bar is-before"
                    style={{ "--part": size(earlier) / largest }}
                  />
                )}
              </td>
              <td class="money">{row ? amounts(row.totals) : "–"}</td>
              <td class="money quiet">{earlier ? amounts(earlier.totals) : "–"}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** One group in the two months */
type Compared = { row: ReportRow | undefined; earlier: ReportRow | undefined };

/** The groups of either month: on the first days of one, most are of the month before. */
function compared(rows: ReportRow[], before: ReportRow[]): Compared[] {
  const keys = new Set([...rows, ...before].map(({ key }) => key));
  return [...keys].map((key) => ({
    row: rows.find((each) => each.key === key),
    earlier: before.find((each) => each.key === key),
  }));
}

/** In the base currency where all of it has an amount there, else in each. */
function amounts({ base, currencies, count }: Totals) {
  if (base && base.count === count) return money(base.total, base.currency);
  if (currencies.length === 0) return "–";
  return currencies.map(({ currency, total }) => money(total, currency)).join(" + ");
}

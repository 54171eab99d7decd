/**
 * The tax report: net, tax and gross by treatment and rate, what invoices charged, the return that
 * both fill, and what is open.
 */

import { useEffect } from "preact/hooks";

import { AskCurrency } from "../accounts/ask-currency.tsx";
import { get } from "../api/client.ts";
import { counted, daysInWords, moment, money, rateInWords } from "../format.ts";
import { BoundField, SelectField } from "../parts/fields.tsx";
import { Empty, Waiting } from "../parts/view.tsx";
import { go } from "../shell/address.ts";
import { closedWithin, loadClosed } from "../state/closed.ts";
import { useRequest } from "../state/request.ts";
import { may } from "../state/session.ts";
import { countryName, hasReturn } from "../values/countries.ts";
import {
  addressOf,
  askedIn,
  COUNTRIES,
  periodName,
  PERIODS,
  queryOf,
  REASONS,
  SALES,
  TREATMENTS,
} from "./words.ts";
import { language, t } from "../words.ts";
import type { TaxFigures, TaxPeriod, TaxReport, TaxReturn, TaxRow } from "../api/types.d.ts";
import type { Asked } from "./words.ts";

export default function Tax({ query }: { query: URLSearchParams }) {
  const asked = askedIn(query);
  const sent = queryOf(asked);
  const { answer, problem, isLoading, again } = useRequest(
    async (signal) => (sent ? get("/api/tax/report", { query: sent, signal }) : null),
    [JSON.stringify(sent)],
  );
  useEffect(() => void loadClosed(), []);
  return (
    <>
      <Choice asked={asked} />
      {sent && !problem && <Files sent={sent} />}
      {!answer || problem ? (
        <Waiting
          problem={sent ? problem : t`Choose days in the tax report.`}
          isLoading={isLoading}
          onAgain={again}
        />
      ) : (
        <Shown report={answer} asked={asked} onCurrency={again} />
      )}
    </>
  );
}

function Choice({ asked }: { asked: Asked }) {
  const change = (changed: Partial<Asked>) =>
    go(addressOf("/reports", { by: "tax", ...asked, ...changed }), { replace: true });
  const bound = (name: "from" | "to") => ({
    value: asked[name],
    onValue: (value: string) => change({ [name]: value }),
  });
  return (
    <div class="fields-row tax-choice">
      <BoundField label="From" {...bound("from")} />
      <BoundField label="To" {...bound("to")} />
      <SelectField
        label="For each"
        value={asked.each}
        options={PERIODS}
        onValue={(each: Asked["each"]) => change({ each })}
      />
      <SelectField
        label="Return of"
        value={asked.country}
        options={COUNTRIES}
        onValue={(country: Asked["country"]) => change({ country })}
      />
    </div>
  );
}

function Files({ sent }: { sent: Record<string, string | undefined> }) {
  const file = (format: string) => ({
    href: addressOf("/api/tax/report/file", { ...sent, format, language }),
    download: `tax_${sent.from}_${sent.to}.${format}`,
  });
  return (
    <p class="tax-files">
      <a class="button small" {...file("csv")}>
        Download as a table (CSV)
      </a>
      <a class="button small" {...file("pdf")}>
        Download as PDF
      </a>
    </p>
  );
}

/** `onCurrency`: the base currency was chosen */
function Shown({
  report,
  asked,
  onCurrency,
}: {
  report: TaxReport;
  asked: Asked;
  onCurrency: () => void;
}) {
  const { periods, currency, country, open, rows, total, unconvertedSales } = report;
  const { notDeductibleByLaw: byLaw } = report;
  const there = periods.filter((period) => period.rows.length + period.sales.length > 0);
  if (there.length === 0 && open.length === 0) {
    return (
      <Empty icon="chart" title="There is nothing to report">
        <p>There are no invoices and no ready or approved expenses in these days. Choose others.</p>
      </Empty>
    );
  }
  if (!currency) {
    if (may("administer")) return <AskCurrency onDone={onCurrency} />;
    return (
      <p class="export-warning">
        Ask an owner to choose the base currency: without one, nothing can be added up.
      </p>
    );
  }
  return (
    <>
      {!country && (
        <p class="export-warning">
          Enter your company’s country in <a href="/settings">Settings</a>, or choose a return
          above: it decides which rates are your country's.
        </p>
      )}
      {country && !hasReturn(country) && (
        <p class="export-warning">
          {t`Tillroll has no form of the return for ${countryName(country)}: take the figures below over by hand.`}
        </p>
      )}
      <Open report={report} asked={asked} />
      {byLaw.map(({ law, sentence, expenses, tax }) => (
        <p class="quiet" key={law}>
          {sentence} {counted(expenses, "expense")}, {money(tax, currency)}
        </p>
      ))}
      {unconvertedSales.length > 0 && (
        <p class="export-warning">
          Invoices in another currency are not included:{" "}
          {unconvertedSales.map((each) => money(each.total, each.currency)).join(", ")}
        </p>
      )}
      {there.map((period) => (
        <Period key={period.period} period={period} currency={currency} asked={asked} />
      ))}
      {there.length > 1 && (
        <section aria-labelledby="tax-all">
          <h2 id="tax-all">All periods</h2>
          <Rows rows={rows} total={total} currency={currency} label="All periods" days={asked} />
        </section>
      )}
    </>
  );
}

/** What is in none of the figures. */
function Open({ report: { open, unconverted }, asked }: { report: TaxReport; asked: Asked }) {
  if (open.length === 0) return null;
  const count = open.reduce((sum, each) => sum + each.expenses, 0);
  return (
    <section class="card tax-open" aria-labelledby="tax-open">
      <h2 id="tax-open">Open points</h2>
      <p>
        {count === 1
          ? t`1 expense is not included in the figures below:`
          : t`${count} expenses are not included in the figures below:`}
      </p>
      <ul class="lines">
        {open.map(({ reason, says, expenses }) => (
          <li class="line" key={reason}>
            <a href={addressOf("/reports/tax", { ...asked, reason })}>
              <span class="line-title">{REASONS[reason]}</span>
              <span class="line-note">{says}</span>
              <span class="line-amount">{counted(expenses, "expense")}</span>
            </a>
          </li>
        ))}
      </ul>
      {unconverted.length > 0 && (
        <p class="quiet">
          Without an exchange rate:{" "}
          {unconverted.map((each) => money(each.total, each.currency)).join(", ")}
        </p>
      )}
    </section>
  );
}

function Period({
  period,
  currency,
  asked,
}: {
  period: TaxPeriod;
  currency: string | null;
  asked: Asked;
}) {
  const days = { from: period.from, to: period.to, country: asked.country };
  const id = `tax-${period.period}`;
  const name = periodName(period.period);
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{name}</h2>
      <Closed first={period.from} last={period.to} />
      {period.rows.length > 0 && (
        <Rows
          rows={period.rows}
          total={period.total}
          currency={currency}
          label={name}
          days={days}
        />
      )}
      <Sales period={period} currency={currency} days={days} />
      {period.taxReturn && <Return of={period.taxReturn} currency={currency} days={days} />}
    </section>
  );
}

/** Who filed the return of closed days learns whether it may be another one by now. */
function Closed({ first, last }: { first: string; last: string }) {
  return closedWithin(first, last).map(({ id, firstDay, lastDay, closedAt, late }) => {
    const days = daysInWords(firstDay, lastDay);
    const day = moment(closedAt);
    if (late === 0) return <p class="quiet" key={id}>{t`${days} was closed on ${day}.`}</p>;
    const changed = counted(late, "expense has changed", "expenses have changed");
    return (
      <p class="export-warning" key={id}>
        {t`${days} was closed on ${day}, and ${changed} since. If the return is filed, correct it.`}{" "}
        <a href="/exports">What came since</a>
      </p>
    );
  });
}

/** The columns of amounts. */
const COLUMNS: { name: Exclude<keyof TaxFigures, "expenses">; label: string }[] = [
  { name: "net", label: t`Net` },
  { name: "tax", label: t`Tax` },
  { name: "gross", label: t`Gross` },
  { name: "inputTax", label: t`Deductible` },
  { name: "notDeductible", label: t`Not deductible` },
  { name: "owed", label: t`Reverse charge due` },
];

function Rows({
  rows,
  total,
  currency,
  label,
  days,
}: {
  rows: TaxRow[];
  total: TaxFigures;
  currency: string | null;
  label: string;
  days: Record<string, string>;
}) {
  const cells = (figures: TaxFigures, more: Record<string, string>) =>
    COLUMNS.map((column) => (
      <td key={column.name} data-label={column.label}>
        <Figure
          amount={figures[column.name]}
          currency={currency}
          href={addressOf("/reports/tax", { ...days, ...more })}
        />
      </td>
    ));
  return (
    <table class="card figures is-books" aria-label={label}>
      <thead>
        <tr>
          <th scope="col">How it is taxed</th>
          {COLUMNS.map((column) => (
            <th key={column.name} scope="col">
              {column.label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ treatment, rate, figures }) => (
          <tr key={`${treatment} ${rate}`}>
            <th scope="row">
              {TREATMENTS[treatment]}
              {rate !== null && (
                <>
                  , <span class="tax-rate">{rateInWords(rate)}</span>
                </>
              )}
              <small>{counted(figures.expenses, "expense")}</small>
            </th>
            {cells(figures, { treatment, ...(rate === null ? {} : { rate }) })}
          </tr>
        ))}
        <tr class="tax-total">
          <th scope="row">
            In all<small>{counted(total.expenses, "expense")}</small>
          </th>
          {cells(total, {})}
        </tr>
      </tbody>
    </table>
  );
}

/** What invoices charged, and the VAT that is to be paid. */
function Sales({
  period,
  currency,
  days,
}: {
  period: TaxPeriod;
  currency: string | null;
  days: Record<string, string>;
}) {
  const { sales, due } = period;
  const sold = (more: Record<string, string>) =>
    may("ledger") ? addressOf("/reports/sales", { ...days, ...more }) : null;
  const bought = addressOf("/reports/tax", days);
  const behindDue = addressOf("/reports/tax", { ...days, due: "true" });
  const isRefund = due.payable.startsWith("-");
  // Of what is charged, only a taxed supply has tax.
  const sums = [
    { label: t`VAT charged`, amount: due.charged, href: sold({ sold: "taxed" }) },
    { label: t`VAT that you owe on purchases`, amount: due.owed, href: bought },
    { label: t`Input tax`, amount: due.deducted, href: bought },
    isRefund
      ? { label: t`VAT to be refunded`, amount: due.payable.slice(1), href: behindDue }
      : { label: t`VAT to pay`, amount: due.payable, href: behindDue },
  ];
  return (
    <table class="card figures is-books" aria-label={t`Charged, and VAT to pay`}>
      <thead>
        <tr>
          <th scope="col">Charged by invoices</th>
          <th scope="col">Net</th>
          <th scope="col">Tax</th>
        </tr>
      </thead>
      <tbody>
        {sales.map(({ treatment, rate, figures }) => {
          const href = sold({ sold: treatment, ...(rate === null ? {} : { rate }) });
          return (
            <tr key={`${treatment} ${rate}`}>
              <th scope="row">
                {SALES[treatment]}
                {rate !== null && `, ${rateInWords(rate)}`}
                <small>{counted(figures.documents, "document")}</small>
              </th>
              <td data-label={t`Net`}>
                <Figure amount={figures.net} currency={currency} href={href} />
              </td>
              <td data-label={t`Tax`}>
                <Figure amount={figures.tax} currency={currency} href={href} />
              </td>
            </tr>
          );
        })}
        {sums.map(({ label, amount, href }) => (
          <tr key={label} class="tax-total">
            <th scope="row">{label}</th>
            <td />
            <td data-label={t`Tax`}>
              <Figure amount={amount} currency={currency} href={href} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** An amount that opens what is behind it; nothing is a dash. */
function Figure({
  amount,
  currency,
  href,
}: {
  amount: string;
  currency: string | null;
  href: string | null;
}) {
  if (Number(amount) === 0) return <span class="quiet">–</span>;
  if (href === null) return <span class="money">{money(amount, currency)}</span>;
  return (
    <a class="money tax-figure" href={href}>
      {money(amount, currency)}
    </a>
  );
}

function Return({
  of: { name, lines, problem },
  currency,
  days,
}: {
  of: TaxReturn;
  currency: string | null;
  days: Record<string, string>;
}) {
  if (problem) return <p class="export-warning">{problem}</p>;
  const filled = lines.filter(({ amount }) => Number(amount) !== 0);
  // The page of its expenses shows the invoices of a line, too.
  const hrefOf = (line: string, expenses: number, invoices: number) => {
    if (expenses > 0) return addressOf("/reports/tax", { ...days, line });
    return invoices > 0 && may("ledger") ? addressOf("/reports/sales", { ...days, line }) : null;
  };
  if (filled.length === 0) return null;
  return (
    <details class="card tax-return" open>
      <summary>{name}</summary>
      <table class="figures" aria-label={name}>
        <thead>
          <tr>
            <th scope="col">Line</th>
            <th scope="col" class="tax-says">
              Name of the line
            </th>
            <th scope="col">Amount</th>
          </tr>
        </thead>
        <tbody>
          {filled.map(({ number, says, amount, isBase, rows, sales }) => (
            <tr key={number}>
              <th scope="row">{number}</th>
              <td class="tax-says">{says}</td>
              <td>
                <Figure
                  amount={isBase ? (amount.split(".")[0] ?? amount) : amount}
                  currency={isBase ? null : currency}
                  href={hrefOf(number, rows.length, sales.length)}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="quiet">Add sales from outside of Tillroll yourself.</p>
    </details>
  );
}

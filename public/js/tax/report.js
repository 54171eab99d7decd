// @ts-check
/** The tax report: net, tax and gross by treatment and rate, the return that they fill, and what is open. */

import { AskCurrency } from "../accounts/ask-currency.js";
import { get } from "../api/client.js";
import { counted, money } from "../format.js";
import { SelectField, TextField } from "../parts/fields.js";
import { Empty, Waiting } from "../parts/view.js";
import { go } from "../shell/address.js";
import { useRequest } from "../state/request.js";
import { may } from "../state/session.js";
import { inputOf } from "../values/period.js";
import { addressOf, askedIn, COUNTRIES, periodName, PERIODS, queryOf, REASONS, TREATMENTS } from "./words.js";
import { html, t } from "../words.js";

/** @import { TaxFigures, TaxPeriod, TaxReport, TaxReturn, TaxRow } from "../api/types.js" */
/** @import { Asked } from "./words.js" */

/** @param {{ query: URLSearchParams }} props */
export default function Tax({ query }) {
  const asked = askedIn(query);
  const sent = queryOf(asked);
  const { answer, problem, isLoading, again } = useRequest(
    async (signal) => (sent ? get("/api/tax/report", { query: sent, signal }) : null),
    [JSON.stringify(sent)],
  );
  return html`
    <${Choice} asked=${asked} />
    ${sent && !problem && html`<${Files} sent=${sent} />`}
    ${!answer || problem
      ? html`<${Waiting} ...${{ problem, isLoading, onAgain: again }} />`
      : html`<${Shown} report=${answer} asked=${asked} onCurrency=${again} />`}
  `;
}

/** @param {{ asked: Asked }} props */
function Choice({ asked }) {
  const change = (/** @type {Partial<Asked>} */ changed) =>
    go(addressOf("/reports", { by: "tax", ...asked, ...changed }), { replace: true });
  const bound = (/** @type {"from" | "to"} */ name) => ({
    value: asked[name],
    onValue: (/** @type {string} */ value) => change({ [name]: value }),
    attributes: inputOf(asked[name]),
  });
  return html`
    <div class="fields-row tax-choice">
      <${TextField} label="From" ...${bound("from")} />
      <${TextField} label="To" ...${bound("to")} />
      <${SelectField} label="For each" value=${asked.each} options=${PERIODS} onValue=${(/** @type {Asked["each"]} */ each) => change({ each })} />
      <${SelectField} label="Return of" value=${asked.country} options=${COUNTRIES} onValue=${(/** @type {Asked["country"]} */ country) => change({ country })} />
    </div>
  `;
}

/** @param {{ sent: Record<string, string | undefined> }} props */
function Files({ sent }) {
  const file = (/** @type {string} */ format) => ({
    href: addressOf("/api/tax/report/file", { ...sent, format }),
    download: `tax_${sent.from}_${sent.to}.${format}`,
  });
  return html`
    <p class="tax-files">
      <a class="button small" ...${file("csv")}>Download as a table (CSV)</a>
      <a class="button small" ...${file("pdf")}>Download as PDF</a>
    </p>
  `;
}

/** @param {{ report: TaxReport, asked: Asked, onCurrency: () => void }} props `onCurrency`: the base currency was chosen */
function Shown({ report, asked, onCurrency }) {
  const { periods, currency, country, open, rows, total } = report;
  const there = periods.filter((period) => period.rows.length > 0);
  if (there.length === 0 && open.length === 0) {
    return html`
      <${Empty} icon="chart" title="There is nothing to report">
        <p>There are no ready or approved expenses in these days. Choose others.</p>
      <//>
    `;
  }
  if (!currency) {
    if (may("administer")) return html`<${AskCurrency} onDone=${onCurrency} />`;
    return html`<p class="export-warning">Ask an owner to choose the base currency: without one, nothing can be added up.</p>`;
  }
  return html`
    ${!country && html`<p class="export-warning">Enter your VAT id in <a href="/settings">Settings</a>, or choose a return above: it decides which rates are your country's.</p>`}
    <${Open} report=${report} asked=${asked} />
    ${there.map((period) => html`<${Period} key=${period.period} period=${period} currency=${currency} asked=${asked} />`)}
    ${there.length > 1 &&
    html`
      <section aria-labelledby="tax-all">
        <h2 id="tax-all">All periods</h2>
        <${Rows} rows=${rows} total=${total} currency=${currency} label="All periods" days=${asked} />
      </section>
    `}
  `;
}

/** What is in none of the figures. @param {{ report: TaxReport, asked: Asked }} props */
function Open({ report: { open, unconverted }, asked }) {
  if (open.length === 0) return null;
  const count = open.reduce((sum, each) => sum + each.expenses, 0);
  return html`
    <section class="card tax-open" aria-labelledby="tax-open">
      <h2 id="tax-open">Open points</h2>
      <p>${count === 1 ? t`1 expense is not included in the figures below:` : t`${count} expenses are not included in the figures below:`}</p>
      <ul class="lines">
        ${open.map(
          ({ reason, says, expenses }) => html`
            <li class="line" key=${reason}>
              <a href=${addressOf("/reports/tax", { ...asked, reason })}>
                <span class="line-title">${REASONS[reason]}</span>
                <span class="line-note">${says}</span>
                <span class="line-amount">${counted(expenses, "expense")}</span>
              </a>
            </li>
          `,
        )}
      </ul>
      ${unconverted.length > 0 &&
      html`<p class="quiet">Without an exchange rate: ${unconverted.map((each) => money(each.total, each.currency)).join(", ")}</p>`}
    </section>
  `;
}

/** @param {{ period: TaxPeriod, currency: string | null, asked: Asked }} props */
function Period({ period, currency, asked }) {
  const days = { from: period.from, to: period.to, country: asked.country };
  const id = `tax-${period.period}`;
  const name = periodName(period.period);
  return html`
    <section aria-labelledby=${id}>
      <h2 id=${id}>${name}</h2>
      <${Rows} rows=${period.rows} total=${period.total} currency=${currency} label=${name} days=${days} />
      ${period.taxReturn && html`<${Return} of=${period.taxReturn} currency=${currency} days=${days} />`}
    </section>
  `;
}

/** The columns of amounts. @type {{ name: Exclude<keyof TaxFigures, "expenses">, label: string }[]} */
const COLUMNS = [
  { name: "net", label: t`Net` },
  { name: "tax", label: t`Tax` },
  { name: "gross", label: t`Gross` },
  { name: "deductible", label: t`Deductible` },
  { name: "notDeductible", label: t`Not deductible` },
  { name: "owed", label: t`Reverse charge due` },
];

/** @param {{ rows: TaxRow[], total: TaxFigures, currency: string | null, label: string, days: Record<string, string> }} props */
function Rows({ rows, total, currency, label, days }) {
  const cells = (/** @type {TaxFigures} */ figures, /** @type {Record<string, string>} */ more) =>
    COLUMNS.map(
      (column) => html`
        <td key=${column.name} data-label=${column.label}>
          <${Figure} amount=${figures[column.name]} currency=${currency} href=${addressOf("/reports/tax", { ...days, ...more })} />
        </td>
      `,
    );
  return html`
    <table class="card figures is-books" aria-label=${label}>
      <thead>
        <tr>
          <th scope="col">How it is taxed</th>
          ${COLUMNS.map((column) => html`<th key=${column.name} scope="col">${column.label}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ treatment, rate, figures }) => html`
            <tr key=${`${treatment} ${rate}`}>
              <th scope="row">
                ${TREATMENTS[treatment]}${rate !== null && html`, <span class="tax-rate">${rate} %</span>`}
                <small>${counted(figures.expenses, "expense")}</small>
              </th>
              ${cells(figures, { treatment, ...(rate === null ? {} : { rate }) })}
            </tr>
          `,
        )}
        <tr class="tax-total">
          <th scope="row">Total<small>${counted(total.expenses, "expense")}</small></th>
          ${cells(total, {})}
        </tr>
      </tbody>
    </table>
  `;
}

/** An amount that opens its expenses; nothing is a dash. @param {{ amount: string, currency: string | null, href: string }} props */
function Figure({ amount, currency, href }) {
  if (Number(amount) === 0) return html`<span class="quiet">–</span>`;
  return html`<a class="money tax-figure" href=${href}>${money(amount, currency)}</a>`;
}

/** @param {{ of: TaxReturn, currency: string | null, days: Record<string, string> }} props */
function Return({ of: { name, lines, problem }, currency, days }) {
  if (problem) return html`<p class="export-warning">${problem}</p>`;
  const filled = lines.filter(({ amount }) => Number(amount) !== 0);
  if (filled.length === 0) return null;
  return html`
    <details class="card tax-return" open>
      <summary>${name}</summary>
      <table class="figures" aria-label=${name}>
        <thead>
          <tr><th scope="col">Line</th><th scope="col" class="tax-says">What</th><th scope="col">Amount</th></tr>
        </thead>
        <tbody>
          ${filled.map(
            ({ number, says, amount, isBase }) => html`
              <tr key=${number}>
                <th scope="row">${number}</th>
                <td class="tax-says">${says}</td>
                <td>
                  <${Figure} amount=${isBase ? (amount.split(".")[0] ?? amount) : amount} currency=${isBase ? null : currency} href=${addressOf("/reports/tax", { ...days, line: number })} />
                </td>
              </tr>
            `,
          )}
        </tbody>
      </table>
      <p class="quiet">Only lines that your expenses fill. Add your sales, and what has no expense here.</p>
    </details>
  `;
}

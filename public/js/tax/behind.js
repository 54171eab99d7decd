// @ts-check
/** The expenses behind a figure of the tax report, or those without a place; and how they are taxed. */

import { useState } from "preact/hooks";

import { get, post } from "../api/client.js";
import { money } from "../format.js";
import { Dialog } from "../parts/dialog.js";
import { SelectField, TextField } from "../parts/fields.js";
import { PagedList } from "../parts/list.js";
import { Day } from "../parts/values.js";
import { Empty, View, Waiting } from "../parts/view.js";
import { refusalOf } from "../state/refusal.js";
import { showIfOver } from "../state/report.js";
import { usePages, useRequest } from "../state/request.js";
import { may } from "../state/session.js";
import { addressOf, askedIn, OWED, queryOf, REASONS, TREATMENTS } from "./words.js";
import { html, t } from "../words.js";

/** @import { TaxExpense } from "../api/types.js" */
/** @import { ViewProps } from "../shell/routes.js" */
/** @import { Reason, Treatment } from "./words.js" */

const PAGE = 100;

/** @param {ViewProps} props */
export default function BehindFigure({ query }) {
  const asked = askedIn(query);
  const sent = queryOf(asked);
  const reason = /** @type {Reason | undefined} */ (query.get("reason") ?? undefined);
  const narrowed = {
    ...sent,
    treatment: /** @type {Treatment | undefined} */ (query.get("treatment") ?? undefined),
    rate: query.get("rate") ?? undefined,
    line: query.get("line") ?? undefined,
    reason,
  };
  const company = useRequest((signal) => get("/api/account", { signal }), []);
  const pages = usePages(
    async (cursor, signal) => {
      if (!sent) return { items: [], nextCursor: null };
      return get("/api/tax/expenses", { query: { ...narrowed, ...sent, limit: PAGE, cursor }, signal });
    },
    [JSON.stringify(narrowed)],
  );
  const [changing, change] = useState(/** @type {TaxExpense | null} */ (null));
  const title = titleOf(narrowed);
  const currency = company.answer?.baseCurrency ?? null;
  const actions = html`<a class="button" href=${addressOf("/reports", { by: "tax", from: asked.from.slice(0, 7), to: asked.to.slice(0, 7), country: asked.country })}>Tax report</a>`;
  const empty = pages.hasMore
    ? html`<p><button type="button" class="button" onClick=${pages.more}>Go on searching</button></p>`
    : html`<${Empty} icon="check" title="Nothing is here"><p>No expense of these days stands in this figure.</p><//>`;
  if (!sent) return html`<${View} title=${title}><${Waiting} problem="Choose days in the tax report." isLoading=${false} onAgain=${pages.again} /><//>`;
  return html`
    <${View} title=${title} actions=${actions}>
      <p class="quiet"><${Day} day=${sent.from} /> – <${Day} day=${sent.to} /></p>
      <${PagedList}
        pages=${pages}
        label=${title}
        empty=${empty}
        head=${html`
          <tr>
            <th scope="col">Expense</th>
            <th scope="col">Day</th>
            <th scope="col">Net</th>
            <th scope="col">Tax</th>
            <th scope="col">Gross</th>
            ${may("sort") && html`<th scope="col"><span class="visually-hidden">Change</span></th>`}
          </tr>
        `}
        row=${(/** @type {TaxExpense} */ each) => html`<${Row} key=${each.expenseId} expense=${each} currency=${currency} onChange=${() => change(each)} />`}
      />
      ${changing && html`<${Decide} expense=${changing} onClose=${() => change(null)} onDone=${() => (change(null), pages.again())} />`}
    <//>
  `;
}

/** @param {{ reason?: Reason, treatment?: Treatment, rate?: string, line?: string }} narrowed */
function titleOf({ reason, treatment, rate, line }) {
  if (reason) return REASONS[reason] ?? t`Open points`;
  if (line) return t`Line ${line} of the return`;
  if (treatment && rate) return `${TREATMENTS[treatment]}, ${rate} %`;
  return treatment ? TREATMENTS[treatment] : t`Expenses in the tax report`;
}

/** @param {{ expense: TaxExpense, currency: string | null, onChange: () => void }} props */
function Row({ expense, currency, onChange }) {
  const { expenseId, merchant, date, total, figures, open, treatment } = expense;
  const of = figures ? currency : expense.currency;
  return html`
    <tr>
      <th scope="row">
        <a href=${`/expenses/${expenseId}`}>${merchant}</a>
        <small>${open ? REASONS[open] : treatment ? TREATMENTS[treatment] : expense.category}</small>
      </th>
      <td data-label="Day"><${Day} day=${date} /></td>
      <td data-label="Net">${figures && money(figures.net, of)}</td>
      <td data-label="Tax">${figures && money(figures.tax, of)}</td>
      <td data-label="Gross">${money(figures?.gross ?? total, of)}</td>
      ${may("sort") &&
      html`<td><button type="button" class="button small" aria-label=${t`Change how ${merchant} is taxed`} onClick=${onChange}>Change</button></td>`}
    </tr>
  `;
}

/** @param {{ expense: TaxExpense, onClose: () => void, onDone: () => void }} props */
function Decide({ expense, onClose, onDone }) {
  const [treatment, setTreatment] = useState(/** @type {Treatment | ""} */ (expense.treatment ?? expense.proposed?.treatment ?? ""));
  const [rate, setRate] = useState(expense.rate ?? expense.proposed?.rate ?? "");
  const [deductible, setDeductible] = useState(String(expense.deductible));
  const [problems, setProblems] = useState(/** @type {Record<string, string>} */ ({}));
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  const [isBusy, setBusy] = useState(false);
  const isOwed = treatment !== "" && OWED.includes(treatment);
  const isDeducted = treatment !== "" && treatment !== "foreign_tax" && treatment !== "no_tax";

  async function save() {
    const percent = Number(isDeducted ? deductible : 100);
    /** @type {Record<string, string>} */
    const unread = {};
    if (!Number.isInteger(percent) || percent < 0 || percent > 100) unread.deductible = t`Enter a whole number from 0 to 100.`;
    if (isOwed && !/^\d{1,2}(\.\d{1,2})?$/.test(rate.trim())) unread.rate = t`Enter the rate in percent, such as 19.`;
    setProblems(unread);
    if (Object.keys(unread).length > 0) return;
    setBusy(true);
    try {
      const body = {
        expenses: [expense.expenseId],
        treatment: treatment || null,
        deductible: percent,
        rate: isOwed ? rate.trim() : null,
      };
      await post("/api/tax/decisions", body);
      onDone();
    } catch (error) {
      if (!showIfOver(error)) {
        const refused = refusalOf(error, ["treatment", "rate", "deductible"]);
        setProblems(refused.problems);
        setProblem(refused.problem);
      }
      setBusy(false);
    }
  }
  const options = [{ value: "", label: t`As the document says` }, ...Object.entries(TREATMENTS).map(([value, label]) => ({ value, label }))];
  return html`
    <${Dialog} title="How it is taxed" action="Save" onClose=${onClose} onAction=${save} isBusy=${isBusy} problem=${problem}>
      <p>${expense.merchant}, ${money(expense.total, expense.currency)}</p>
      ${!expense.treatment && expense.proposed && html`<p class="quiet">Proposed: ${TREATMENTS[expense.proposed.treatment]}. Check it against the document.</p>`}
      <${SelectField} label="Taxed as" value=${treatment} options=${options} onValue=${setTreatment} problem=${problems.treatment} />
      ${isOwed && html`<${TextField} label="Rate that you owe (%)" value=${rate} onValue=${setRate} problem=${problems.rate} placeholder="19" attributes=${{ inputmode: "decimal" }} />`}
      ${isDeducted && html`<${TextField} label="Deductible (%)" value=${deductible} onValue=${setDeductible} problem=${problems.deductible} attributes=${{ inputmode: "numeric" }} />`}
    <//>
  `;
}

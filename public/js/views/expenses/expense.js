// @ts-check
/** One expense. */

import { html } from "htm/preact";

import { get } from "../../api/client.js";
import { whyMissing } from "../../base-currency.js";
import { DOCUMENT_KINDS } from "../../labels.js";
import { Day, Money } from "../../parts/values.js";
import { View, Waiting } from "../../parts/view.js";
import { useRequest } from "../../state/request.js";
import { Approval } from "../approving/approval.js";
import { MergedDocuments } from "../approving/documents.js";

/** @import { ViewProps } from "../../shell/routes.js" */
/** @import { ExpenseShape } from "../../api/types.js" */

/** @param {ViewProps} props */
export default function Expense({ params: { id = "" } }) {
  const ask = (/** @type {AbortSignal} */ signal) =>
    get("/api/expenses/{expense_id}", { path: { expense_id: id }, signal });
  const { answer: expense, problem, isLoading, again } = useRequest(ask, [id]);
  return html`
    <${View} title=${expense?.merchant ?? "Expense"}>
      <${Waiting} problem=${problem} isLoading=${isLoading && !expense} onAgain=${again} />
      ${expense && html`<${Facts} expense=${expense} />`}
      ${expense && html`<${Approval} id=${id} version=${expense.version} onDone=${again} />`}
      ${expense && html`<${MergedDocuments} id=${id} />`}
      ${expense && html`<p><a href=${`/runs/${expense.runId}`}>Open its receipt</a></p>`}
    <//>
  `;
}

/** @param {{ expense: ExpenseShape }} props */
function Facts({ expense }) {
  const { currency, base } = expense;
  const inBase = base && html`<${Money} amount=${base.total} currency=${base.currency} />`;
  const facts = [
    ["Date", html`<${Day} day=${expense.date} />`],
    ["Total", html`<${Money} amount=${expense.total} currency=${currency} />`],
    ["Tax", expense.tax && html`<${Money} amount=${expense.tax} currency=${currency} />`],
    ["In the base currency", inBase ?? whyMissing(expense.baseMissing)],
    ["Category", expense.category],
    ["Registered name", expense.registeredName],
    ["Kind", expense.documentKind && DOCUMENT_KINDS[expense.documentKind]],
    ["Number", expense.receiptNumber],
    ["Due", expense.dueDate && html`<${Day} day=${expense.dueDate} />`],
    ["Made out to", expense.buyer],
  ];
  return html`
    <dl class="card facts-list">
      ${facts.map(([name, value]) => value && html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}
    </dl>
  `;
}

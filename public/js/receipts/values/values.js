// @ts-check
/** The values of an expense, or of what was read so far. */

import { FIELDS } from "../../labels.js";
import { moneyBack } from "../../claims/money-back.js";
import { may } from "../../state/session.js";
import { CategoryItem } from "./category-item.js";
import { FieldItem } from "./field-item.js";
import { KnownAs } from "./known-merchant.js";
import { isProbable, NamesForm } from "./names-form.js";
import { html, t } from "../../words.js";

/** @import { Run } from "../../api.js" */
/** @import { Attention } from "../../parts/attention.js" */

/** @param {{ run: Run, attention: Attention }} props `attention` is told which field is looked at */
export function Values({ run, attention }) {
  const { expense, extraction } = run;
  const title = expense ? (moneyBack(expense) ?? t`Expense`) : t`Read so far`;
  return html`
    <section class="card" aria-labelledby="fields-title">
      <h2 id="fields-title">${title}</h2>
      <dl class="fields">
        ${FIELDS.map((field) =>
          field === "category" && expense && may("edit")
            ? html`<${CategoryItem} key=${field} expense=${expense} />`
            : html`<${FieldItem} key=${field} run=${run} field=${field} attention=${attention} />`,
        )}
      </dl>
      ${expense && may("edit") && isProbable(expense, extraction) && html`<${NamesForm} key=${expense.id} expense=${expense} />`}
      ${expense && html`<p><a href=${`/expenses/${expense.id}`}>Open the expense</a></p>`}
      ${expense?.merchant === extraction?.merchant?.value && html`<${KnownAs} extraction=${extraction} />`}
    </section>
  `;
}

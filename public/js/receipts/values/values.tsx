/** The values of an expense, or of what was read so far. */

import { FIELDS } from "../../labels.ts";
import { moneyBack } from "../../claims/money-back.ts";
import { may } from "../../state/session.ts";
import { CategoryItem } from "./category-item.tsx";
import { FieldItem } from "./field-item.tsx";
import { KnownAs } from "./known-merchant.tsx";
import { isProbable, NamesForm } from "./names-form.tsx";
import { t } from "../../words.ts";
import type { Run } from "../../api.ts";
import type { Attention } from "../../parts/attention.ts";

/** `attention` is told which field is looked at */
export function Values({ run, attention }: { run: Run; attention: Attention }) {
  const { expense, extraction } = run;
  const title = expense ? (moneyBack(expense) ?? t`Expense`) : t`Read so far`;
  return (
    <section class="card" aria-labelledby="fields-title">
      <h2 id="fields-title">{title}</h2>
      <dl class="fields">
        {FIELDS.map((field) =>
          field === "category" && expense && may("edit") ? (
            <CategoryItem key={field} expense={expense} />
          ) : (
            <FieldItem key={field} run={run} field={field} attention={attention} />
          ),
        )}
      </dl>
      {expense && may("edit") && isProbable(expense, extraction) && (
        <NamesForm key={expense.id} expense={expense} />
      )}
      {expense && (
        <p>
          <a href={`/expenses/${expense.id}`}>Open the expense</a>
        </p>
      )}
      {expense?.merchant === extraction?.merchant?.value && <KnownAs extraction={extraction} />}
    </section>
  );
}

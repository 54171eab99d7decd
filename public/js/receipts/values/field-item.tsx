/** A value beside its label, pointing at where it was read. */

import { baseTotal, shortRate, WhyMissing } from "../../accounts/base-currency.tsx";
import { date, money, UNKNOWN } from "../../format.ts";
import { DOCUMENT_KINDS, FIELD_LABELS } from "../../labels.ts";
import { t } from "../../words.ts";
import type { Expense, FieldName, Run } from "../../api.ts";
import type { Attention } from "../../parts/attention.ts";

export function FieldItem({
  run,
  field,
  attention,
}: {
  run: Run;
  field: FieldName;
  attention: Attention;
}) {
  const { expense, extraction } = run;
  const read = extraction?.[field];
  const isCorrected = Boolean(expense) && (expense?.[field] ?? null) !== (read?.value ?? null);
  const hasEvidence = Boolean(read?.evidence) && !isCorrected;
  const look = attention.active.value === field ? "field-item is-active" : "field-item";
  return (
    <div
      class={look}
      data-field={field}
      tabindex={hasEvidence ? 0 : undefined}
      {...(hasEvidence ? attention.watch(field) : {})}
    >
      <dt>{FIELD_LABELS[field]}</dt>
      <dd class="field-value">
        {shown(run, field)}
        {isCorrected && <span class="field-source">entered by hand</span>}
        {field === "total" && expense && <BaseNote expense={expense} />}
      </dd>
    </div>
  );
}

/**
 * The total in the base currency, with the rate, its day and where it was read; or why there is
 * none.
 */
function BaseNote({ expense }: { expense: Expense }) {
  const { baseMissing, currency, date: day } = expense;
  if (baseMissing)
    return (
      <span class="field-base">
        <WhyMissing missing={baseMissing} currency={currency} day={day} />
      </span>
    );
  const total = baseTotal(expense);
  if (!expense.base || !total) return null;
  const { rate, rateDate, source } = expense.base;
  const how = t`at ${shortRate.format(Number(rate))} of ${date(rateDate)}`;
  return (
    <span class="field-base" title={t`${rate}, read from ${source}`}>
      {total} {how}
    </span>
  );
}

function shown({ expense, extraction }: Run, field: FieldName) {
  const value = expense ? expense[field] : extraction?.[field]?.value;
  const currency = expense?.currency ?? extraction?.currency?.value;
  if (field === "date" || field === "dueDate") return date(value);
  if (field === "total" || field === "tax" || field === "amountDue") return money(value, currency);
  if (field === "documentKind") return value ? (DOCUMENT_KINDS[value] ?? value) : UNKNOWN;
  return value || UNKNOWN;
}

// @ts-check
/** A value beside its label, pointing at where it was read. */

import { baseTotal, shortRate, WhyMissing } from "../../accounts/base-currency.js";
import { date, money, UNKNOWN } from "../../format.js";
import { DOCUMENT_KINDS, FIELD_LABELS } from "../../labels.js";
import { html, t } from "../../words.js";

/** @import { Expense, FieldName, Run } from "../../api.js" */
/** @import { Attention } from "../../parts/attention.js" */

/** @param {{ run: Run, field: FieldName, attention: Attention }} props */
export function FieldItem({ run, field, attention }) {
  const { expense, extraction } = run;
  const read = extraction?.[field];
  const isCorrected = Boolean(expense) && (expense?.[field] ?? null) !== (read?.value ?? null);
  const hasEvidence = Boolean(read?.evidence) && !isCorrected;
  const look = attention.active.value === field ? "field-item is-active" : "field-item";
  return html`
    <div class=${look} data-field=${field} tabindex=${hasEvidence ? 0 : null} ...${hasEvidence ? attention.watch(field) : {}}>
      <dt>${FIELD_LABELS[field]}</dt>
      <dd class="field-value">
        ${shown(run, field)}
        ${isCorrected && html`<span class="field-source">entered by hand</span>`}
        ${field === "total" && expense && html`<${BaseNote} expense=${expense} />`}
      </dd>
    </div>
  `;
}

/**
 * The total in the base currency, with the rate, its day and where it was read; or why there is none.
 *
 * @param {{ expense: Expense }} props
 */
function BaseNote({ expense }) {
  const { baseMissing, currency, date: day } = expense;
  if (baseMissing) return html`<span class="field-base"><${WhyMissing} missing=${baseMissing} ...${{ currency, day }} /></span>`;
  const total = baseTotal(expense);
  if (!expense.base || !total) return null;
  const { rate, rateDate, source } = expense.base;
  const how = t`at ${shortRate.format(Number(rate))} of ${date(rateDate)}`;
  return html`<span class="field-base" title=${t`${rate}, read from ${source}`}>${total} ${how}</span>`;
}

/**
 * @param {Run} run
 * @param {FieldName} field
 */
function shown({ expense, extraction }, field) {
  const value = expense ? expense[field] : extraction?.[field]?.value;
  const currency = expense?.currency ?? extraction?.currency?.value;
  if (field === "date" || field === "dueDate") return date(value);
  if (field === "total" || field === "tax" || field === "amountDue") return money(value, currency);
  if (field === "documentKind") return value ? (DOCUMENT_KINDS[value] ?? value) : UNKNOWN;
  return value || UNKNOWN;
}

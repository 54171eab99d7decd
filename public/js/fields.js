// @ts-check
/** The values of an expense, or of what was read so far, each pointing at where it was read. */

import { baseNote } from "./base-currency.js";
import { categoryItem } from "./categories.js";
import { el } from "./dom.js";
import { date, money, UNKNOWN } from "./format.js";
import { knownAsOf } from "./known-merchant.js";
import { DOCUMENT_KINDS, FIELD_LABELS, FIELDS } from "./labels.js";
import { moneyBack } from "./money-back.js";
import { isProbable, namesForm } from "./names.js";

/** @import { FieldName, Run } from "./api.js" */
/** @import { Attention } from "./attention.js" */

/**
 * @param {Run} run
 * @param {Attention} attention told which field is looked at
 */
export function fieldsOf(run, attention) {
  const list = el("dl", { class: "fields" }, ...FIELDS.map((field) => fieldItem(run, field, attention)));
  const title = run.expense ? (moneyBack(run.expense) ?? "Expense") : "Read so far";
  return el(
    "section",
    { class: "card", "aria-labelledby": "fields-title" },
    el("h2", { id: "fields-title" }, title),
    list,
    run.expense && isProbable(run.expense, run.extraction) && namesForm(run.expense),
    run.expense?.merchant === run.extraction?.merchant?.value && knownAsOf(run.extraction),
  );
}

/**
 * A value beside its label, pointing at where it was read.
 *
 * @param {Run} run
 * @param {FieldName} field
 * @param {Attention} attention
 */
export function fieldItem(run, field, attention) {
  if (field === "category" && run.expense) return categoryItem(run.expense);
  const read = run.extraction?.[field];
  const isCorrected = Boolean(run.expense) && (run.expense?.[field] ?? null) !== (read?.value ?? null);
  const hasEvidence = Boolean(read?.evidence) && !isCorrected;
  const value = el("dd", { class: "field-value" }, shown(run, field));
  if (isCorrected) value.append(el("span", { class: "field-source" }, "entered by hand"));
  const base = field === "total" && run.expense && baseNote(run.expense);
  if (base) value.append(base);
  const attributes = { class: "field-item", "data-field": field, tabindex: hasEvidence ? 0 : null };
  const item = el("div", attributes, el("dt", {}, FIELD_LABELS[field]), value);
  if (hasEvidence) attention.watch(item, field);
  return item;
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

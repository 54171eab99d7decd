// @ts-check
/** An expense that has no receipt: who was paid, when, how much, and why there is no paper. */

import { html } from "htm/preact";

import { post } from "../api/client.js";
import { AmountField, CurrencyField, DayField, TextField } from "../parts/fields.js";
import { readAmount } from "../values/amount.js";
import { readDay } from "../values/day.js";
import { CategoryField, fieldOf, Frame, today } from "./frame.js";
import { useStatement } from "./statement.js";

const LINE = 500;

/** Offered while one types why. */
const REASONS = ["No receipt was given", "The receipt was lost", "The machine was out of paper", "A tip"];

export default function Voucher() {
  const statement = useStatement("voucher", {
    ...{ merchant: "", date: today(), total: "", currency: "", tax: "", category: "", reason: "", note: "" },
  });
  const { values } = statement;
  const currency = values.currency.trim().toUpperCase();

  function send() {
    const [day, total, tax] = [readDay(values.date), readAmount(values.total, currency), readAmount(values.tax, currency)];
    const wrong = {
      merchant: values.merchant.trim() ? null : "Say who was paid.",
      date: day.problem ?? (day.value ? null : "Say on which day it was paid."),
      total: total.problem ?? (total.value ? null : "Say how much was paid."),
      currency: currency ? null : "Say in which currency, such as EUR.",
      tax: tax.problem,
      reason: values.reason.trim() ? null : "Say in a few words why there is no receipt.",
    };
    const { merchant, category, reason, note } = values;
    const body = { merchant, date: day.value ?? "", total: total.value ?? "", currency, reason };
    const more = { tax: tax.value || null, category: category.trim() || null, note: note.trim() || null };
    return statement.send(wrong, (key) => post("/api/vouchers", { ...body, ...more, key }));
  }

  return html`
    <${Frame}
      title="Expense without a receipt"
      says="What you say here is kept as its document, with your name and the reason."
      statement=${statement}
      onSend=${send}
    >
      <div class="is-long"><${TextField} ...${fieldOf(statement, "merchant", "Paid to")} maxLength=${200} /></div>
      <div class="is-long"><${DayField} ...${fieldOf(statement, "date", "Date")} /></div>
      <${AmountField} ...${fieldOf(statement, "total", "Total")} currency=${currency} />
      <${CurrencyField} ...${fieldOf(statement, "currency", "Currency")} />
      <${AmountField} ...${fieldOf(statement, "tax", "Tax in it (optional)")} currency=${currency} />
      <${CategoryField} statement=${statement} />
      <div class="is-wide">
        <${TextField} ...${fieldOf(statement, "reason", "Why is there no receipt?")} list="no-receipt" maxLength=${LINE} />
      </div>
      <div class="is-wide"><${TextField} ...${fieldOf(statement, "note", "Note (optional)")} maxLength=${LINE} /></div>
      <datalist id="no-receipt">${REASONS.map((reason) => html`<option key=${reason} value=${reason}></option>`)}</datalist>
    <//>
  `;
}

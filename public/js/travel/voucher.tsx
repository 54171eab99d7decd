/** An expense that has no receipt: who was paid, when, how much, and why there is no paper. */

import { useState } from "preact/hooks";

import { get, post } from "../api/client.ts";
import { AmountField, CurrencyField, DayField, TextField } from "../parts/fields.tsx";
import { payer, WhoPaid } from "../receipts/payer.tsx";
import { useRequest } from "../state/request.ts";
import { readAmount } from "../values/amount.ts";
import { readDay } from "../values/day.ts";
import { CategoryField, fieldOf, Frame, todayAsWritten } from "./frame.tsx";
import { useStatement } from "./statement.ts";
import { t } from "../words.ts";
import type { Payer } from "../api/payer.ts";

const LINE = 500;

/** Offered while one types why. */
const REASONS = [
  t`No receipt was given`,
  t`The receipt was lost`,
  t`The machine was out of paper`,
  t`A tip`,
];

export default function Voucher() {
  const statement = useStatement("voucher", {
    ...{
      merchant: "",
      date: todayAsWritten(),
      total: "",
      currency: "",
      tax: "",
      category: "",
      reason: "",
      note: "",
      paidBy: payer.value ?? "",
    },
  });
  const { values } = statement;
  const base =
    useRequest((signal) => get("/api/account", { signal }), []).answer?.baseCurrency ?? "";
  const currency = (values.currency.trim() || base).toUpperCase();
  // The base currency stands there until somebody types another one, or empties the field.
  const [isTyped, setTyped] = useState(false);
  const currencyField = fieldOf(statement, "currency", t`Currency`);
  const shownCurrency = currencyField.value || (isTyped ? "" : base);
  const typeCurrency = (code: string) => {
    setTyped(true);
    currencyField.onValue(code);
  };

  function send() {
    const [day, total, tax] = [
      readDay(values.date),
      readAmount(values.total, currency),
      readAmount(values.tax, currency),
    ];
    const wrong = {
      merchant: values.merchant.trim() ? null : t`Say who was paid.`,
      date: day.problem ?? (day.value ? null : t`Say on which day it was paid.`),
      total: total.problem ?? (total.value ? null : t`Say how much was paid.`),
      currency: currency ? null : t`Say in which currency, such as EUR.`,
      tax: tax.problem,
      reason: values.reason.trim() ? null : t`Say in a few words why there is no receipt.`,
    };
    const { merchant, category, reason, note } = values;
    const body = { merchant, date: day.value ?? "", total: total.value ?? "", currency, reason };
    const paidBy = (values.paidBy || null) as Payer | null;
    const more = {
      tax: tax.value || null,
      category: category.trim() || null,
      note: note.trim() || null,
    };
    return statement.send(wrong, (key) => post("/api/vouchers", { ...body, ...more, paidBy, key }));
  }

  return (
    <Frame
      title="Expense without a receipt"
      says="What you say here is kept as its document, with your name and the reason."
      statement={statement}
      onSend={send}
    >
      <div class="is-long">
        <TextField {...fieldOf(statement, "merchant", t`Paid to`)} maxLength={200} />
      </div>
      <div class="is-long">
        <DayField {...fieldOf(statement, "date", t`Date`)} />
      </div>
      <AmountField {...fieldOf(statement, "total", t`Total`)} currency={currency} />
      <CurrencyField
        {...currencyField}
        value={shownCurrency}
        onValue={typeCurrency}
        placeholder={base}
      />
      <AmountField {...fieldOf(statement, "tax", t`Tax in it (optional)`)} currency={currency} />
      <CategoryField statement={statement} />
      <div class="is-wide">
        <TextField
          {...fieldOf(statement, "reason", t`Why is there no receipt?`)}
          list="no-receipt"
          maxLength={LINE}
        />
      </div>
      <div class="is-wide">
        <TextField {...fieldOf(statement, "note", t`Note (optional)`)} maxLength={LINE} />
      </div>
      <div class="is-wide">
        <WhoPaid
          question={t`Who paid?`}
          value={values.paidBy || "company"}
          onChange={(said: string) => statement.type({ paidBy: said })}
        />
      </div>
      <datalist id="no-receipt">
        {REASONS.map((reason) => (
          <option key={reason} value={reason} />
        ))}
      </datalist>
    </Frame>
  );
}

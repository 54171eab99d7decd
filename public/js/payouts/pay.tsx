/**
 * Paying what is owed: first the way, then who gets what, on which account and for which expenses.
 */

import { useState } from "preact/hooks";

import { ApiError, post } from "../api/client.ts";
import { counted, date, money } from "../format.ts";
import { notify } from "../notifications/notices.ts";
import { Dialog } from "../parts/dialog.tsx";
import { DayField, SelectField, TextField } from "../parts/fields.tsx";
import { useAct } from "../parts/use-act.ts";
import { sentenceOf } from "../state/request.ts";
import { fromMinor } from "../values/amount.ts";
import { readDay } from "../values/day.ts";
import { sumsInWords } from "../values/sums.ts";
import { EntryLink } from "./entry-link.tsx";
import { OF_FILES } from "./files.tsx";
import { t } from "../words.ts";
import type {
  Owed,
  OwedExpense,
  OwedPlan,
  PaymentWays,
  PlannedExpense,
  PlannedPayout,
} from "../api/types.d.ts";

const DAY_LENGTH = "2026-01-01".length;
const OWN = "own";

/** What is said of a payment, by its way. */
const DONE = {
  file: t`The payment waits for a file: make it under “Waiting for the bank”.`,
  provider: t`The payment is on its way.`,
  hand: t`It is recorded as paid.`,
};

export function Pay({
  expenses,
  owing,
  ways,
  base,
  onClose,
  onPaid,
}: {
  expenses: OwedExpense[];
  owing: Owed[];
  ways: PaymentWays;
  base: string | null;
  onClose: () => void;
  onPaid: () => void;
}) {
  const [picked, setWay] = useState("");
  const way = (picked || (ways.file ? "file" : ways.provider ? "provider" : "hand")) as
    | "file"
    | "provider"
    | "hand";
  const isForeign = base !== null && expenses.some((each) => each.currency !== base);
  const [pickedCurrency, setCurrency] = useState("");
  // A file for the bank pays in the base currency at best, and so do most people.
  const currency = pickedCurrency || (isForeign ? base : OWN);
  const held = expenses.filter(({ bankEntry }) => bankEntry);
  const [isTheirs, setTheirs] = useState(false);
  const [paidOn, setPaidOn] = useState(() => new Date().toISOString().slice(0, DAY_LENGTH));
  const [reference, setReference] = useState(t`Reimbursement of expenses`);
  const [plan, setPlan] = useState<OwedPlan | null>(null);
  const beyond = way === "file" ? beyondFile(expenses, currency) : [];
  const asked = {
    expenses: expenses.map(({ id }) => id),
    way,
    currency: currency === OWN ? null : currency,
    paidOn: way === "hand" ? readDay(paidOn).value : null,
    despiteBank: isTheirs,
    reference: reference.trim() || t`Reimbursement of expenses`,
  };
  const looking = useAct(async () => setPlan(await post("/api/owed/payments/check", asked)), said);
  const paying = useAct(async () => {
    await post("/api/owed/payments", { ...asked, expects: sumsOf(plan?.payouts ?? []) });
    notify(DONE[way], { kind: "success" });
    onPaid();
  }, said);
  if (plan) {
    const sum = sumsInWords(plan.payouts);
    const action = way === "hand" ? t`Record ${sum} as paid` : t`Pay ${sum}`;
    return (
      <Dialog
        title={t`Check the payment`}
        action={action}
        isBusy={paying.isBusy}
        problem={paying.problem}
        onClose={onClose}
        onAction={paying.act}
      >
        {plan.payouts.map((each) => (
          <Planned key={each.person.id + each.currency} payout={each} paidOn={asked.paidOn} />
        ))}
        {plan.second && (
          <p role="status">
            It is above the approval limit: somebody else has to approve it before it is paid.
          </p>
        )}
        {plan.alike.length > 0 && (
          <p role="status">
            The same amount went to the same person within thirty days. Pay only if it is owed
            again.
          </p>
        )}
        <p>
          <button type="button" class="button small" onClick={() => setPlan(null)}>
            Back
          </button>
        </p>
      </Dialog>
    );
  }
  const options = [
    ...(ways.file ? [{ value: "file", label: t`File for the bank` }] : []),
    ...(ways.provider ? [{ value: "provider", label: t`Payment provider` }] : []),
    { value: "hand", label: t`Paid by hand` },
  ];
  const currencies = [
    { value: base ?? "", label: t`All in ${base ?? ""}, at the rate of each expense's day` },
    { value: OWN, label: t`Each in its own currency` },
  ];
  return (
    <Dialog
      title={t`Pay what is owed`}
      action={t`Continue`}
      isBusy={looking.isBusy}
      isReady={held.length === 0 || isTheirs}
      problem={looking.problem}
      onClose={onClose}
      onAction={looking.act}
    >
      <p>
        {counted(expenses.length, "expense")} · {chosenSum(expenses)}
      </p>
      {held.length > 0 && (
        <>
          <div class="form-problem" role="status">
            <p>It looks as if the company's account paid this:</p>
            <ul>
              {held.map(({ id, merchant, bankEntry }) => (
                <li key={id}>
                  {merchant}: <EntryLink entry={bankEntry} />
                </li>
              ))}
            </ul>
          </div>
          <label class="check">
            <input
              type="checkbox"
              checked={isTheirs}
              onChange={(event) => setTheirs(event.currentTarget.checked)}
            />
            <span>They paid it themselves: pay it back</span>
          </label>
        </>
      )}
      <SelectField label={t`Pay by`} value={way} onValue={setWay} options={options} />
      {!ways.file && !ways.provider && (
        <p class="quiet">
          No bank account is set up to pay from. <a href="/settings/payments">Payment settings</a>
        </p>
      )}
      {isForeign && (
        <SelectField
          label={t`Currency`}
          value={currency}
          onValue={setCurrency}
          options={currencies}
        />
      )}
      {beyond.length > 0 && (
        <p class="form-problem" role="alert">
          {t`A file for the bank pays in ${OF_FILES} only, and ${beyond.join(", ")} is among these expenses.`}{" "}
          {base === OF_FILES
            ? t`Choose “All in ${OF_FILES}” as the currency, or another way to pay.`
            : t`Choose another way to pay.`}
        </p>
      )}
      {way === "hand" && (
        <DayField
          label={t`Paid on`}
          value={paidOn}
          onValue={setPaidOn}
          problem={readDay(paidOn).problem}
        />
      )}
      <TextField
        label={t`Reference`}
        value={reference}
        onValue={setReference}
        maxLength={140}
        hint={t`You and the payee see it`}
      />
      {looking.problem && way !== "hand" && hasNoAccount(expenses, owing, way) && (
        <p class="quiet">
          <a href="/settings/payments">Payment settings</a> has the bank accounts of people.
        </p>
      )}
      {looking.problem && hasNoRate(expenses, currency) && (
        <p class="quiet">
          <a href="/settings/currency">Currency settings</a> has the exchange rates.
        </p>
      )}
    </Dialog>
  );
}

function Planned({
  payout: { person, account, currency, amount, expenses },
  paidOn,
}: {
  payout: PlannedPayout;
  paidOn: string | null;
}) {
  const where = account
    ? (account.iban ?? t`Account at the payment provider`)
    : t`Paid by hand on ${date(paidOn ?? "")}`;
  return (
    <section class="owed-plan">
      <h3>
        {person.name} <span class="owed-sum">{money(fromMinor(amount, currency), currency)}</span>
      </h3>
      <p class="quiet">{where}</p>
      <ul>
        {expenses.map((each) => (
          <li key={each.expenseId}>
            <span>
              {date(each.date)} · {each.merchant}
              {rateOf(each, currency)}
            </span>
            <span class="owed-sum">{money(fromMinor(each.amount, currency), currency)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** @param currency of the payout */
function rateOf(
  { rate, rateDay, rateSource, ofAmount, ofCurrency }: PlannedExpense,
  currency: string,
) {
  if (rate === null) return null;
  const own = money(fromMinor(ofAmount, ofCurrency), ofCurrency);
  const day = date(rateDay ?? "");
  const source = sourceInWords(rateSource ?? "");
  return (
    <>
      {" "}
      <small class="quiet">{t`${own} at ${rate} ${currency}, rate of ${day}, ${source}`}</small>
    </>
  );
}

/** Publishers have short names, such as ECB; what a person says stays as they wrote it. */
function sourceInWords(source: string) {
  return /^[a-z]{2,5}$/.test(source) ? source.toUpperCase() : source;
}

function sumsOf(payouts: PlannedPayout[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { currency, amount } of payouts) sums[currency] = (sums[currency] ?? 0) + amount;
  return sums;
}

/** @returns by currency */
function chosenSum(expenses: OwedExpense[]): string {
  return sumsInWords(expenses.map(({ currency, owed }) => ({ currency, amount: owed })));
}

/** @returns the currencies that would be paid, and that no file for the bank carries */
function beyondFile(expenses: OwedExpense[], currency: string): string[] {
  const paid = currency === OWN ? expenses.map((each) => each.currency) : [currency];
  return [...new Set(paid)].filter((each) => each !== OF_FILES).sort();
}

/** @returns whether a person of these expenses has no account that is paid this way */
function hasNoAccount(expenses: OwedExpense[], owing: Owed[], way: "file" | "provider"): boolean {
  const persons = new Set(expenses.map(({ person }) => person?.id));
  return owing.some(
    ({ person, accounts }) =>
      persons.has(person.id) && !accounts.some(({ paidBy }) => paidBy === way),
  );
}

/** @param currency what all would be paid in, or OWN */
function hasNoRate(expenses: OwedExpense[], currency: string): boolean {
  return (
    currency !== OWN &&
    expenses.some((each) => each.currency !== currency && each.base?.currency !== currency)
  );
}

/** All that is in the way, once each. */
function said(error: unknown) {
  const errors = error instanceof ApiError ? error.fieldErrors : [];
  return errors.length > 0
    ? [...new Set(errors.map(({ message }) => message))].join(" ")
    : sentenceOf(error);
}

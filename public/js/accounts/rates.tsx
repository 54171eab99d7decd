/** Settings: exchange rates that a person enters, where none was published. */

import { del, get, post } from "../api/client.ts";
import { paidRate } from "../bank/paid-rate.ts";
import { counted, date } from "../format.ts";
import { notify } from "../notifications/notices.ts";
import { NewByForm } from "../parts/new.tsx";
import { Empty, View, Waiting } from "../parts/view.tsx";
import { report } from "../state/report.ts";
import { useRequest } from "../state/request.ts";
import { may } from "../state/session.ts";
import { readNumber, writtenAmount } from "../values/amount.ts";
import { field } from "../values/schema.ts";
import { t } from "../words.ts";
import { CurrencyForm } from "./ask-currency.tsx";
import type { PaidRate } from "../bank/paid-rate.ts";
import type { EnteredRate } from "../api/types.d.ts";
import type { ViewProps } from "../shell/view-props.ts";
import type { Body } from "../parts/form.tsx";

const SHOWN = 20;

/**
 * `currency` and `day` of the query stand in the form at first. So does the rate that a bank entry
 * comes to which pays the `expense`.
 */
export default function Rates({ query }: ViewProps) {
  const id = query.get("expense") ?? "";
  const { answer, problem, isLoading, again } = useRequest(
    async (signal) => {
      const [account, rates, entries] = await Promise.all([
        get("/api/account", { signal }),
        get("/api/entered-rates", { signal }),
        id && may("ledger")
          ? get("/api/bank/entries", { query: { document: id, limit: SHOWN }, signal })
          : null,
      ]);
      const base = account.baseCurrency;
      const currency = query.get("currency") ?? "";
      const paid = base && entries ? paidRate(entries.items, { id, currency, base }) : null;
      return { base, proposed: account.proposedCurrency, rates: rates.items, paid };
    },
    [id],
  );

  async function withdraw(rate: EnteredRate) {
    try {
      await del("/api/entered-rates/{rate_id}", { path: { rate_id: rate.id } });
      notify(
        t`The rate is withdrawn. Expenses that it converted are looked at again within minutes.`,
        { kind: "success" },
      );
      again();
    } catch (error) {
      report(error);
    }
  }

  return (
    <View title="Currency">
      <p class="quiet">
        Amounts are converted at the European Central Bank’s rate of their day. Where it published
        none, a rate that you enter here counts. What lies in a closed period stays as it is.
      </p>
      <Waiting problem={problem} isLoading={isLoading && !answer} onAgain={again} />
      {answer && may("administer") && (
        <section class="card" aria-labelledby="base-title">
          <h2 id="base-title">Base currency</h2>
          <p class="quiet">Reports, the tax return and exports add up in it.</p>
          <CurrencyForm
            key={answer.base ?? ""}
            initial={answer.base ?? answer.proposed ?? ""}
            onDone={again}
          />
        </section>
      )}
      {answer && answer.rates.length === 0 && (
        <Empty title="No rate was entered">
          <p>Rates that you enter are listed here.</p>
        </Empty>
      )}
      {answer && answer.rates.length > 0 && (
        <section class="card" aria-labelledby="entered-title">
          <h2 id="entered-title">Rates by hand</h2>
          <ul class="lines">
            {answer.rates.map((rate) => (
              <Line key={rate.id} rate={rate} onWithdraw={withdraw} />
            ))}
          </ul>
        </section>
      )}
      {answer?.base && may("administer") && (
        <Entering base={answer.base} paid={answer.paid} query={query} onDone={again} />
      )}
    </View>
  );
}

function Entering({
  base,
  paid,
  query,
  onDone,
}: {
  base: string;
  /** what an entry of the bank comes to: a person enters it, or another one */
  paid: PaidRate | null;
  query: URLSearchParams;
  onDone: () => void;
}) {
  const day = query.get("day") ?? "";
  const fields = (texts: Record<string, string>) => {
    const currency = (texts.currency ?? query.get("currency") ?? "").trim().toUpperCase();
    const rate = readNumber(texts.rate ?? "").value ? texts.rate?.trim() : "…";
    return [
      field("currency", t`Currency`, {
        isNeeded: true,
        initial: query.get("currency") ?? "",
        hint: t`Of the expense, such as USD.`,
      }),
      field("rate", t`Rate`, {
        isNeeded: true,
        initial: writtenAmount(paid?.rate ?? ""),
        hint: `1 ${currency || "…"} = ${rate} ${base}`,
      }),
      field("firstDay", t`From`, { type: "day", isNeeded: true, initial: day }),
      field("lastDay", t`To`, { type: "day", hint: t`Leave it empty for one day.` }),
      field("source", t`Source`, {
        isNeeded: true,
        initial: paid?.source ?? "",
        hint: t`Such as a card’s statement, or the page of a bank.`,
      }),
    ];
  };
  async function enter(body: Body) {
    const rate = String(body.rate);
    const given = { ...body, rate: readNumber(rate).value ?? rate } as any;
    const entered = await post("/api/entered-rates", given);
    notify(
      t`1 ${entered.currency} = ${entered.rate} ${entered.baseCurrency}: expenses without a rate
        are converted within minutes.`,
      { kind: "success" },
    );
    onDone();
  }
  return (
    <NewByForm
      label={t`New rate …`}
      isOpen={query.has("currency")}
      title="New rate"
      action="Enter the rate"
      fields={fields}
      onSend={enter}
    >
      {paid && (
        <p class="quiet">
          {paid.isAccepted
            ? t`The rate is what the bank took for this expense. Check it before you enter it.`
            : t`The rate is what the bank took, if the proposed match is right. Check both before
                you enter it.`}
        </p>
      )}
    </NewByForm>
  );
}

function Line({
  rate,
  onWithdraw,
}: {
  rate: EnteredRate;
  onWithdraw: (rate: EnteredRate) => void;
}) {
  const { currency, baseCurrency, firstDay, lastDay, source, by, expenses } = rate;
  const says = `1 ${currency} = ${rate.rate} ${baseCurrency}`;
  const days = firstDay === lastDay ? date(firstDay) : `${date(firstDay)} – ${date(lastDay)}`;
  return (
    <li class="line">
      <div class="line-text">
        <span class="line-title">{says}</span>
        <span class="line-note">
          {[days, source, by, counted(expenses, "expense")].filter(Boolean).join(" · ")}
        </span>
      </div>
      {may("administer") && (
        <button
          type="button"
          class="button small"
          aria-label={t`Withdraw ${says}`}
          onClick={() => onWithdraw(rate)}
        >
          Withdraw
        </button>
      )}
    </li>
  );
}

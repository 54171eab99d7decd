/** One entry of a bank, with the single payments of a batch. */

import { get } from "../api/client.ts";
import { Day } from "../parts/values.tsx";
import { View, Waiting } from "../parts/view.tsx";
import { useRequest } from "../state/request.ts";
import { usePeople } from "./ask-dialog.tsx";
import { daysOf } from "../values/period.ts";
import { addressOf } from "./asked.ts";
import { useDecisions } from "./decisions.ts";
import { Entries } from "./entries.tsx";
import { amount } from "./words.ts";
import { t } from "../words.ts";
import type { MatchedEntry, Payment } from "../api/types.d.ts";
import type { ViewProps } from "../shell/view-props.ts";

export default function OneEntry({ params: { id = "" } }: ViewProps) {
  const accounts = useRequest((signal) => get("/api/bank/accounts", { signal }), []);
  const found = useRequest(
    async (signal) => {
      const { payments, ...entry } = await get("/api/bank/entries/{entry_id}", {
        path: { entry_id: id },
        signal,
      });
      return { payments, items: [{ ...entry, paymentCount: payments.length }] };
    },
    [id],
  );
  const items = found.answer?.items ?? NONE;
  const decisions = useDecisions(items);
  const people = usePeople();
  const [entry] = decisions.entries;
  const pages = {
    items,
    hasMore: false,
    isRead: true,
    problem: found.problem,
    isLoading: found.isLoading,
    more: () => {},
    again: found.again,
    change: () => {},
  };
  const actions = entry && (
    <>
      <a
        class="button"
        href={addressOf({
          account: entry.bankAccountId,
          standing: "all",
          ...daysOf(entry.day.slice(0, 7)),
        })}
      >
        Others of the month
      </a>{" "}
      <a class="button" href={`/bank/statements/${entry.statementId}`}>
        Its statement
      </a>
    </>
  );
  return (
    <View
      title={entry ? entry.counterparty || entry.words || t`Bank entry` : t`Bank entry`}
      actions={actions}
    >
      <Waiting problem={accounts.problem} isLoading={false} onAgain={accounts.again} />
      <Entries
        pages={pages}
        decisions={decisions}
        accounts={accounts.answer?.items ?? []}
        people={people}
        chosenAccount=""
        empty={null}
      />
      {found.answer && entry && (
        <Payments payments={found.answer.payments} currency={entry.currency} />
      )}
      {entry?.valueDay && entry.valueDay !== entry.day && (
        <p class="quiet">
          Valued on <Day day={entry.valueDay} />.
        </p>
      )}
    </View>
  );
}

/** The same each time: another list would be a new one */
const NONE: MatchedEntry[] = [];

function Payments({ payments, currency }: { payments: Payment[]; currency: string }) {
  if (payments.length === 0) return null;
  return (
    <section aria-labelledby="payments-title">
      <h2 id="payments-title">Payments of the batch</h2>
      <ul class="lines" aria-label="Payments of the batch">
        {payments.map(({ number, amount: minor, counterparty, words }) => (
          <li key={number} class="line">
            <div class="line-text">
              <span class="line-title">
                {number}. {counterparty || words || t`Payment`}
              </span>
              <span class="line-note">{counterparty ? words : ""}</span>
              <span class="line-amount">{amount(minor, currency)}</span>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The ledger: its trial balance, each currency by itself, with the accounts. */

import { useState } from "preact/hooks";

import { get } from "../api/client.ts";
import { DayField } from "../parts/fields.tsx";
import { Empty, View, Waiting } from "../parts/view.tsx";
import { go } from "../shell/address.ts";
import { useRequest } from "../state/request.ts";
import { readDay, writtenDay } from "../values/day.ts";
import { dayAfter } from "./amounts.ts";
import { Accounts } from "./accounts.tsx";
import { addressWith } from "./addresses.ts";
import type { ViewProps } from "../shell/view-props.ts";
import type { TrialTotal } from "../api/types.d.ts";

export default function Ledger({ query }: ViewProps) {
  const at = query.get("at") ?? "";
  const before = dayAfter(at) || undefined;
  const [typed, type] = useState(writtenDay(at));
  // The sums are of all accounts, so that one of these is enough.
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/ledger/trial-balance", { query: { at: before, limit: 1 }, signal }),
    [at],
  );
  const onDay = (text: string) => {
    type(text);
    const { value } = readDay(text);
    if (value !== null && value !== at)
      go(addressWith("/ledger", { at: value }), { replace: true });
  };
  const actions = (
    <>
      <a
        class="button"
        href={addressWith("/api/ledger/trial-balance.csv", { at: before })}
        download={`trial-balance${at && `-${at}`}.csv`}
      >
        As a table (CSV)
      </a>
      <button type="button" class="button" onClick={again}>
        Refresh
      </button>
    </>
  );
  return (
    <View title="Ledger" actions={actions}>
      <div class="card books-day">
        <DayField
          label="As of the end of"
          value={typed}
          onValue={onDay}
          problem={readDay(typed).problem}
        />
        <p class="quiet">
          Without a day: as it is now. Days begin and end at midnight UTC. An entry counts on the
          day on which it was recorded, which may be after the day of the bank or of the invoice.
        </p>
      </div>
      <Waiting problem={problem} isLoading={isLoading && !answer} onAgain={again} />
      {!problem &&
        answer &&
        (answer.totals.length === 0 ? nothing : <Balanced of={answer.totals} />)}
      {!problem &&
        answer?.totals.map((total) => (
          <Accounts key={total.currency} total={total} at={at} asked={answer} />
        ))}
    </View>
  );
}

const nothing = (
  <Empty icon="coins" title="Nothing stands in the books yet">
    <p>
      A first <a href="/claims">invoice</a> or <a href="/payouts">payout</a> opens the accounts that
      it needs and is booked by itself. Other accounts and transfers come by the API.
    </p>
  </Empty>
);

function Balanced({ of }: { of: TrialTotal[] }) {
  const wrong = of.filter(({ isBalanced }) => !isBalanced).map(({ currency }) => currency);
  if (wrong.length === 0) return <p role="status">Balanced: debits equal credits.</p>;
  return (
    <p class="form-problem" role="alert">
      The books do not balance in {wrong.join(", ")}. Tell the operator, and book nothing until they
      have looked.
    </p>
  );
}

/**
 * An account of the ledger: its statement of a time, which opens, goes through the entries, and
 * closes.
 */

import { useRef, useState } from "preact/hooks";

import { get } from "../api/client.ts";
import { DayField } from "../parts/fields.tsx";
import { PagedList } from "../parts/list.tsx";
import { Money } from "../parts/values.tsx";
import { Empty, View } from "../parts/view.tsx";
import { go } from "../shell/address.ts";
import { usePages } from "../state/request.ts";
import { fromMinor } from "../values/amount.ts";
import { readDay, writtenDay } from "../values/day.ts";
import { dayAfter, SIDES } from "./amounts.ts";
import { addressOfAccount, addressWith } from "./addresses.ts";
import { Entry, head } from "./entry.tsx";
import { t } from "../words.ts";
import type { LedgerEntry, AccountStatement } from "../api/types.d.ts";
import type { ViewProps } from "../shell/view-props.ts";

const PAGE = 50;
/** How the ids of the accounts begin on which a bank account's matches are booked. */
const OF_BANK = "banking:account:";

export default function Account({ params, query }: ViewProps) {
  // Another account is another statement: nothing of the one before stays.
  return (
    <Statement
      key={params.id}
      id={params.id ?? ""}
      from={query.get("from") ?? ""}
      to={query.get("to") ?? ""}
    />
  );
}

/** The first and the last day, either may be empty */
function Statement({ id, from, to }: { id: string; from: string; to: string }) {
  const [seen, see] = useState<AccountStatement | null>(null);
  // Pages of one statement end at one time, whatever is booked while it is read.
  const until = useRef("");
  const pages = usePages(
    async (cursor, signal) => {
      const bounds = {
        from: from || undefined,
        to: (cursor === null ? dayAfter(to) : until.current) || undefined,
      };
      const asked = {
        path: { ledger_account_id: id },
        query: { ...bounds, limit: PAGE, cursor },
        signal,
      };
      const page = await get("/api/ledger/accounts/{ledger_account_id}/statement", asked);
      if (cursor === null && !signal.aborted) {
        until.current = page.until;
        see(page);
      }
      return page;
    },
    [from, to],
  );
  const account = seen?.account;
  const bounds = { from, to: dayAfter(to) };
  const file = addressWith(`/api/ledger/accounts/${encodeURIComponent(id)}/statement.csv`, bounds);
  const actions = (
    <>
      <a class="button" href={addressWith("/ledger", { at: to })}>
        All accounts
      </a>
      <a class="button" href={file} download={`${id.replaceAll(/[^\w.-]+/g, "-")}.csv`}>
        As a table (CSV)
      </a>
      <button type="button" class="button" onClick={pages.again}>
        Refresh
      </button>
    </>
  );
  const row = (entry: LedgerEntry) => (
    <Entry
      key={entry.seq}
      entry={entry}
      currency={account?.currency ?? ""}
      normalSide={account?.normalSide ?? "debit"}
    />
  );
  const empty = (
    <Empty icon="coins" title="Nothing was booked in this time">
      <p>Another time may have entries.</p>
    </Empty>
  );
  return (
    <View title={account?.name ?? t`Account of the ledger`} actions={actions}>
      <Period id={id} from={from} to={to} />
      {seen && !pages.problem && <Sums of={seen} />}
      <section aria-labelledby="entries">
        <h2 id="entries">Entries</h2>
        <PagedList pages={pages} label="Entries" head={head} row={row} empty={empty} />
      </section>
    </View>
  );
}

function Period({ id, from, to }: { id: string; from: string; to: string }) {
  const [typed, type] = useState({ from: writtenDay(from), to: writtenDay(to) });
  const read = { from: readDay(typed.from), to: readDay(typed.to) };
  const onDay = (which: "from" | "to") => (text: string) => {
    const now = { ...typed, [which]: text };
    type(now);
    const [first, last] = [readDay(now.from).value, readDay(now.to).value];
    if (first === null || last === null || isBackwards(first, last)) return;
    go(addressWith(addressOfAccount(id), { from: first, to: last }), { replace: true });
  };
  const backwards = isBackwards(read.from.value, read.to.value)
    ? t`It is before the first day.`
    : null;
  return (
    <div class="card">
      <div class="fields-row is-pair">
        <DayField
          label="From"
          value={typed.from}
          onValue={onDay("from")}
          problem={read.from.problem}
        />
        <DayField
          label="To"
          value={typed.to}
          onValue={onDay("to")}
          problem={read.to.problem ?? backwards}
        />
      </div>
      <p class="quiet">
        Both days count. Without them: from the first entry, until now. Days begin and end at
        midnight UTC. An entry counts on the day on which it was recorded, which may be after the
        day of the bank or of the invoice.
      </p>
    </div>
  );
}

function isBackwards(first: string | null, last: string | null) {
  return Boolean(first && last && first > last);
}

function Sums({ of: { account, opening, closing } }: { of: AccountStatement }) {
  const { id, currency, normalSide, leastAvailable } = account;
  const sum = (minor: number) => <Money amount={fromMinor(minor, currency)} currency={currency} />;
  return (
    <section class="card" aria-labelledby="sums">
      <h2 id="sums">Statement</h2>
      <dl class="facts-list">
        <div>
          <dt>Opening</dt>
          <dd>{sum(opening)}</dd>
        </div>
        <div>
          <dt>Entries, in sum</dt>
          <dd>{sum(closing - opening)}</dd>
        </div>
        <div>
          <dt>Closing</dt>
          <dd>
            <strong>{sum(closing)}</strong>
          </dd>
        </div>
      </dl>
      <p class="quiet">
        {id} · {currency} · a {SIDES[normalSide]} increases the balance
        {leastAvailable !== null && <> · at least {sum(leastAvailable)} stay available</>}
      </p>
      {id.startsWith(OF_BANK) && (
        <p class="quiet">
          This is not the balance at the bank. It begins at zero, and has only what is matched with
          an expense, an invoice, a payout, a fee or another entry. The balance of the statements is
          under <a href="/bank">Bank</a>.
        </p>
      )}
    </section>
  );
}

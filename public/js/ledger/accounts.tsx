/** A currency's part of the trial balance: its sums, and its accounts in pages. */

import { get } from "../api/client.ts";
import { PagedList } from "../parts/list.tsx";
import { Money } from "../parts/values.tsx";
import { usePages } from "../state/request.ts";
import { fromMinor } from "../values/amount.ts";
import { dayAfter, SIDES } from "./amounts.ts";
import { addressOfAccount, addressWith } from "./addresses.ts";
import { t } from "../words.ts";
import type { Balance, TrialTotal, TrialBalance } from "../api/types.d.ts";

const PAGE = 50;
const head = (
  <tr>
    <th scope="col">Account</th>
    <th scope="col">Debits</th>
    <th scope="col">Credits</th>
    <th scope="col">Posted</th>
    <th scope="col">Pending</th>
    <th scope="col">Available</th>
  </tr>
);

export function Accounts({
  total,
  at,
  asked,
}: {
  /** of all its accounts */
  total: TrialTotal;
  /** the last day that counts; empty for now */
  at: string;
  /** what the sums are from: when they were asked for anew, the accounts are too */
  asked: TrialBalance;
}) {
  const { currency } = total;
  const pages = usePages(
    (cursor, signal) =>
      get("/api/ledger/trial-balance", {
        query: { currency, at: dayAfter(at) || undefined, limit: PAGE, cursor },
        signal,
      }),
    [currency, at, asked],
  );
  const row = (account: Balance) => <Account key={account.id} account={account} at={at} />;
  return (
    <section aria-labelledby={`of-${currency}`}>
      <h2 id={`of-${currency}`}>{currency}</h2>
      <dl class="facts-list books-of">
        <div>
          <dt>Posted</dt>
          <dd>
            <Sides debits={total.debitsPosted} credits={total.creditsPosted} currency={currency} />
          </dd>
        </div>
        <div>
          <dt>Pending</dt>
          <dd>
            <Sides
              debits={total.debitsPending}
              credits={total.creditsPending}
              currency={currency}
            />
          </dd>
        </div>
      </dl>
      <PagedList
        pages={pages}
        label={t`Accounts in ${currency}`}
        head={head}
        row={row}
        empty={null}
      />
    </section>
  );
}

/** Minor units */
function Sides({
  debits,
  credits,
  currency,
}: {
  debits: number;
  credits: number;
  currency: string;
}) {
  const sum = (minor: number) => <Money amount={fromMinor(minor, currency)} currency={currency} />;
  return (
    <>
      debits {sum(debits)} {debits === credits ? "=" : <strong>≠</strong>} credits {sum(credits)}
    </>
  );
}

function Account({ account, at }: { account: Balance; at: string }) {
  const { id, name, currency, normalSide } = account;
  const cell = (label: string, minor: number) => (
    <td data-label={label}>
      <Money amount={fromMinor(minor, currency)} currency={currency} />
    </td>
  );
  return (
    <tr>
      <th scope="row">
        <a href={addressWith(addressOfAccount(id), { to: at })}>{name}</a>
        <small>A {SIDES[normalSide]} increases the balance</small>
      </th>
      {cell(t`Debits`, account.debitsPosted)} {cell(t`Credits`, account.creditsPosted)}{" "}
      {cell(t`Posted`, account.posted)}
      {cell(t`Pending`, account.pending)} {cell(t`Available`, account.available)}
    </tr>
  );
}

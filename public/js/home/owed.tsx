/**
 * What is owed: by the company to the person who looks, for those who pay to everybody; and by
 * clients to the company.
 */

import { money } from "../format.ts";
import { may, session } from "../state/session.ts";
import { fromMinor } from "../values/amount.ts";
import { sumsInWords } from "../values/sums.ts";
import { t } from "../words.ts";
import type { Outstanding, Owed as OwedTo } from "../api/types.d.ts";

export function Owed({ owed }: { owed: OwedTo[] }) {
  const mine = owed.filter(({ person }) => person.id === session.value?.user.id);
  const others = may("pay") ? owed.filter((each) => !mine.includes(each)) : [];
  if (mine.length + others.length === 0) return null;
  return (
    <section class="card" aria-labelledby="home-owed">
      <h2 id="home-owed">Reimbursements</h2>
      <ul class="home-tasks">
        {sums(mine) && (
          <li>
            The company owes you <strong>{sums(mine)}</strong>
          </li>
        )}
        {paidTooMuch(mine) && <li>{t`You were paid ${paidTooMuch(mine)} too much`}</li>}
        {sums(others) && (
          <li>
            <a href="/payouts">
              Owed to people: <strong>{sums(others)}</strong>
            </a>
          </li>
        )}
        {paidTooMuch(others) && (
          <li>
            <a href="/payouts">
              Paid too much to people: <strong>{paidTooMuch(others)}</strong>
            </a>
          </li>
        )}
      </ul>
    </section>
  );
}

/** What is owed to people, as the books have it, else by currency; empty for nothing. */
function sums(all: OwedTo[]): string {
  const sums = all.flatMap(sumsOf);
  return sumsInWords(sums.filter(({ amount }) => amount > 0));
}

function sumsOf({ base, sums }: OwedTo): { currency: string; amount: number }[] {
  const counted = base && base.withoutRate === 0 ? [base] : sums;
  return counted.map(({ currency, owed, onItsWay }) => ({ currency, amount: owed + onItsWay }));
}

/** What people owe back, since more was paid than is theirs. */
function paidTooMuch(all: OwedTo[]): string {
  const sums = all
    .flatMap((each) => each.sums)
    .map(({ currency, owed }) => ({ currency, amount: -owed }));
  return sumsInWords(sums.filter(({ amount }) => amount > 0));
}

export function ClaimsOwed({ claims }: { claims: Outstanding[] }) {
  if (claims.length === 0) return null;
  return (
    <section class="card" aria-labelledby="home-claims">
      <h2 id="home-claims">Clients owe you</h2>
      <ul class="home-tasks">
        {claims.map(({ currency, claims: count, open, overdue, overdueClaims }) => (
          <>
            <li key={currency}>
              <a href="/claims">
                <strong>{money(fromMinor(open, currency), currency)}</strong>{" "}
                {count === 1 ? t`in 1 open invoice` : t`in ${count} open invoices`}
              </a>
            </li>
            {overdueClaims > 0 && (
              <li key={`${currency} overdue`}>
                <a href="/claims?state=overdue">
                  <strong>{money(fromMinor(overdue, currency), currency)}</strong>{" "}
                  {t`of it is overdue`}
                </a>
              </li>
            )}
          </>
        ))}
      </ul>
    </section>
  );
}

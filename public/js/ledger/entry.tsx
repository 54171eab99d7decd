/** An entry of a statement: what it was for, with the way there, and what it changed. */

import { date, money, moment } from "../format.ts";
import { Day, Money } from "../parts/values.tsx";
import { fromMinor } from "../values/amount.ts";
import { causeOf, KINDS } from "./amounts.ts";
import { addressOfAccount } from "./addresses.ts";
import { t } from "../words.ts";
import type { LedgerEntry } from "../api/types.d.ts";

const DAY_LENGTH = "2026-01-01".length;

export const head = (
  <tr>
    <th scope="col">What for</th>
    <th scope="col">Day</th>
    <th scope="col">Recorded on</th>
    <th scope="col">Debit</th>
    <th scope="col">Credit</th>
    <th scope="col">Balance</th>
  </tr>
);

export function Entry({
  entry,
  currency,
  normalSide,
}: {
  entry: LedgerEntry;
  currency: string;
  normalSide: string;
}) {
  const { transfer, kind, otherAccount, side, amount, pending, balance, at, day } = entry;
  const { words, href } = causeOf(entry);
  const sum = (minor: number) => <Money amount={fromMinor(minor, currency)} currency={currency} />;
  // The API signs by what raises the balance; a side has no sign.
  const moved = side === normalSide ? amount : -amount;
  const on = (which: string) => (side === which && moved !== 0 ? sum(moved) : null);
  return (
    <tr>
      <th scope="row">
        {href ? <a href={href}>{words}</a> : words}
        <small>
          {KINDS[kind] ?? kind} against <a href={addressOfAccount(otherAccount)}>{otherAccount}</a>
          {pending !== 0 &&
            t` · pending ${pending > 0 ? "+" : ""}${money(fromMinor(pending, currency), currency)}`}
        </small>
        <small>{transfer}</small>
      </th>
      <td data-label="Day">
        <Day day={day ?? at.slice(0, DAY_LENGTH)} />
      </td>
      <td data-label="Recorded on">
        <time datetime={at} title={moment(at)}>
          {date(at.slice(0, DAY_LENGTH))}
        </time>
      </td>
      <td data-label="Debit">{on("debit")}</td>
      <td data-label="Credit">{on("credit")}</td>
      <td data-label="Balance">{sum(balance)}</td>
    </tr>
  );
}

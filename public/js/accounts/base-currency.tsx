/** What an expense is in the account's base currency. */

import { date, money } from "../format.ts";
import { may } from "../state/session.ts";
import { locale, t } from "../words.ts";
import type { Expense } from "../api.ts";
import type { BaseMissing } from "../api/types.d.ts";

const RATE_DIGITS = 6;
/** A rate, as short as it can be compared. */
export const shortRate = new Intl.NumberFormat(locale, { maximumSignificantDigits: RATE_DIGITS });

/**
 * @returns its total in the base currency; empty where there is none, or it is in that currency
 * already
 */
export function baseTotal(expense: Expense | null): string {
  if (!expense?.base || expense.base.currency === expense.currency) return "";
  return money(expense.base.total, expense.base.currency);
}

/**
 * @returns why there is no amount in the base currency, and what can be done; empty where there is
 * one
 */
function whyMissing(missing: BaseMissing | null): string {
  if (!missing) return "";
  const day = missing.date ? date(missing.date) : "";
  return {
    pending: t`Being converted: this takes a minute or two.`,
    rates_missing: may("administer")
      ? t`Not converted: there is no exchange rate of ${day} yet.`
      : t`Not converted: there is no exchange rate of ${day} yet. Ask an owner to enter it.`,
    not_quoted: t`Not converted: the European Central Bank had no rate for ${missing.currency} on ${day}.`,
    before_rates: t`Not converted: ${day} is before the first exchange rates, of 1999.`,
    too_large: t`Not converted: the amount is too large.`,
  }[missing.reason];
}

/**
 * The same for the page, with the way to enter a rate by hand.
 *
 * of the expense
 *
 * @param id by which the rate that its bank entry comes to is found
 */
export function WhyMissing({
  id,
  missing,
  currency,
  day,
}: {
  id: string;
  missing: BaseMissing;
  currency: string;
  day: string;
}) {
  const canEnter =
    may("administer") && ["rates_missing", "not_quoted", "before_rates"].includes(missing.reason);
  const address = `/settings/currency?${new URLSearchParams({ currency, day, expense: id })}`;
  return (
    <>
      {whyMissing(missing)}
      {canEnter && (
        <>
          {" "}
          <a href={address}>Enter a rate</a>
        </>
      )}
    </>
  );
}

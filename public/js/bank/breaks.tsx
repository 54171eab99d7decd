/** Where statements do not join: what is missing or doubled between them, in words. */

import { date } from "../format.ts";
import { amount } from "./words.ts";
import { t } from "../words.ts";
import type { BankAccount, Break } from "../api/types.d.ts";

/** @param currency of the account */
export function breakInWords(
  { kind, fromDay, toDay, amount: moved, numbers }: Break,
  currency: string,
): string {
  const [first, last] = numbers ?? [0, 0];
  if (kind === "number") {
    return first === last
      ? t`Number ${first} is missing; the balances join all the same.`
      : t`Numbers ${first} to ${last} are missing; the balances join all the same.`;
  }
  if (kind === "page")
    return first === last
      ? t`Page ${first} is missing.`
      : t`Pages ${first} to ${last} are missing.`;
  const days = daysInWords(fromDay, toDay);
  if (kind === "overlap")
    return t`${days || t`Some days`}: covered twice. What both have is stored once.`;
  const moves =
    moved === null || moved === 0 ? "" : t` ${amount(moved, currency)} moved in between.`;
  const ask = t` Ask the bank for a statement of these days.`;
  return missingInWords(days, fromDay === toDay) + moves + ask;
}

/** @returns empty where a day is unknown */
function daysInWords(from: string | null, to: string | null): string {
  if (!from || !to) return "";
  return from === to ? date(from) : t`${date(from)} to ${date(to)}`;
}

function missingInWords(days: string, isOneDay: boolean): string {
  if (!days) return t`A time is missing.`;
  return isOneDay ? t`${days} is missing.` : t`${days} are missing.`;
}

/** Nothing where all join */
export function Breaks({ breaks, accounts }: { breaks: Break[]; accounts: BankAccount[] }) {
  if (breaks.length === 0) return null;
  const of = new Map(accounts.map((each) => [each.id, each]));
  return (
    <section class="card" aria-labelledby="breaks-title">
      <h2 id="breaks-title">Gaps and overlaps</h2>
      <ul class="lines is-wrapped" aria-label="Gaps and overlaps">
        {breaks.map((each) => (
          <li key={`${each.kind} ${each.before} ${each.after}`} class="line">
            <div class="line-text">
              <span class="line-title">
                {of.get(each.bankAccountId)?.name ?? t`Bank account`}{" "}
                <span class="pill" data-status={each.kind === "overlap" ? "" : "needs_review"}>
                  {each.kind === "overlap" ? t`Overlap` : t`Gap`}
                </span>
              </span>
              <span class="line-note">
                {breakInWords(each, of.get(each.bankAccountId)?.currency ?? "")}
              </span>
              <span class="line-actions">
                <a class="button small" href={`/bank/statements/${fileOf(each.before)}`}>
                  Statement before
                </a>
                <a class="button small" href={`/bank/statements/${fileOf(each.after)}`}>
                  Statement after
                </a>
              </span>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** @param key of a statement within a file */
function fileOf(key: string) {
  return key.split("/")[0];
}

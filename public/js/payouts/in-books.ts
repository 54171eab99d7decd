/** What is owed to a person as the books have it: one sum where all of it has a rate. */

import { money } from "../format.ts";
import { fromMinor } from "../values/amount.ts";
import type { Owed } from "../api/types.d.ts";

/**
 * In the base currency; in the currencies of the expenses where the account has none, or where a
 * rate is missing.
 *
 * @param sign of what counts: 1 what the person gets, -1 what they owe back
 * @returns empty for nothing
 */
export function inBooks(owed: Owed, part: "owed" | "onItsWay", sign = 1): string {
  const sums = owed.sums.filter((each) => sign * each[part] > 0);
  if (sums.length === 0) return "";
  const { base } = owed;
  if (base && base.withoutRate === 0 && sign * base[part] > 0)
    return money(fromMinor(sign * base[part], base.currency), base.currency);
  return spent(owed, part, sign);
}

/** @returns the same in the currencies of the expenses; empty for nothing */
export function spent({ sums }: Owed, part: "owed" | "onItsWay", sign = 1): string {
  return sums
    .filter((each) => sign * each[part] > 0)
    .map((each) => money(fromMinor(sign * each[part], each.currency), each.currency))
    .join(" + ");
}

/** @returns both: such as “€115.91 (MYR 486.20)”; empty for nothing */
export function inBooksAndSpent(owed: Owed, part: "owed" | "onItsWay"): string {
  const first = inBooks(owed, part);
  const other = spent(owed, part);
  return first === other ? first : `${first} (${other})`;
}

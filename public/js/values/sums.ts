/**
 * Sums of money, by currency: exact however large they become, which a sum of JavaScript numbers
 * is not.
 */

import { money } from "../format.ts";
import { fromMinor } from "./amount.ts";

/**
 * @param lines amounts in minor units
 * @returns such as `12.90 € + 3.00 $`; empty where there are none
 */
export function sumsInWords(lines: Iterable<{ currency: string; amount: number }>): string {
  const sums: Map<string, bigint> = new Map();
  for (const { currency, amount } of lines) {
    const before = sums.get(currency) ?? 0n;
    sums.set(currency, before + BigInt(amount));
  }
  return [...sums].map(([currency, sum]) => money(fromMinor(sum, currency), currency)).join(" + ");
}

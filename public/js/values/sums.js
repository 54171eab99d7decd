// @ts-check
/** Sums of money, by currency: exact however large they become, which a sum of JavaScript numbers is not. */

import { money } from "../format.js";
import { fromMinor } from "./amount.js";

/**
 * @param {Iterable<{ currency: string, amount: number }>} lines amounts in minor units
 * @returns {string} such as `12.90 € + 3.00 $`; empty where there are none
 */
export function sumsInWords(lines) {
  /** @type {Map<string, bigint>} */
  const sums = new Map();
  for (const { currency, amount } of lines) {
    const before = sums.get(currency) ?? 0n;
    sums.set(currency, before + BigInt(amount));
  }
  return [...sums].map(([currency, sum]) => money(fromMinor(sum, currency), currency)).join(" + ");
}

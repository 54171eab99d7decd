/** The exchange rate that a bank's entry comes to, where it pays a document in another currency. */

import { date } from "../format.ts";
import { fromMinor } from "../values/amount.ts";
import { amount } from "./words.ts";
import { t } from "../words.ts";
import type { MatchedEntry } from "../api/types.d.ts";

/** So many digits behind the point a rate may have. */
const DIGITS = 9;
const LONGEST_NAME = 60;

export interface PaidRate {
  /** a decimal string: what one of the document's currency is in the base currency */
  rate: string;
  /** where it is from, in words */
  source: string;
  /** a person accepted that the entry pays the document */
  isAccepted: boolean;
}

/**
 * @param entries that pay the document, or may do so
 * @param id of the document
 * @param currency of the document
 * @param base the base currency
 * @returns null where no entry in the base currency pays it; of an accepted match before others
 */
export function paidRate(
  entries: MatchedEntry[],
  { id, currency, base }: { id: string; currency: string; base: string },
): PaidRate | null {
  const inBase = entries.filter((entry) => entry.currency === base && entry.status === "booked");
  const rates = inBase.flatMap((entry) => {
    const rate = rateOf(entry, { id, currency });
    return rate === null ? [] : [rate];
  });
  return rates.find(({ isAccepted }) => isAccepted) ?? rates[0] ?? null;
}

function rateOf(
  entry: MatchedEntry,
  { id, currency }: { id: string; currency: string },
): PaidRate | null {
  const pairsOf = ({ pairs }: MatchedEntry["matches"][number]) =>
    pairs.filter(({ documentId, entryId }) => documentId === id && entryId === entry.id);
  const fitting = entry.matches.filter((match) => pairsOf(match).length > 0);
  const match = fitting.find(({ state }) => state === "accepted") ?? fitting[0];
  if (!match || !["accepted", "proposed"].includes(match.state)) return null;
  const pairs = pairsOf(match);
  const paid = Math.abs(pairs.reduce((sum, pair) => sum + pair.amount, 0));
  const settled = Math.abs(pairs.reduce((sum, pair) => sum + pair.settles, 0));
  if (paid === 0 || settled === 0) return null;
  const exact = Number(fromMinor(paid, entry.currency)) / Number(fromMinor(settled, currency));
  const rate = exact.toFixed(DIGITS).replace(/\.?0+$/, "");
  if (Number(rate) === 0) return null;
  const name = (entry.counterparty || entry.words).slice(0, LONGEST_NAME);
  const day = date(entry.day);
  const own = amount(paid, entry.currency);
  const foreign = amount(settled, currency);
  return {
    rate,
    source: name
      ? t`Bank entry of ${day}, ${name}: ${own} for ${foreign}`
      : t`Bank entry of ${day}: ${own} for ${foreign}`,
    isAccepted: match.state === "accepted",
  };
}

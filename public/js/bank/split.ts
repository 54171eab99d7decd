/** Arithmetic of a split, in minor units, and which documents an entry may be split over. Pure. */

import { t } from "../words.ts";
import type { BankAccount, FoundDocument, MatchedEntry } from "../api/types.d.ts";

/** A document that an entry pays, or pays back: then it is paid already. */
type Found = FoundDocument & { isPaid: boolean };

/**
 * Money in explains no purchase that is still to be paid, nor the other way round.
 *
 * @param amount of the entry
 * @returns what the entry may pay first, then what it may pay back
 */
export function fittingOf(amount: number, unpaid: FoundDocument[], paid: FoundDocument[]): Found[] {
  const found = [
    ...unpaid.map((each) => ({ ...each, isPaid: false })),
    ...paid.map((each) => ({ ...each, isPaid: true })),
  ];
  return found.filter(({ open }) => Math.sign(open) === Math.sign(amount));
}

/**
 * @param open what is open of an entry, signed as the entry
 * @param parts of either sign: each takes some of it
 * @returns what is left; of the other sign where the parts are too much
 */
export function remainderOf(open: number, parts: number[]): number {
  return Math.sign(open) * (Math.abs(open) - parts.reduce((sum, part) => sum + Math.abs(part), 0));
}

/**
 * @param remainder what is left of an entry
 * @param open of a document; null where that is in another currency, or nothing bounds it
 * @returns what the document takes
 */
export function suggestedOf(remainder: number, open: number | null): number {
  if (!open) return remainder;
  return Math.sign(remainder) * Math.min(Math.abs(remainder), Math.abs(open));
}

/** What explains an entry without a document. */
export function withoutDocument(
  {
    amount: whole,
    currency,
    bankAccountId,
  }: Pick<MatchedEntry, "amount" | "currency" | "bankAccountId">,
  accounts: Pick<BankAccount, "id" | "name" | "archivedAt">[],
): Found[] {
  const others = accounts.filter(({ id, archivedAt }) => id !== bankAccountId && !archivedAt);
  const own = others.map(({ id, name }) => ({
    documentKind: "own_account" as const,
    documentId: id,
    title: `${whole < 0 ? t`Transfer to` : t`Transfer from`} ${name}`,
    day: null,
    open: 0,
    currency,
    isPaid: false,
  }));
  return [
    {
      documentKind: "fee",
      documentId: `fee:${currency}`,
      title: t`The bank's fees`,
      day: null,
      open: 0,
      currency,
      isPaid: false,
    },
    ...own,
  ];
}

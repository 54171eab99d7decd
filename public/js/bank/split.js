// @ts-check
/** Arithmetic of a split, in minor units, and which documents an entry may be split over. Pure. */

import { t } from "../words.js";

/** @import { BankAccount, FoundDocument, MatchedEntry } from "../api/types.js" */

/** A document that an entry pays, or pays back: then it is paid already. @typedef {FoundDocument & { isPaid: boolean }} Found */

/**
 * Money in explains no purchase that is still to be paid, nor the other way round.
 *
 * @param {number} amount of the entry
 * @param {FoundDocument[]} unpaid
 * @param {FoundDocument[]} paid
 * @returns {Found[]} what the entry may pay first, then what it may pay back
 */
export function fittingOf(amount, unpaid, paid) {
  const found = [...unpaid.map((each) => ({ ...each, isPaid: false })), ...paid.map((each) => ({ ...each, isPaid: true }))];
  return found.filter(({ open }) => Math.sign(open) === Math.sign(amount));
}

/**
 * @param {number} open what is open of an entry, signed as the entry
 * @param {number[]} parts of either sign: each takes some of it
 * @returns {number} what is left; of the other sign where the parts are too much
 */
export function remainderOf(open, parts) {
  return Math.sign(open) * (Math.abs(open) - parts.reduce((sum, part) => sum + Math.abs(part), 0));
}

/**
 * @param {number} remainder what is left of an entry
 * @param {number | null} open of a document; null where that is in another currency, or nothing bounds it
 * @returns {number} what the document takes
 */
export function suggestedOf(remainder, open) {
  if (!open) return remainder;
  return Math.sign(remainder) * Math.min(Math.abs(remainder), Math.abs(open));
}

/**
 * What explains an entry without a document.
 *
 * @param {Pick<MatchedEntry, "amount" | "currency" | "bankAccountId">} entry
 * @param {Pick<BankAccount, "id" | "name" | "archivedAt">[]} accounts
 * @returns {Found[]}
 */
export function withoutDocument({ amount: whole, currency, bankAccountId }, accounts) {
  const others = accounts.filter(({ id, archivedAt }) => id !== bankAccountId && !archivedAt);
  const own = others.map(({ id, name }) => ({ documentKind: /** @type {const} */ ("own_account"), documentId: id, title: `${whole < 0 ? t`Transfer to` : t`Transfer from`} ${name}`, day: null, open: 0, currency, isPaid: false }));
  return [{ documentKind: "fee", documentId: `fee:${currency}`, title: t`The bank's fees`, day: null, open: 0, currency, isPaid: false }, ...own];
}

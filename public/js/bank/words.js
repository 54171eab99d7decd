// @ts-check
/** What matches and statements are called, and where documents are. */

import { counted, date, money } from "../format.js";
import { fromMinor } from "../values/amount.js";
import { t } from "../words.js";

/** @import { BankMatch, BankStatementDetail, MatchedPair } from "../api/types.js" */

const monthName = new Intl.DateTimeFormat(undefined, { month: "long", year: "numeric", timeZone: "UTC" });

/** @param {string} month YYYY-MM @returns {string} "March 2026" */
export function monthInWords(month) {
  return monthName.format(new Date(`${month}-01`));
}

/** What a match is, where "this is the document" does not say it. @type {Record<string, string>} */
export const KINDS = {
  partial: t`Pays a part`,
  one_to_many: t`Pays several`,
  many_to_one: t`Several entries pay it`,
  tip: t`With a tip`,
  foreign: t`In another currency`,
  refund: t`Refund`,
  fee: t`Bank fee`,
  transfer: t`Between own accounts`,
  hold: t`Card hold, booked with another amount`,
  reversal: t`Undoes an earlier entry`,
};

/**
 * @param {Pick<MatchedPair, "documentKind" | "documentId">} pair
 * @returns {string | null} where the document is; null where it has no page
 */
export function hrefOf({ documentKind, documentId }) {
  if (documentKind === "expense") return `/expenses/${documentId}`;
  if (documentKind === "claim") return `/claims/${documentId}`;
  return documentKind === "payout" ? `/runs/${documentId}` : null;
}

/** @param {string} text @returns {string} with days as people read them, in place of those of the API */
function withDays(text) {
  return text.replace(/\b\d{4}-\d{2}-\d{2}\b/g, (day) => date(day));
}

/** @param {string | null} title of a document @returns {string} */
export function titleOf(title) {
  return title === null ? t`No longer there` : withDays(title);
}

/**
 * @param {number} minor
 * @param {string} currency
 */
export function amount(minor, currency) {
  return money(fromMinor(minor, currency), currency);
}

/** @param {BankMatch} match @returns {string} its reasons as a sentence */
export function because({ reasons }) {
  const text = withDays(reasons.join(", "));
  return text ? `${text.charAt(0).toUpperCase()}${text.slice(1)}.` : "";
}

/**
 * How sure a match is, in words. Its score only orders matches: whether one is certain is another rule.
 *
 * @param {Pick<BankMatch, "level">} match
 * @returns {string}
 */
export function sureness({ level }) {
  if (level === "automatic") return t`Certain: no other open document fits.`;
  if (level === "tie") return t`Another fits equally well.`;
  if (level === "proposed") return t`Likely: please check.`;
  return t`Matched by a person.`;
}

export const KNOWN = t`Nothing is new: this file was imported already.`;

/**
 * @param {Pick<BankStatementDetail, "createdAt" | "added" | "known" | "booked" | "misfits" | "breaks">} statement whose bytes came again
 * @param {string} accounts for which it was read; empty where there is none
 * @returns {string}
 */
export function knownInWords(statement, accounts) {
  const known = accounts ? t`Nothing is new: this file was imported already, for ${accounts}.` : KNOWN;
  return t`${known} What came of it on ${date(statement.createdAt.slice(0, 10))}: ${outcomeOf(statement)}`;
}

/**
 * @param {Pick<BankStatementDetail, "added" | "known" | "booked" | "misfits" | "breaks">} statement that is imported
 * @returns {string} what it came to
 */
export function outcomeOf({ added, known, booked, misfits, breaks }) {
  const counts = [counted(added, "new entry", "new entries"), known > 0 && t`${known} known already`, booked > 0 && t`${booked} pending before`];
  const [misfit] = misfits;
  const more = misfits.length > 1 ? t` And ${counted(misfits.length - 1, "more thing")} did not fit.` : "";
  const gaps = breaks.filter(({ kind }) => kind !== "overlap").length;
  const missing = gaps > 0 ? t` Something is missing between it and other statements.` : "";
  return `${counts.filter(Boolean).join(", ")}.${misfit ? ` ${misfit.says}${more}` : ""}${missing}`;
}

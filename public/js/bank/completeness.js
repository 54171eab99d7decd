// @ts-check
/** How complete a month is, in parts and in words. Pure. */

import { counted, date } from "../format.js";
import { t } from "../words.js";

/** @import { Month, MonthOverview } from "../api/types.js" */

/** @typedef {{ name: "documented" | "explained" | "owed" | "open", count: number, says: string }} Part */

/** @param {Pick<Month, "documented" | "explained" | "owed" | "open">} month @returns {Part[]} of its entries, the settled ones first; no empty one */
export function partsOf({ documented, explained, owed, open }) {
  /** @type {Part[]} */
  const parts = [
    { name: "documented", count: documented, says: t`with a document` },
    { name: "explained", count: explained, says: t`with a reason` },
    { name: "owed", count: owed, says: t`owed by a person` },
    { name: "open", count: open, says: "left" },
  ];
  return parts.filter(({ count }) => count > 0);
}

/**
 * What is owed is no work of the one who keeps the books, and yet not there.
 *
 * @param {Pick<MonthOverview, "open" | "owed" | "isComplete">} month
 * @returns {{ label: string, status: "complete" | "processing" | "needs_review" }} where it stands
 */
export function standOf({ open, owed, isComplete }) {
  if (isComplete) return owed > 0 ? { label: t`${owed} owed`, status: "processing" } : { label: t`Complete`, status: "complete" };
  return { label: open > 0 ? t`${open} left` : t`Days missing`, status: "needs_review" };
}

/** @param {Pick<Month, "entries" | "open" | "owed" | "isComplete">} month @returns {string} "Nothing is left for you; 3 documents are owed" */
export function standInWords({ entries, open, owed, isComplete }) {
  if (isComplete) return owed > 0 ? owed === 1 ? t`Done, except 1 receipt that somebody owes` : t`Done, except ${owed} receipts that people owe` : t`Complete`;
  if (open > 0) return t`${entries - open} of ${entries} accounted for`;
  return entries > 0 ? t`Each entry is accounted for` : t`No entries yet`;
}

/** @param {MonthOverview["uncovered"][number]} account @returns {string} what of its statements is missing */
function missingOf({ bankAccount, days }) {
  return days === null ? t`${bankAccount}: no statement yet` : t`${bankAccount}: ${counted(days, "day")} without a statement`;
}

/** @param {MonthOverview} month @returns {string} what is in it, and what is missing */
export function contentsOf({ entries, owed, open, uncovered }) {
  const words = [
    entries === 0 ? t`No entries` : counted(entries, "entry", "entries"),
    open > 0 && t`${open} left`,
    owed > 0 && t`${owed} owed by a person`,
    ...uncovered.map(missingOf),
  ];
  return words.filter(Boolean).join(" · ");
}

/** @param {string} month YYYY-MM @param {number} step @returns {string} so many months later */
export function monthAfter(month, step) {
  const [year = 0, number = 0] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number - 1 + step, 1)).toISOString().slice(0, 7);
}

/** @param {{ first: string, last: string }} days @returns {string} "21 Mar 2026 to 31 Mar 2026" */
export function daysInWords({ first, last }) {
  return first === last ? date(first) : t`${date(first)} to ${date(last)}`;
}

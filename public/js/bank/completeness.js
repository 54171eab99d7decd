// @ts-check
/** How complete a month is, in parts and in words. Pure. */

import { counted, date } from "../format.js";

/** @import { Month, MonthOverview } from "../api/types.js" */

/** @typedef {{ name: "documented" | "explained" | "owed" | "open", count: number, says: string }} Part */

/** @param {Pick<Month, "documented" | "explained" | "owed" | "open">} month @returns {Part[]} of its entries, the settled ones first; no empty one */
export function partsOf({ documented, explained, owed, open }) {
  /** @type {Part[]} */
  const parts = [
    { name: "documented", count: documented, says: "with a document" },
    { name: "explained", count: explained, says: "with a reason" },
    { name: "owed", count: owed, says: "owed by a person" },
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
  if (isComplete) return owed > 0 ? { label: `${owed} owed`, status: "processing" } : { label: "Complete", status: "complete" };
  return { label: open > 0 ? `${open} left` : "Days missing", status: "needs_review" };
}

/** @param {Pick<Month, "entries" | "open" | "owed" | "isComplete">} month @returns {string} "Nothing is left for you; 3 documents are owed" */
export function standInWords({ entries, open, owed, isComplete }) {
  if (isComplete) return owed > 0 ? `Nothing is left for you; ${owed === 1 ? "1 document is" : `${owed} documents are`} owed` : "Complete";
  if (open > 0) return `${entries - open} of ${entries} accounted for`;
  return entries > 0 ? "Each entry is accounted for" : "No entries yet";
}

/** @param {MonthOverview["uncovered"][number]} account @returns {string} what of its statements is missing */
function missingOf({ bankAccount, days }) {
  return days === null ? `${bankAccount}: no statement yet` : `${bankAccount}: ${counted(days, "day")} without a statement`;
}

/** @param {MonthOverview} month @returns {string} what is in it, and what is missing */
export function contentsOf({ entries, owed, open, uncovered }) {
  const words = [
    entries === 0 ? "No entries" : counted(entries, "entry", "entries"),
    open > 0 && `${open} left`,
    owed > 0 && `${owed} owed by a person`,
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
  return first === last ? date(first) : `${date(first)} to ${date(last)}`;
}

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

/** @param {MonthOverview} month @returns {string} what is in it, and what is missing */
export function contentsOf({ entries, owed, open, uncoveredDays }) {
  const words = [
    entries === 0 ? "No entries" : counted(entries, "entry", "entries"),
    open > 0 && `${open} left`,
    owed > 0 && `${owed} owed by a person`,
    uncoveredDays > 0 && `${counted(uncoveredDays, "day")} without a statement`,
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

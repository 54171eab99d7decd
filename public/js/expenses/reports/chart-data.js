// @ts-check
/** What is drawn of a report: bars with their labels, and the sentence that says it without a picture. */

import { money } from "../../format.js";
import { labelOf, sizeOf } from "./rows.js";
import { locale, t } from "../../words.js";

/** @import { ReportRow, ExpenseReport, Totals } from "../../api/types.js" */

/**
 * @typedef {object} ChartData
 * @property {string} title
 * @property {string[]} labels one a bar, short
 * @property {{ name: string, values: number[] }[]} series the period before first, where there is one
 * @property {boolean} isAcross whether bars grow to the right, each with its name beside it
 * @property {string} sentence
 * @property {string} note what the bars leave out; empty where nothing
 */

/** Of each; the table has them all. */
const MOST_MONTHS = 36;
const MOST_CATEGORIES = 12;

const shortMonth = new Intl.DateTimeFormat(locale, { month: "short", year: "2-digit", timeZone: "UTC" });

/** @param {ExpenseReport} report with a row at least @returns {ChartData} */
export function chartOf(report) {
  const { by, totals } = report;
  const isByMonth = by === "month";
  const isOneCurrency = totals.currencies.length === 1;
  const currency = totals.base?.currency ?? (isOneCurrency ? totals.currencies[0]?.currency : undefined);
  const size = (/** @type {Totals | null | undefined} */ sums) => sizeOf(sums ?? null, isOneCurrency);
  const said = (/** @type {number} */ amount) => (currency ? money(String(amount), currency) : String(amount));
  const rows = isByMonth ? months(report.rows) : report.rows.slice(0, MOST_CATEGORIES);
  const names = rows.map((row) => labelOf(by, row) ?? "");
  const now = { name: t`This period`, values: rows.map((row) => size(row.totals)) };
  const before = { name: t`The year before`, values: rows.map((row) => size(row.yearBefore)) };
  const hasBefore = isByMonth && rows.some((row) => row.yearBefore);
  const what = currency ? t`Totals in ${currency}` : t`Number of expenses`;
  const highest = now.values.indexOf(Math.max(...now.values));
  const [first, last] = [names[0] ?? "", names.at(-1) ?? ""];
  const total = said(sum(now.values));
  const sentences = [
    isByMonth && rows.length > 1 ? byMonths(currency, first, last) : byOne(currency, isByMonth),
    t`Highest: ${names[highest]}, ${said(now.values[highest] ?? 0)}.`,
    hasBefore ? t`Total ${total}, the year before ${said(sum(before.values))}.` : t`Total ${total}.`,
    t`The table has every number.`,
  ];
  const isCut = rows.length < report.rows.length;
  const unconverted = totals.base ? totals.count - totals.base.count : 0;
  return {
    title: what,
    labels: isByMonth ? rows.map(({ key }) => shortMonth.format(new Date(`${key}-01T00:00:00Z`))) : names,
    series: hasBefore ? [before, now] : [now],
    isAcross: !isByMonth,
    sentence: sentences.join(" "),
    note: [
      isCut && (isByMonth ? t`The last ${MOST_MONTHS} months.` : t`The ${MOST_CATEGORIES} largest.`),
      unconverted > 0 && t`Without amounts that have no rate yet.`,
    ]
      .filter(Boolean)
      .join(" "),
  };
}

/** @param {string | undefined} currency @param {string} first @param {string} last */
function byMonths(currency, first, last) {
  return currency ? t`Totals in ${currency} by month, ${first} to ${last}.` : t`Number of expenses by month, ${first} to ${last}.`;
}

/** @param {string | undefined} currency @param {boolean} isByMonth */
function byOne(currency, isByMonth) {
  if (isByMonth) return currency ? t`Totals in ${currency} by month.` : t`Number of expenses by month.`;
  return currency ? t`Totals in ${currency} by category.` : t`Number of expenses by category.`;
}

/**
 * @param {ReportRow[]} rows in order
 * @returns {ReportRow[]} each month from the first to the last
 */
function months(rows) {
  const found = new Map(rows.map((row) => [row.key, row]));
  const nothing = { count: 0, currencies: [], base: null };
  const [first, last] = [numberOf(rows[0]?.key), numberOf(rows.at(-1)?.key)];
  const from = Math.max(first, last - MOST_MONTHS + 1);
  return Array.from({ length: last - from + 1 }, (_, index) => {
    const key = keyOf(from + index);
    return found.get(key) ?? { key, label: key, filter: null, totals: nothing, yearBefore: null };
  });
}

/** @param {string} [key] a month such as 2026-03 @returns {number} */
function numberOf(key = "") {
  const [year, month] = key.split("-").map(Number);
  return (year ?? 0) * 12 + (month ?? 1) - 1;
}

/** @param {number} number */
function keyOf(number) {
  return `${String(Math.floor(number / 12)).padStart(4, "0")}-${String((number % 12) + 1).padStart(2, "0")}`;
}

/** For drawing and its sentence. @param {number[]} numbers */
function sum(numbers) {
  return Number(numbers.reduce((total, number) => total + number, 0).toFixed(4));
}

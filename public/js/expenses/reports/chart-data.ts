/**
 * What is drawn of a report: bars with their labels, and the sentence that says it without a
 * picture.
 */

import { money } from "../../format.ts";
import { labelOf, sizeOf } from "./rows.ts";
import { locale, t } from "../../words.ts";
import type { ReportRow, ExpenseReport, Totals } from "../../api/types.d.ts";

export interface ChartData {
  title: string;
  /** one a bar, short */
  labels: string[];
  /** the period before first, where there is one */
  series: { name: string; values: number[] }[];
  /** whether bars grow to the right, each with its name beside it */
  isAcross: boolean;
  sentence: string;
  /** what the bars leave out; empty where nothing */
  note: string;
}

/** Of each; the table has them all. */
const MOST_MONTHS = 36;
const MOST_CATEGORIES = 12;

const shortMonth = new Intl.DateTimeFormat(locale, {
  month: "short",
  year: "2-digit",
  timeZone: "UTC",
});

/** @param report with a row at least */
export function chartOf(report: ExpenseReport): ChartData {
  const { by, totals } = report;
  const isByMonth = by === "month";
  const isOneCurrency = totals.currencies.length === 1;
  const currency =
    totals.base?.currency ?? (isOneCurrency ? totals.currencies[0]?.currency : undefined);
  const size = (sums: Totals | null | undefined) => sizeOf(sums ?? null, isOneCurrency);
  const said = (amount: number) => (currency ? money(String(amount), currency) : String(amount));
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
    hasBefore
      ? t`Total ${total}, the year before ${said(sum(before.values))}.`
      : t`Total ${total}.`,
    t`The table has every number.`,
  ];
  const isCut = rows.length < report.rows.length;
  const unconverted = totals.base ? totals.count - totals.base.count : 0;
  return {
    title: what,
    labels: isByMonth
      ? rows.map(({ key }) => shortMonth.format(new Date(`${key}-01T00:00:00Z`)))
      : names,
    series: hasBefore ? [before, now] : [now],
    isAcross: !isByMonth,
    sentence: sentences.join(" "),
    note: [
      isCut &&
        (isByMonth ? t`The last ${MOST_MONTHS} months.` : t`The ${MOST_CATEGORIES} largest.`),
      unconverted > 0 && t`Without amounts that have no rate yet.`,
    ]
      .filter(Boolean)
      .join(" "),
  };
}

function byMonths(currency: string | undefined, first: string, last: string) {
  return currency
    ? t`Totals in ${currency} by month, ${first} to ${last}.`
    : t`Number of expenses by month, ${first} to ${last}.`;
}

function byOne(currency: string | undefined, isByMonth: boolean) {
  if (isByMonth)
    return currency ? t`Totals in ${currency} by month.` : t`Number of expenses by month.`;
  return currency ? t`Totals in ${currency} by category.` : t`Number of expenses by category.`;
}

/**
 * @param rows in order
 * @returns each month from the first to the last
 */
function months(rows: ReportRow[]): ReportRow[] {
  const found = new Map(rows.map((row) => [row.key, row]));
  const nothing = { count: 0, currencies: [], base: null };
  const [first, last] = [numberOf(rows[0]?.key), numberOf(rows.at(-1)?.key)];
  const from = Math.max(first, last - MOST_MONTHS + 1);
  return Array.from({ length: last - from + 1 }, (_, index) => {
    const key = keyOf(from + index);
    return found.get(key) ?? { key, label: key, filter: null, totals: nothing, yearBefore: null };
  });
}

/** @param key a month such as 2026-03 */
function numberOf(key: string = ""): number {
  const [year, month] = key.split("-").map(Number);
  return (year ?? 0) * 12 + (month ?? 1) - 1;
}

function keyOf(number: number) {
  return `${String(Math.floor(number / 12)).padStart(4, "0")}-${String((number % 12) + 1).padStart(2, "0")}`;
}

/** For drawing and its sentence. */
function sum(numbers: number[]) {
  return Number(numbers.reduce((total, number) => total + number, 0).toFixed(4));
}

/** Days as people write them, in any locale, and as YYYY-MM-DD. */

import { locale as ours, t } from "../words.ts";
import type { Read } from "./amount.ts";

/** A day as YYYY-MM-DD, or what to put right */

const NUMBERS = /^(\d{1,4})([./-])\s*(\d{1,2})\2\s*(\d{1,4})\.?$/;
const DAY_MONTH =
  /^(\d{1,2})(?:\.|st|nd|rd|th)?\s+(?:of\s+|de\s+)?([\p{L}.]+),?\s+(?:de\s+)?(\d{2,4})$/u;
const MONTH_DAY = /^([\p{L}.]+)\s+(\d{1,2})(?:\.|st|nd|rd|th)?,?\s+(\d{2,4})$/u;

/**
 * `2018-05-07`, `07.05.2018`, `7/5/18`, `7 May 2018`, `May 7, 2018`. With slashes the locale says
 * which of the two is the day, unless one is above twelve.
 *
 * @param locale without one, the page's
 * @returns an empty text has the value ""
 */
export function readDay(text: string, locale: string = ours): Read {
  const written = text.trim();
  if (written === "") return { value: "", problem: null };
  const parts = partsOf(written, locale);
  const value = parts && calendarDay(...parts);
  if (value) return { value, problem: null };
  return {
    value: null,
    problem: t`“${written}” is no day. Write it as YYYY-MM-DD, or like 7.5.2018 or 7 May 2018.`,
  };
}

/** Today by the calendar of whoever looks, as YYYY-MM-DD. */
export function today() {
  return new Date().toLocaleDateString("sv");
}

/**
 * @param value YYYY-MM-DD
 * @param locale without one, the page's
 * @returns as the locale writes it in numbers; as it is where it would not be read so
 */
export function writtenDay(value: string, locale: string = ours): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return value;
  const format = new Intl.DateTimeFormat(locale, {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    timeZone: "UTC",
    calendar: "gregory",
    numberingSystem: "latn",
  });
  const day = new Date(`${value}T00:00:00Z`);
  const written = Number.isNaN(day.getTime()) ? value : format.format(day);
  return readDay(written, locale).value === value ? written : value;
}

/**
 * The first or the last day of what the API takes as a day, a month or a year.
 *
 * @param text YYYY-MM-DD, YYYY-MM or YYYY
 * @returns YYYY-MM-DD; as it is where it is none of these
 */
export function dayOf(text: string, which: "first" | "last"): string {
  const [, year, month] = /^(\d{4})(?:-(\d{2}))?$/.exec(text) ?? [];
  if (!year) return text;
  if (which === "first") return `${year}-${month ?? "01"}-01`;
  const last = new Date(Date.UTC(Number(year), Number(month ?? "12"), 0));
  return last.toISOString().slice(0, "2026-01-01".length);
}

function partsOf(
  written: string,
  locale: string,
): [year: number, month: number, day: number] | null {
  const numbers = NUMBERS.exec(written);
  if (numbers) {
    const [, first = "", mark = "", second = "", third = ""] = numbers;
    if (first.length > 2) return [Number(first), Number(second), Number(third)];
    const [a, b] = [Number(first), Number(second)];
    const isMonthFirst = b > 12 || (a <= 12 && mark !== "." && beginsWithMonth(locale));
    return isMonthFirst ? [yearOf(third), a, b] : [yearOf(third), b, a];
  }
  const [, day, name, year] = DAY_MONTH.exec(written) ?? [];
  if (day && name && year) return [yearOf(year), monthNamed(name, locale), Number(day)];
  const [, month, date, its] = MONTH_DAY.exec(written) ?? [];
  return month && date && its ? [yearOf(its), monthNamed(month, locale), Number(date)] : null;
}

/** @param text of two digits: of this century */
function yearOf(text: string) {
  return text.length === 2 ? 2000 + Number(text) : Number(text);
}

function beginsWithMonth(locale: string) {
  const parts = new Intl.DateTimeFormat(locale).formatToParts(new Date(2026, 0, 31));
  return parts.find(({ type }) => type === "month" || type === "day")?.type === "month";
}

/**
 * @param name a month's, or its beginning, in English or the locale's language
 * @returns 1 to 12; 0 where there is no such month
 */
function monthNamed(name: string, locale: string): number {
  const wanted = name.replace(/\.$/, "").toLocaleLowerCase();
  if (wanted.length < 3) return 0;
  for (const language of ["en", locale]) {
    for (const format of ["long", "short"] as const) {
      const names = new Intl.DateTimeFormat(language, {
        month: format,
        day: "numeric",
        timeZone: "UTC",
      });
      for (let month = 1; month <= 12; month += 1) {
        const parts = names.formatToParts(new Date(Date.UTC(2026, month - 1, 1)));
        const its = parts.find(({ type }) => type === "month")?.value.toLocaleLowerCase() ?? "";
        if (its.startsWith(wanted)) return month;
      }
    }
  }
  return 0;
}

/** @returns null where the calendar has no such day */
function calendarDay(year: number, month: number, day: number): string | null {
  if (year < 1000 || year > 9999) return null;
  const date = new Date(Date.UTC(year, month - 1, day));
  const isThere =
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isThere ? date.toISOString().slice(0, "2026-01-01".length) : null;
}

/** How values are shown. What is unknown is shown as a dash. */

import { daysOf } from "./values/period.ts";
import { language, locale, t, worded } from "./words.ts";

export const UNKNOWN = "–";

const usDollars = new Intl.NumberFormat(locale, {
  style: "currency",
  currency: "USD",
  minimumFractionDigits: 2,
  maximumFractionDigits: 6,
});
const mediumDate = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
const longDate = new Intl.DateTimeFormat(locale, {
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
  timeZone: "UTC",
});
const monthName = new Intl.DateTimeFormat(locale, {
  month: "long",
  year: "numeric",
  timeZone: "UTC",
});
const localMoment = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
const localTime = new Intl.DateTimeFormat(locale, { timeStyle: "medium" });
const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
const currencyNames = new Intl.DisplayNames(language, { type: "currency", fallback: "none" });

/**
 * @param amount decimal string
 * @param currency ISO 4217 code
 */
export function money(amount: string | null | undefined, currency: string | null | undefined) {
  if (!amount || !/^-?\d+(\.\d+)?$/.test(amount)) return UNKNOWN;
  if (!currency || !/^[A-Z]{3}$/.test(currency)) {
    const decimals = amount.split(".")[1]?.length ?? 0;
    const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
    return new Intl.NumberFormat(locale, digits).format(amount as any);
  }
  const format = new Intl.NumberFormat(locale, { style: "currency", currency });
  // A decimal string is formatted exactly; a number could lose digits.
  return format.format(amount as any);
}

/**
 * @param values of an expense, or what was read
 * @returns money came back
 */
export function isRefund(values: { total: string | null } | null | undefined): boolean {
  return Boolean(values?.total?.startsWith("-"));
}

/** @param amount of US dollars, a decimal string with up to six decimals */
export function dollars(amount: string) {
  return usDollars.format(amount as any);
}

/**
 * @param text YYYY-MM-DD
 * @returns null where that is no day of the calendar
 */
function calendarDay(text: string | null | undefined): Date | null {
  if (!text || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text) ? day : null;
}

/** @param text YYYY-MM-DD */
export function date(text: string | null | undefined) {
  const day = calendarDay(text);
  return day ? mediumDate.format(day) : UNKNOWN;
}

/**
 * @param first YYYY-MM-DD
 * @param last YYYY-MM-DD
 * @returns "October 2026" where they are a whole month
 */
export function daysInWords(first: string, last: string): string {
  const month = first.slice(0, "2026-03".length);
  const whole = daysOf(month);
  if (first === whole.from && last === whole.to) return monthName.format(new Date(`${month}-01`));
  return first === last ? date(first) : `${date(first)} – ${date(last)}`;
}

/** A sentence of the Worker with its days as they are shown. */
export function withDays(text: string) {
  return text.replace(/\b\d{4}-\d{2}-\d{2}\b/g, (day) => (calendarDay(day) ? date(day) : day));
}

/**
 * @param text YYYY-MM-DD
 * @returns with the weekday, or empty where that is no day of the calendar
 */
export function dateInWords(text: string): string {
  const day = calendarDay(text);
  return day ? longDate.format(day) : "";
}

/** @param text UTC, ISO 8601 */
export function moment(text: string | null | undefined) {
  return text ? localMoment.format(new Date(text)) : UNKNOWN;
}

/** @param text UTC, ISO 8601 */
export function timeOfDay(text: string) {
  return localTime.format(new Date(text));
}

/**
 * @param text a sentence
 * @returns with its moments in the reader's own time
 */
export function withLocalTimes(text: string): string {
  return text.replace(/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z/g, (found) => moment(found));
}

/**
 * @param text UTC, ISO 8601
 * @returns "2 min ago"; after a day, and of what is to come, the date
 */
export function ago(text: string): string {
  const seconds = (Date.now() - Date.parse(text)) / 1000;
  if (seconds < -60) return localMoment.format(new Date(text));
  if (seconds < 45) return t`just now`;
  if (seconds < 3600) return relative.format(-Math.round(seconds / 60), "minute");
  if (seconds < 86400) return relative.format(-Math.round(seconds / 3600), "hour");
  return localMoment.format(new Date(text));
}

/**
 * @param from UTC, ISO 8601
 * @param to the same
 * @returns "40 ms", "2.5 s", "3 min 20 s", "5 h 3 min", "2 d 4 h", or empty when either is unknown
 */
export function duration(from: string | null, to: string | null): string {
  if (!from || !to) return "";
  const milliseconds = Date.parse(to) - Date.parse(from);
  const seconds = milliseconds / 1000;
  if (milliseconds < 1000) return `${milliseconds} ms`;
  if (seconds < 60) return `${inDecimals(seconds, seconds < 10 ? 1 : 0)} s`;
  const minutes = seconds / 60;
  if (minutes < 60) return `${Math.floor(minutes)} min ${Math.floor(seconds % 60)} s`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ${Math.floor(minutes % 60)} min`;
  return `${Math.floor(minutes / 1440)} d ${Math.floor((minutes / 60) % 24)} h`;
}

/** @param decimals how many are shown, also where they are zeros */
export function inDecimals(number: number, decimals: number) {
  return number.toLocaleString(locale, {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
}

/** @param rate percent, as the API writes a decimal: "5.5" */
export function rateInWords(rate: string) {
  return `${Number(rate).toLocaleString(locale)} %`;
}

export function fileSize(bytes: number) {
  if (bytes < 1024) return counted(bytes, "byte");
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${inDecimals(bytes / (1024 * 1024), 1)} MB`;
}

/** @returns "Malaysian Ringgit", or empty for an unknown code */
export function currencyName(code: string): string {
  return /^[A-Z]{3}$/.test(code) ? (currencyNames.of(code) ?? "") : "";
}

/**
 * @param one "receipt"
 * @param many where it is not `one` with an s
 */
export function counted(count: number, one: string, many: string = `${one}s`) {
  return `${count.toLocaleString(locale)} ${worded(count, one, many)}`;
}

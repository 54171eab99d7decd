// @ts-check
/** How values are shown. What is unknown is shown as a dash. */

import { daysOf } from "./values/period.js";
import { language, locale, t, worded } from "./words.js";

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
const monthName = new Intl.DateTimeFormat(locale, { month: "long", year: "numeric", timeZone: "UTC" });
const localMoment = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
const localTime = new Intl.DateTimeFormat(locale, { timeStyle: "medium" });
const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
const currencyNames = new Intl.DisplayNames(language, { type: "currency", fallback: "none" });

/**
 * @param {string | null | undefined} amount decimal string
 * @param {string | null | undefined} currency ISO 4217 code
 */
export function money(amount, currency) {
  if (!amount || !/^-?\d+(\.\d+)?$/.test(amount)) return UNKNOWN;
  if (!currency || !/^[A-Z]{3}$/.test(currency)) {
    const decimals = amount.split(".")[1]?.length ?? 0;
    const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
    return new Intl.NumberFormat(locale, digits).format(/** @type {any} */ (amount));
  }
  const format = new Intl.NumberFormat(locale, { style: "currency", currency });
  // A decimal string is formatted exactly; a number could lose digits.
  return format.format(/** @type {any} */ (amount));
}

/**
 * @param {{ total: string | null } | null | undefined} values of an expense, or what was read
 * @returns {boolean} money came back
 */
export function isRefund(values) {
  return Boolean(values?.total?.startsWith("-"));
}

/** @param {string} amount of US dollars, a decimal string with up to six decimals */
export function dollars(amount) {
  return usDollars.format(/** @type {any} */ (amount));
}

/**
 * @param {string | null | undefined} text YYYY-MM-DD
 * @returns {Date | null} null where that is no day of the calendar
 */
function calendarDay(text) {
  if (!text || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text) ? day : null;
}

/** @param {string | null | undefined} text YYYY-MM-DD */
export function date(text) {
  const day = calendarDay(text);
  return day ? mediumDate.format(day) : UNKNOWN;
}

/**
 * @param {string} first YYYY-MM-DD
 * @param {string} last YYYY-MM-DD
 * @returns {string} "October 2026" where they are a whole month
 */
export function daysInWords(first, last) {
  const month = first.slice(0, "2026-03".length);
  const whole = daysOf(month);
  if (first === whole.from && last === whole.to) return monthName.format(new Date(`${month}-01`));
  return first === last ? date(first) : `${date(first)} – ${date(last)}`;
}

/** A sentence of the Worker with its days as they are shown. @param {string} text */
export function withDays(text) {
  return text.replace(/\b\d{4}-\d{2}-\d{2}\b/g, (day) => (calendarDay(day) ? date(day) : day));
}

/**
 * @param {string} text YYYY-MM-DD
 * @returns {string} with the weekday, or empty where that is no day of the calendar
 */
export function dateInWords(text) {
  const day = calendarDay(text);
  return day ? longDate.format(day) : "";
}

/** @param {string | null | undefined} text UTC, ISO 8601 */
export function moment(text) {
  return text ? localMoment.format(new Date(text)) : UNKNOWN;
}

/** @param {string} text UTC, ISO 8601 */
export function timeOfDay(text) {
  return localTime.format(new Date(text));
}

/**
 * @param {string} text a sentence
 * @returns {string} with its moments in the reader's own time
 */
export function withLocalTimes(text) {
  return text.replace(/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z/g, (found) => moment(found));
}

/**
 * @param {string} text UTC, ISO 8601
 * @returns {string} "2 min ago"; after a day, the date
 */
export function ago(text) {
  const seconds = Math.max(0, (Date.now() - Date.parse(text)) / 1000);
  if (seconds < 45) return t`just now`;
  if (seconds < 3600) return relative.format(-Math.round(seconds / 60), "minute");
  if (seconds < 86400) return relative.format(-Math.round(seconds / 3600), "hour");
  return localMoment.format(new Date(text));
}

/**
 * @param {string | null} from UTC, ISO 8601
 * @param {string | null} to the same
 * @returns {string} "40 ms", "2.5 s", "3 min 20 s", "5 h 3 min", "2 d 4 h", or empty when either is unknown
 */
export function duration(from, to) {
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

/** @param {number} number @param {number} decimals how many are shown, also where they are zeros */
export function inDecimals(number, decimals) {
  return number.toLocaleString(locale, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** @param {number} bytes */
export function fileSize(bytes) {
  if (bytes < 1024) return t`${bytes} bytes`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${inDecimals(bytes / (1024 * 1024), 1)} MB`;
}

/**
 * @param {string} code
 * @returns {string} "Malaysian Ringgit", or empty for an unknown code
 */
export function currencyName(code) {
  return /^[A-Z]{3}$/.test(code) ? (currencyNames.of(code) ?? "") : "";
}

/**
 * @param {number} count
 * @param {string} one "receipt"
 * @param {string} [many] where it is not `one` with an s
 */
export function counted(count, one, many = `${one}s`) {
  return `${count.toLocaleString(locale)} ${worded(count, one, many)}`;
}

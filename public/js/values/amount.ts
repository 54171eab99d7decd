/** Amounts as people write them, in any locale, and as decimal strings. */

import { locale as ours, t } from "../words.ts";

const SPACES = /[\s\u00a0\u202f'’_]/g;
/** What may stand before or behind an amount: a code, a sign of a currency, a dash for no cents. */
const CURRENCY =
  /^(?:\p{Sc}|[A-Za-z]{1,3}\.?|[A-Za-z]{0,2}\p{Sc}){1}|(?:\p{Sc}|[A-Za-z]{1,3}\.?)$/gu;
/** Groups as in 1,23,456. */
const INDIAN = /^\d{1,2}(?:,\d{2})+,\d{3}$/;
const DIGITS = 2;
/** As many as an amount of any currency has. */
const MOST_DIGITS = 3;

/** A decimal string, or what to put right */
export type Read = { value: string; problem: null } | { value: null; problem: string };

/**
 * `76,30`, `1,234.50`, `1.234,50`, `RM 12.90`, `-5`, `5-` and `(5.00)` alike. Of two different
 * marks the last is the decimal one. One mark before three digits parts thousands: 1.234 yen or
 * euros are more than a thousand. Where the currency has three decimals, it does so if the locale
 * parts thousands by it.
 *
 * @param currency ISO 4217 code, which says how many decimals there are
 * @param locale without one, the page's
 * @returns an empty text has the value ""
 */
export function readAmount(text: string, currency: string = "", locale: string = ours): Read {
  return read(text, digitsOf(currency), locale);
}

/**
 * A quantity, a price of one, a percentage: as an amount, with any number of decimals.
 *
 * @param locale without one, the page's
 * @returns an empty text has the value ""
 */
export function readNumber(text: string, locale: string = ours): Read {
  return read(text, MOST_DIGITS, locale);
}

/**
 * @param value a decimal string
 * @param locale without one, the page's
 * @returns with the locale's decimal mark, so that it is read in it as it stands
 */
export function writtenAmount(value: string, locale: string = ours): string {
  return marksOf(locale).decimal === "," ? value.replace(".", ",") : value;
}

/**
 * @param minor minor units, such as cents
 * @param currency ISO 4217 code
 * @returns a decimal string
 */
export function fromMinor(minor: number | bigint, currency: string): string {
  const decimals = digitsOf(currency);
  const digits = String(minor)
    .replace("-", "")
    .padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  return `${minor < 0 ? "-" : ""}${whole}${decimals ? `.${digits.slice(-decimals)}` : ""}`;
}

/**
 * @param value a decimal string
 * @param currency ISO 4217 code
 * @returns minor units; NaN where the currency has fewer decimals
 */
export function toMinor(value: string, currency: string): number {
  const [whole = "", behind = ""] = value.split(".");
  const decimals = digitsOf(currency);
  return behind.length > decimals ? Number.NaN : Number(whole + behind.padEnd(decimals, "0"));
}

/** @param decimals of the currency */
function read(text: string, decimals: number, locale: string): Read {
  let rest = text.trim().replace(SPACES, "").replaceAll(/[−–]/g, "-");
  if (rest === "") return { value: "", problem: null };
  const isBelow = /^\(.*\)$/.test(rest) || /^[^\d]*-|-$/.test(rest.replace(/,-$|\.-$/, ""));
  rest = rest
    .replace(/[,.]-$/, "")
    .replaceAll(/[()+-]/g, "")
    .replaceAll(CURRENCY, "")
    .replaceAll(CURRENCY, "");
  const plain = withPoint(rest, decimals, locale);
  if (plain === null) return { value: null, problem: noAmount(text) };
  const isZero = /^[0.]*$/.test(plain);
  return { value: isBelow && !isZero ? `-${plain}` : plain, problem: null };
}

function noAmount(text: string) {
  return t`“${text.trim()}” is no amount. Write it like 76.30, 76,30 or 1,234.50, with a minus where money came back.`;
}

/**
 * @param text digits and marks
 * @param decimals of the currency
 * @returns with a point before the decimals and no other marks; null where it is no number
 */
function withPoint(text: string, decimals: number, locale: string): string | null {
  if (!/^[\d.,]+$/.test(text) || !/\d/.test(text)) return null;
  const last = Math.max(text.lastIndexOf("."), text.lastIndexOf(","));
  if (last === -1) return text;
  const mark = text[last] ?? "";
  const others = text.slice(0, last);
  const behind = text.slice(last + 1);
  const isGroup =
    others.includes(mark) ||
    (behind.length === 3 && mayPart(mark, decimals, locale) && /^[1-9]\d{0,2}$/.test(others));
  const whole = isGroup ? text : others;
  if (!isGrouped(whole)) return null;
  const digits = whole.replaceAll(/[.,]/g, "") || "0";
  return isGroup ? digits : behind ? `${digits}.${behind}` : digits;
}

/**
 * @param mark before three digits
 * @returns whether it parts thousands, rather than decimals
 */
function mayPart(mark: string, decimals: number, locale: string): boolean {
  return decimals < MOST_DIGITS || mark === marksOf(locale).group;
}

function marksOf(locale: string) {
  const parts = new Intl.NumberFormat(locale).formatToParts(12345.6);
  const markOf = (kind: string) => parts.find(({ type }) => type === kind)?.value ?? "";
  return { group: markOf("group"), decimal: markOf("decimal") };
}

/** @param whole the part before the decimals: digits, or groups of three parted by one mark */
function isGrouped(whole: string) {
  return (
    /^\d*$/.test(whole) || /^\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*$/.test(whole) || INDIAN.test(whole)
  );
}

/** @returns decimals of its amounts */
function digitsOf(currency: string): number {
  if (!/^[A-Z]{3}$/.test(currency)) return DIGITS;
  const format = new Intl.NumberFormat("en", { style: "currency", currency });
  return format.resolvedOptions().maximumFractionDigits ?? DIGITS;
}

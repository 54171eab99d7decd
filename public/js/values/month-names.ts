/** A month by its name, as one types it: "october", "mar 2018", "last month". */

import { locale, t } from "../words.ts";
import { today } from "./day.ts";
import { beginsNearly } from "./near.ts";

const FEWEST_LETTERS = 3;
/** Of "last month": "last" alone may begin much else. */
const FEWEST_OF_PHRASES = 6;
const MONTHS = 12;

/**
 * @param now a day, YYYY-MM-DD
 * @returns YYYY-MM: of a name without a year the latest that has begun; null for no month
 */
export function monthNamed(typed: string, now: string = today()): string | null {
  const text = typed.trim().toLowerCase();
  const [year = 0, number = 0] = now.split("-").map(Number);
  if (text.length >= FEWEST_OF_PHRASES && beginsNearly(t`this month`, text))
    return written(year, number);
  if (text.length >= FEWEST_OF_PHRASES && beginsNearly(t`last month`, text))
    return written(year, number - 1);
  const [, name = "", given] = /^(\p{L}+)\.?(?: (\d{4}))?$/u.exec(text) ?? [];
  if (name.length < FEWEST_LETTERS) return null;
  const months = Array.from({ length: MONTHS }, (_, index) => index + 1);
  const month =
    months.find((each) => namesOf(each).some((full) => full.startsWith(name))) ??
    months.find((each) => namesOf(each).some((full) => beginsNearly(full, name)));
  if (!month) return null;
  return written(given ? Number(given) : month <= number ? year : year - 1, month);
}

/**
 * In the page's language and in English.
 *
 * @param month from 1
 */
function namesOf(month: number) {
  const day = new Date(Date.UTC(2026, month - 1, 1));
  return [locale, "en"].map((each) =>
    day.toLocaleDateString(each, { month: "long", timeZone: "UTC" }).toLowerCase(),
  );
}

/** @param month may be 0: the last of the year before */
function written(year: number, month: number) {
  return new Date(Date.UTC(year, month - 1, 1)).toISOString().slice(0, 7);
}

const ISO = /^(\d{4})-?(0[1-9]|1[0-2])$/;
const BY_NUMBER = /^(0?[1-9]|1[0-2])[./ -](\d{4})$/;

/** @returns YYYY-MM of a month as it is typed; empty for none */
export function readMonth(typed: string): string {
  const text = typed.trim();
  const [, year, month] = ISO.exec(text) ?? [];
  if (year && month) return `${year}-${month}`;
  const [, number, of] = BY_NUMBER.exec(text) ?? [];
  if (number && of) return `${of}-${number.padStart(2, "0")}`;
  return monthNamed(text) ?? "";
}

/** @param month YYYY-MM */
export function monthInWords(month: string): string {
  return new Date(`${month}-01T00:00Z`).toLocaleDateString(locale, {
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  });
}

/**
 * @param month YYYY-MM
 * @returns by its name; as it is where it would not be read so
 */
export function writtenMonth(month: string): string {
  if (!ISO.test(month)) return month;
  const words = monthInWords(month);
  return readMonth(words) === month ? words : month;
}

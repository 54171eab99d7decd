/** A month by its name, as one types it: "october", "mar 2018", "last month". */

import { locale, t } from "../words.ts";
import { today } from "./day.ts";

const FEWEST_LETTERS = 3;
const MONTHS = 12;

/**
 * @param now a day, YYYY-MM-DD
 * @returns YYYY-MM: of a name without a year the latest that has begun; null for no month
 */
export function monthNamed(typed: string, now: string = today()): string | null {
  const text = typed.trim().toLowerCase();
  const [year = 0, number = 0] = now.split("-").map(Number);
  if (text === t`this month`) return written(year, number);
  if (text === t`last month`) return written(year, number - 1);
  const [, name = "", given] = /^(\p{L}+)\.?(?: (\d{4}))?$/u.exec(text) ?? [];
  if (name.length < FEWEST_LETTERS) return null;
  const month = Array.from({ length: MONTHS }, (_, index) => index + 1).find((each) =>
    namesOf(each).some((full) => full.startsWith(name)),
  );
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

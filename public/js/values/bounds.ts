/** The bounds of a period as people write them: a day, a month or a year. */

import { t } from "../words.ts";
import { readDay, writtenDay } from "./day.ts";
import { monthInWords, readMonth, writtenMonth } from "./month-names.ts";
import type { Read } from "./amount.ts";

const YEAR = /^\d{4}$/;
const MONTH = /^\d{4}-\d{2}$/;

/**
 * `March 2018`, `03.2018`, `3/2018`, `2018-03`, `2018`, or a day as `readDay` has it.
 *
 * @returns YYYY, YYYY-MM or YYYY-MM-DD; an empty text has the value ""
 */
export function readBound(text: string): Read {
  const written = text.trim();
  if (written === "" || YEAR.test(written)) return { value: written, problem: null };
  const value = readMonth(written) || readDay(written).value;
  if (value) return { value, problem: null };
  return {
    value: null,
    problem: t`“${written}” is no month. Write it like ${monthInWords("2026-03")}, 3/2026 or 2026.`,
  };
}

/** @param bound YYYY, YYYY-MM or YYYY-MM-DD */
export function writtenBound(bound: string): string {
  return MONTH.test(bound) ? writtenMonth(bound) : writtenDay(bound);
}

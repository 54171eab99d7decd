/** The bounds of a period, as the API takes them: a day, a month or a year. */

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const FEWEST_MONTHS = 12;
const WHOLE_MONTH = /^\d{4}-(?:0[1-9]|1[0-2])$/;

/** What is only half typed is not asked; a month that there is not is, and the answer says so. */
export function askable(text: string) {
  return /^\d{4}(-\d{2}(-\d{2})?)?$/.test(text) ? text : "";
}

/** What picks such a bound: of a day the browser's picker of days, else that of months. */
export function pickerOf(text: string): "date" | "month" {
  return DAY.test(text) ? "date" : "month";
}

/**
 * @param month YYYY-MM
 * @returns its first and its last day; empty for no month
 */
export function daysOf(month: string): { from: string; to: string } {
  if (!WHOLE_MONTH.test(month)) return { from: "", to: "" };
  const [year = 0, number = 0] = month.split("-").map(Number);
  return {
    from: `${month}-01`,
    to: new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10),
  };
}

/**
 * @param newest a day
 * @param oldest a day that is before it
 * @returns months back from it to that, at least a year, YYYY-MM
 */
export function monthsBack(newest: string, oldest: string = newest): string[] {
  const [year = 0, number = 0] = newest.split("-").map(Number);
  const [first = 0, of = 0] = oldest.split("-").map(Number);
  const length = Math.max(FEWEST_MONTHS, (year - first) * 12 + number - of + 1);
  return Array.from({ length }, (_, back) =>
    new Date(Date.UTC(year, number - 1 - back, 1)).toISOString().slice(0, 7),
  );
}

// @ts-check
/** The bounds of a period, as the API takes them: a day, a month or a year. */

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MONTH = /^(\d{4}-\d{2})?$/;

/** What is only half typed is not asked; a month that there is not is, and the answer says so. @param {string} text */
export function askable(text) {
  return /^\d{4}(-\d{2}(-\d{2})?)?$/.test(text) ? text : "";
}

/** What a field needs to show such a bound, which in an address may be any of the three. @param {string} text */
export function inputOf(text) {
  if (DAY.test(text)) return { type: "date", placeholder: "2026-03-31" };
  return { type: MONTH.test(text) ? "month" : "text", placeholder: "2026-03", pattern: "[0-9]{4}(-[0-9]{2}){0,2}" };
}

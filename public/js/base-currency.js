// @ts-check
/** What an expense is in the account's base currency. */

import { el } from "./dom.js";
import { date, money } from "./format.js";

/** @import { Expense } from "./api.js" */

const RATE_DIGITS = 6;
const shortRate = new Intl.NumberFormat(undefined, { maximumSignificantDigits: RATE_DIGITS });

/**
 * @param {Expense | null} expense
 * @returns {string} its total in the base currency; empty where there is none, or it is in that currency already
 */
export function baseTotal(expense) {
  if (!expense?.base || expense.base.currency === expense.currency) return "";
  return money(expense.base.total, expense.base.currency);
}

/**
 * @param {Expense} expense
 * @returns {HTMLElement | null} the total in the base currency, with the rate, its day and where it was read
 */
export function baseNote(expense) {
  const total = baseTotal(expense);
  if (!expense.base || !total) return null;
  const { rate, rateDate, source } = expense.base;
  const how = `at ${shortRate.format(Number(rate))} of ${date(rateDate)}`;
  return el("span", { class: "field-base", title: `${rate}, read from ${source}` }, `${total} ${how}`);
}

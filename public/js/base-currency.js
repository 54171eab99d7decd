// @ts-check
/** The account's base currency: its setting, and what an expense is in it. */

import { ApiError, getAccount, setBaseCurrency } from "./api.js";
import { byId, el } from "./dom.js";
import { date, money } from "./format.js";
import { notify } from "./notices.js";

/** @import { Expense, Session } from "./api.js" */

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

/**
 * Let an owner choose the base currency in the account's menu.
 *
 * @param {Session} session
 * @param {(error: unknown) => void} onError it could not be read or set
 */
export async function offerBaseCurrency({ user }, onError) {
  if (user.role !== "owner") return;
  const form = byId("base-currency-form", HTMLFormElement);
  const input = byId("base-currency", HTMLInputElement);
  input.value = (await getAccount()).baseCurrency ?? "";
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    choose(input).catch(onError);
  });
  input.addEventListener("input", () => showProblem(input, ""));
}

/** @param {HTMLInputElement} input */
async function choose(input) {
  try {
    const { baseCurrency } = await setBaseCurrency(input.value.trim() || null);
    input.value = baseCurrency ?? "";
    byId("account-menu", HTMLElement).hidePopover();
    const shown = `Expenses are also shown in ${baseCurrency} within minutes, where a rate is known.`;
    notify(baseCurrency ? shown : "Expenses are shown in their own currency only.", { kind: "success" });
  } catch (error) {
    const problem = error instanceof ApiError ? error.fieldErrors[0] : undefined;
    if (!problem) throw error;
    showProblem(input, problem.message);
  }
}

/**
 * @param {HTMLInputElement} input
 * @param {string} text empty for none
 */
function showProblem(input, text) {
  input.setAttribute("aria-invalid", String(text !== ""));
  const place = byId("base-currency-problem", HTMLElement);
  place.textContent = text;
  place.hidden = text === "";
}

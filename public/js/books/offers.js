// @ts-check
/** Which accounts and tax codes of the books are offered for a word: those that fit first, those that cannot be meant not at all. Pure. */

import { t } from "../words.js";

/** @import { BooksChart } from "../api/types.js" */
/** @import { What } from "./mapping-rows.js" */

/** @typedef {BooksChart["accounts"][number]} Account */
/** @typedef {BooksChart["taxCodes"][number]} TaxCode */
/** @typedef {{ value: string, label: string }} Option */

/** @typedef {"cost" | "revenue" | "item" | "money" | "other"} Class of an account, by what the books call its type */

/** @type {[Class, RegExp][]} */
const CLASSES = [
  ["money", /bank|cash|receivable|payable|credit ?card|liab/i],
  ["item", /^item$/i],
  ["cost", /expense|cost|overhead|depreciat/i],
  ["revenue", /revenue|income|sales/i],
];

/** @param {Pick<Account, "type">} account @returns {Class} */
export function classOf({ type }) {
  return CLASSES.find(([, named]) => named.test(type))?.[0] ?? "other";
}

/** @param {What} what @param {BooksChart} chart @returns {Account[]} active ones that can be meant, those that fit first */
export function accountsFor(what, chart) {
  const active = chart.accounts.filter(({ isActive }) => isActive);
  const of = (/** @type {Class[]} */ ...classes) => active.filter((each) => classes.includes(classOf(each)));
  if (what !== "income") return [...of("cost"), ...of("other", "item")];
  // Where there are items, a line of an invoice names one.
  const items = of("item");
  return items.length > 0 ? items : [...of("revenue"), ...of("other")];
}

/** @param {What} what @param {BooksChart} chart @returns {TaxCode[]} active ones of that side */
export function taxCodesFor(what, chart) {
  return chart.taxCodes.filter(({ isActive, ofPurchases, ofSales }) => isActive && (what === "tax" ? ofPurchases : ofSales));
}

/** Whether a line of this word always has tax. @param {string} word of a tax */
function hasTax(word) {
  return word === "other" || Number(word) > 0;
}

/**
 * @param {What} what
 * @param {string} word
 * @param {string | null} code that it has
 * @param {BooksChart} chart
 * @param {boolean} needsTaxCodes
 * @returns {{ label: string, options: Option[] }[]} without empty ones
 */
export function offersFor(what, word, code, chart, needsTaxCodes) {
  const isTax = what === "tax" || what === "output_tax";
  const groups = isTax ? [{ label: "", options: taxOptions(what, word, chart, needsTaxCodes) }] : accountGroups(what, chart);
  const isOffered = !code || groups.some(({ options }) => options.some(({ value }) => value === code));
  return [...(isOffered ? [] : [{ label: "", options: [chosen(code, isTax, chart)] }]), ...groups].filter(({ options }) => options.length > 0);
}

/** @param {What} what @param {string} word @param {BooksChart} chart @param {boolean} needsTaxCodes @returns {Option[]} */
function taxOptions(what, word, chart, needsTaxCodes) {
  const none = what === "tax" && needsTaxCodes && hasTax(word) ? [] : [{ value: "", label: t`No tax code` }];
  return [...none, ...taxCodesFor(what, chart).map(taxOption)];
}

/** @param {What} what @param {BooksChart} chart */
function accountGroups(what, chart) {
  const fits = (/** @type {Account} */ each) => (what === "income" ? ["revenue", "item"] : ["cost"]).includes(classOf(each));
  const all = accountsFor(what, chart);
  const [fitting, others] = [true, false].map((isOf) => all.filter((each) => fits(each) === isOf).map(accountOption));
  return [
    { label: what === "income" ? t`Revenue` : t`Costs`, options: fitting ?? [] },
    { label: t`Other accounts`, options: others ?? [] },
  ];
}

/** What is mapped, although it is not offered. @param {string} code @param {boolean} isTax @param {BooksChart} chart @returns {Option} */
function chosen(code, isTax, chart) {
  const named = isTax ? chart.taxCodes.find((each) => each.code === code && each.isActive) : chart.accounts.find((each) => each.code === code && each.isActive);
  if (!named) return { value: code, label: t`${code} · no longer there` };
  return "number" in named ? accountOption(named) : taxOption(named);
}

/** @param {Account} account @returns {Option} */
function accountOption({ code, number, name }) {
  return { value: code, label: `${number || code} · ${name}` };
}

/** @param {TaxCode} code @returns {Option} */
function taxOption({ code, name }) {
  return { value: code, label: name === code ? name : `${code} · ${name}` };
}

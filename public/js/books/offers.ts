/**
 * Which accounts and tax codes of the books are offered for a word: those that fit first, those
 * that cannot be meant not at all. Pure.
 */

import { t } from "../words.ts";
import type { BooksChart } from "../api/types.d.ts";
import type { What } from "./what.ts";

type Account = BooksChart["accounts"][number];
type TaxCode = BooksChart["taxCodes"][number];
type Option = { value: string; label: string };

/** Of an account, by what the books call its type */
type Class = "cost" | "revenue" | "item" | "money" | "other";

const CLASSES: [Class, RegExp][] = [
  ["money", /bank|cash|receivable|payable|credit ?card|liab/i],
  ["item", /^item$/i],
  ["cost", /expense|cost|overhead|depreciat/i],
  ["revenue", /revenue|income|sales/i],
];

export function classOf({ type }: Pick<Account, "type">): Class {
  return CLASSES.find(([, named]) => named.test(type))?.[0] ?? "other";
}

/** @returns active ones that can be meant, those that fit first */
export function accountsFor(what: What, chart: BooksChart): Account[] {
  const active = chart.accounts.filter(({ isActive }) => isActive);
  const of = (...classes: Class[]) => active.filter((each) => classes.includes(classOf(each)));
  if (what !== "income") return [...of("cost"), ...of("other", "item")];
  // Where there are items, a line of an invoice names one.
  const items = of("item");
  return items.length > 0 ? items : [...of("revenue"), ...of("other")];
}

/** @returns active ones of that side */
export function taxCodesFor(what: What, chart: BooksChart): TaxCode[] {
  return chart.taxCodes.filter(
    ({ isActive, ofPurchases, ofSales }) => isActive && (what === "tax" ? ofPurchases : ofSales),
  );
}

/**
 * Whether a line of this word always has tax.
 *
 * @param word of a tax
 */
function hasTax(word: string) {
  return word === "other" || Number(word) > 0;
}

/**
 * @param code that it has
 * @returns without empty ones
 */
export function offersFor(
  what: What,
  word: string,
  code: string | null,
  chart: BooksChart,
  needsTaxCodes: boolean,
): { label: string; options: Option[] }[] {
  const isTax = what === "tax" || what === "output_tax";
  const groups = isTax
    ? [{ label: "", options: taxOptions(what, word, chart, needsTaxCodes) }]
    : accountGroups(what, chart);
  const isOffered =
    !code || groups.some(({ options }) => options.some(({ value }) => value === code));
  return [
    ...(isOffered ? [] : [{ label: "", options: [chosen(code, isTax, chart)] }]),
    ...groups,
  ].filter(({ options }) => options.length > 0);
}

function taxOptions(what: What, word: string, chart: BooksChart, needsTaxCodes: boolean): Option[] {
  const none =
    what === "tax" && needsTaxCodes && hasTax(word) ? [] : [{ value: "", label: t`No tax code` }];
  return [...none, ...taxCodesFor(what, chart).map(taxOption)];
}

function accountGroups(what: What, chart: BooksChart) {
  const fits = (each: Account) =>
    (what === "income" ? ["revenue", "item"] : ["cost"]).includes(classOf(each));
  const all = accountsFor(what, chart);
  const [fitting, others] = [true, false].map((isOf) =>
    all.filter((each) => fits(each) === isOf).map(accountOption),
  );
  return [
    { label: what === "income" ? t`Revenue` : t`Costs`, options: fitting ?? [] },
    { label: t`Other accounts`, options: others ?? [] },
  ];
}

/** What is mapped, although it is not offered. */
function chosen(code: string, isTax: boolean, chart: BooksChart): Option {
  const named = isTax
    ? chart.taxCodes.find((each) => each.code === code && each.isActive)
    : chart.accounts.find((each) => each.code === code && each.isActive);
  if (!named) return { value: code, label: t`${code} · no longer there` };
  return "number" in named ? accountOption(named) : taxOption(named);
}

function accountOption({ code, number, name }: Account): Option {
  return { value: code, label: `${number || code} · ${name}` };
}

function taxOption({ code, name }: TaxCode): Option {
  return { value: code, label: name === code ? name : `${code} · ${name}` };
}

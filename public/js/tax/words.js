// @ts-check
/** How expenses are taxed, in words; and the days of a tax report as its address has them. */

import { locale, t } from "../words.js";

/** @import { TaxExpense } from "../api/types.js" */

/** @typedef {NonNullable<TaxExpense["treatment"]>} Treatment */
/** @typedef {NonNullable<TaxExpense["open"]>} Reason */
/** @typedef {{ from: string, to: string, each: "month" | "quarter" | "year", country: "" | "DE" | "GB" }} Asked */

/** @type {Record<Treatment, string>} */
export const TREATMENTS = {
  domestic: t`Domestic`,
  eu_services: t`Reverse charge: services from the EU`,
  other_services: t`Reverse charge: services from elsewhere`,
  eu_goods: t`Goods from the EU (acquisition)`,
  import: t`Import: tax paid to customs`,
  foreign_tax: t`Tax of another country`,
  no_tax: t`Without tax`,
};

/** Those on which the company owes the tax itself. @type {Treatment[]} */
export const OWED = ["eu_services", "other_services", "eu_goods"];

/** What is open of an expense, in a few words. @type {Record<Reason, string>} */
export const REASONS = {
  no_exchange_rate: t`No exchange rate`,
  no_tax_lines: t`No tax line`,
  no_tax_rate: t`A tax line without a rate`,
  no_net: t`A tax line without a net amount`,
  sum_differs: t`Tax lines do not add up`,
  seller_abroad: t`Seller in another country`,
  reverse_charge: t`Reverse charge, by the document`,
  eu_supply: t`Goods from the EU, by the document`,
  export_supply: t`Export to you, by the document`,
  outside_of_vat: t`Outside of VAT, by the document`,
  other_tax: t`Tax of the Canary Islands, Ceuta or Melilla`,
  other_rate: t`A rate your country does not have`,
  tax_charged: t`Tax is charged, and owed too`,
};

/** @type {{ value: Asked["each"], label: string }[]} */
export const PERIODS = [
  { value: "month", label: t`Month` },
  { value: "quarter", label: t`Quarter` },
  { value: "year", label: t`Year` },
];

/** @type {{ value: Asked["country"], label: string }[]} */
export const COUNTRIES = [
  { value: "", label: t`By your tax number` },
  { value: "DE", label: t`Germany` },
  { value: "GB", label: t`United Kingdom` },
];

/** What an address asks for; without days, this quarter. @param {URLSearchParams} query @returns {Asked} */
export function askedIn(query, today = new Date()) {
  const [first, last] = quarterOf(today);
  return {
    from: query.get("from") || first,
    to: query.get("to") || last,
    each: PERIODS.find(({ value }) => value === query.get("each"))?.value ?? "month",
    country: COUNTRIES.find(({ value }) => value === query.get("country"))?.value ?? "",
  };
}

/** Its first and last month. @param {Date} day @returns {[string, string]} */
function quarterOf(day) {
  const first = day.getMonth() - (day.getMonth() % 3);
  const month = (/** @type {number} */ number) => `${day.getFullYear()}-${String(number + 1).padStart(2, "0")}`;
  return [month(first), month(first + 2)];
}

/**
 * The parameters of the API; null while a bound is only half typed.
 *
 * @param {Asked} asked
 */
export function queryOf({ from, to, each, country }) {
  const [first, last] = [boundOf(from, false), boundOf(to, true)];
  return first && last ? { from: first, to: last, each, country: country || undefined } : null;
}

/** A day, the first or last of a month or year. @param {string} text @param {boolean} isLast */
function boundOf(text, isLast) {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return text;
  if (/^\d{4}$/.test(text)) return `${text}-${isLast ? "12-31" : "01-01"}`;
  const [, year, month] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(text) ?? [];
  if (!year || !month) return null;
  return isLast ? new Date(Date.UTC(Number(year), Number(month), 0)).toISOString().slice(0, 10) : `${text}-01`;
}

/** An address with what is asked for; what is empty is left out. @param {string} path @param {Record<string, string | undefined>} asked */
export function addressOf(path, asked) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(asked)) if (value) query.set(name, value);
  return `${path}?${query}`;
}

const monthName = new Intl.DateTimeFormat(locale, { month: "long", year: "numeric", timeZone: "UTC" });

/** A period by its name: 2026-03, 2026-Q1 or 2026. @param {string} period */
export function periodName(period) {
  const [year, part] = period.split("-");
  if (!part) return period;
  return part.startsWith("Q") ? t`Quarter ${part.slice(1)} of ${year}` : monthName.format(new Date(`${period}-01T00:00:00Z`));
}

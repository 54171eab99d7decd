/** How expenses are taxed, in words; and the days of a tax report as its address has them. */

import { counted } from "../format.ts";
import { locale, t } from "../words.ts";
import type { TaxExpense, TaxSale } from "../api/types.d.ts";

export type Treatment = NonNullable<TaxExpense["treatment"]>;
export type Reason = NonNullable<TaxExpense["open"]>;
type Law = NonNullable<TaxExpense["law"]>;
export type Asked = {
  from: string;
  to: string;
  each: "month" | "quarter" | "year";
  country: "" | "DE" | "GB";
};

export const TREATMENTS: Record<Treatment, string> = {
  domestic: t`Domestic`,
  eu_services: t`Reverse charge: services from the EU`,
  other_services: t`Reverse charge: services from elsewhere`,
  domestic_reverse: t`Reverse charge: from a firm at home`,
  eu_goods: t`Goods from the EU (acquisition)`,
  import: t`Import: tax paid to customs`,
  foreign_tax: t`Tax of another country`,
  no_tax: t`Without tax`,
};

/** How what was charged is taxed. */
export const SALES: Record<TaxSale["treatment"], string> = {
  taxed: t`Domestic`,
  eu_services: t`To firms in the EU, which owe the tax`,
  domestic_reverse: t`To firms at home, which owe the tax`,
  abroad: t`Supplied abroad`,
  outside: t`Not subject to VAT`,
  exempt: t`Exempt from VAT`,
  small_business: t`Small business`,
  disbursed: t`In the client’s name`,
};

/** Those on which the company owes the tax itself. */
export const OWED: Treatment[] = ["eu_services", "other_services", "domestic_reverse", "eu_goods"];

/** What is open of an expense, in a few words. */
export const REASONS: Record<Reason, string> = {
  no_exchange_rate: t`No exchange rate`,
  no_tax_lines: t`No tax line`,
  no_tax_rate: t`A tax line without a rate`,
  no_net: t`A tax line without a net amount`,
  sum_differs: t`Tax lines do not add up`,
  seller_abroad: t`Seller in another country`,
  seller_unknown: t`No tax, and the seller's country is not known`,
  reverse_charge: t`Reverse charge, by the document`,
  eu_supply: t`Goods from the EU, by the document`,
  export_supply: t`Export to you, by the document`,
  outside_of_vat: t`Outside of VAT, by the document`,
  other_tax: t`Tax of the Canary Islands, Ceuta or Melilla`,
  other_currency: t`A currency your country does not have`,
  other_rate: t`A rate your country does not have`,
  tax_charged: t`Tax is charged, and owed too`,
  ie_lodging: t`Accommodation: for a conference?`,
  ie_fuel: t`Fuel and vehicles: petrol, diesel or a car?`,
  ie_travel: t`Travel: food or accommodation?`,
  ie_no_category: t`No category`,
  de_gifts: t`Gifts: above the limit?`,
  at_car: t`Vehicles: deductible?`,
  at_entertainment: t`Entertainment: for advertising?`,
  gb_entertainment: t`Entertainment: of whom?`,
  partly_by_law: t`Some parts are not deductible`,
};

/** Why tax is not deducted, whatever a receipt says. */
export const LAWS: Record<Law, string> = {
  ie_food: t`Food and drink: not deductible by law`,
  ie_entertainment: t`Entertainment: not deductible by law`,
};

export const PERIODS: { value: Asked["each"]; label: string }[] = [
  { value: "month", label: t`Month` },
  { value: "quarter", label: t`Quarter` },
  { value: "year", label: t`Year` },
];

export const COUNTRIES: { value: Asked["country"]; label: string }[] = [
  { value: "", label: t`Your country` },
  { value: "DE", label: t`Germany` },
  { value: "GB", label: t`United Kingdom` },
];

/** What an address asks for; without days, this quarter. */
export function askedIn(query: URLSearchParams, today = new Date()): Asked {
  const [first, last] = quarterOf(today);
  return {
    from: query.get("from") || first,
    to: query.get("to") || last,
    each: PERIODS.find(({ value }) => value === query.get("each"))?.value ?? "month",
    country: COUNTRIES.find(({ value }) => value === query.get("country"))?.value ?? "",
  };
}

/** Its first and last month. */
function quarterOf(day: Date): [string, string] {
  const first = day.getMonth() - (day.getMonth() % 3);
  const month = (number: number) => `${day.getFullYear()}-${String(number + 1).padStart(2, "0")}`;
  return [month(first), month(first + 2)];
}

/** The parameters of the API; null while a bound is only half typed. */
export function queryOf({ from, to, each, country }: Asked) {
  const [first, last] = [boundOf(from, false), boundOf(to, true)];
  return first && last ? { from: first, to: last, each, country: country || undefined } : null;
}

/** A day, the first or last of a month or year. */
function boundOf(text: string, isLast: boolean) {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return text;
  if (/^\d{4}$/.test(text)) return `${text}-${isLast ? "12-31" : "01-01"}`;
  const [, year, month] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(text) ?? [];
  if (!year || !month) return null;
  return isLast
    ? new Date(Date.UTC(Number(year), Number(month), 0)).toISOString().slice(0, 10)
    : `${text}-01`;
}

/** An address with what is asked for; what is empty is left out. */
export function addressOf(path: string, asked: Record<string, string | undefined>) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(asked)) if (value) query.set(name, value);
  return `${path}?${query}`;
}

const monthName = new Intl.DateTimeFormat(locale, {
  month: "long",
  year: "numeric",
  timeZone: "UTC",
});

/**
 * What gives several expenses one answer.
 *
 * @param isAll whether no others need that answer
 */
export function foreignTaxFor(count: number, isAll: boolean) {
  const expenses = counted(count, "expense");
  return isAll
    ? t`Tax of another country: ${expenses} …`
    : t`Tax of another country: the first ${expenses} …`;
}

/** A period by its name: 2026-03, 2026-Q1 or 2026. */
export function periodName(period: string) {
  const [year, part] = period.split("-");
  if (!part) return period;
  return part.startsWith("Q")
    ? t`Quarter ${part.slice(1)} of ${year}`
    : monthName.format(new Date(`${period}-01T00:00:00Z`));
}

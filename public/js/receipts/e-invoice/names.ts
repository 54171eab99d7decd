/** What the codes of an e-invoice mean, and its values as they are shown. */

import { date, money, UNKNOWN } from "../../format.ts";
import { locale, t } from "../../words.ts";
import type { Invoice, Period, References, Vat } from "./invoice.ts";
import type { Fault } from "./xml.ts";

/** UNTDID 1001: those that EN 16931's list has beside the common one. */
const TYPES: Record<string, string> = {
  "325": t`Proforma invoice`,
  "326": t`Partial invoice`,
  "380": t`Invoice`,
  "381": t`Credit note`,
  "384": t`Corrected invoice`,
  "386": t`Prepayment invoice`,
  "389": t`Self-billed invoice`,
  "261": t`Self-billed credit note`,
  "875": t`Partial construction invoice`,
  "876": t`Partial final construction invoice`,
  "877": t`Final construction invoice`,
};

/** UNTDID 5305 */
const CATEGORIES: Record<string, string> = {
  S: t`VAT`,
  Z: t`Zero rated`,
  E: t`Exempt from VAT`,
  AE: t`Reverse charge`,
  K: t`Intra-community supply`,
  G: t`Export outside the EU`,
  O: t`Outside the scope of VAT`,
  L: t`IGIC of the Canary Islands`,
  M: t`IPSI of Ceuta and Melilla`,
};

/** UN/ECE Recommendation 20 and 21: the common ones. Others are shown as their code. */
const UNITS: Record<string, string> = {
  C62: t`pcs`,
  H87: t`pcs`,
  EA: t`pcs`,
  NAR: t`pcs`,
  XPP: t`pcs`,
  SET: t`sets`,
  LS: t`lump sum`,
  MIN: "min",
  HUR: "h",
  DAY: t`days`,
  WEE: t`weeks`,
  MON: t`months`,
  ANN: t`years`,
  MMT: "mm",
  CMT: "cm",
  MTR: "m",
  KMT: "km",
  MTK: "m²",
  MTQ: "m³",
  GRM: "g",
  KGM: "kg",
  TNE: "t",
  MLT: "ml",
  LTR: "l",
  KWH: "kWh",
  P1: "%",
};

/** UNTDID 4461 */
const MEANS: Record<string, string> = {
  "10": t`Cash`,
  "20": t`Cheque`,
  "30": t`Credit transfer`,
  "31": t`Debit transfer`,
  "42": t`Payment to a bank account`,
  "48": t`Bank card`,
  "49": t`Direct debit`,
  "54": t`Credit card`,
  "55": t`Debit card`,
  "57": t`Standing agreement`,
  "58": t`SEPA credit transfer`,
  "59": t`SEPA direct debit`,
  "68": t`Online payment`,
  "97": t`Clearing between partners`,
};

/** BT-10 to BT-19 */
export const REFERENCE_LABELS: [keyof References, string][] = [
  ["buyerReference", t`Buyer reference`],
  ["order", t`Purchase order`],
  ["salesOrder", t`Seller's order`],
  ["contract", t`Contract`],
  ["project", t`Project`],
  ["despatch", t`Delivery note`],
  ["receiving", t`Goods receipt`],
  ["tender", t`Tender or lot`],
  ["object", t`Invoiced object`],
  ["accounting", t`Buyer's accounting reference`],
];

const FAULTS: Record<Fault, string> = {
  encoding: t`The signs of this XML cannot be read, so it is not shown here.`,
  malformed: t`This XML is broken, so it is not shown here.`,
  doctype: t`This XML has a document type (DOCTYPE), which no e-invoice has, so it is not shown here.`,
  large: t`This XML is too large to be shown here.`,
  unknown: t`Only invoices in UBL and CII are shown here. This is another XML.`,
};

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)$/;
const MOST_DECIMALS = 20;

/** A file may name what every object has, such as "constructor". */
function named(names: Record<string, string>, code: string): string | undefined {
  return Object.hasOwn(names, code) ? names[code] : undefined;
}

export function faultInWords(fault: Fault) {
  return FAULTS[fault];
}

export function typeInWords({ type, isCreditNote }: Invoice) {
  return named(TYPES, type) ?? (isCreditNote ? t`Credit note` : t`Invoice`);
}

export function unitInWords(code: string) {
  return named(UNITS, code) ?? code;
}

export function meansInWords(code: string) {
  return named(MEANS, code) ?? (code ? t`Payment by the code ${code}` : "");
}

/** @returns "19% VAT", "Reverse charge", or empty where neither is said */
export function vatInWords({ category, rate }: Vat) {
  const name = named(CATEGORIES, category) ?? category;
  const isRate = category === "S" || category === "L" || category === "M" || category === "";
  if (!isRate || !rate) return name;
  return `${numberInWords(rate)} % ${name || t`VAT`}`;
}

/** All decimals are shown but zeros at the end; what is no number stays as it is. */
export function numberInWords(text: string) {
  if (!DECIMAL.test(text)) return text;
  return new Intl.NumberFormat(locale, { maximumFractionDigits: MOST_DECIMALS }).format(
    text as any,
  );
}

/** An amount is never rounded: a price may have more decimals than its currency. */
export function amountInWords(text: string, currency: string) {
  if (!DECIMAL.test(text)) return text;
  const decimals = (text.split(".")[1] ?? "").replace(/0+$/, "").length;
  if (!/^[A-Z]{3}$/.test(currency)) return numberInWords(text);
  const format = new Intl.NumberFormat(locale, { style: "currency", currency });
  const usual = format.resolvedOptions().maximumFractionDigits ?? 2;
  if (decimals <= usual) return money(plain(text), currency);
  const maximumFractionDigits = Math.min(decimals, MOST_DECIMALS);
  const exact = { style: "currency", currency, maximumFractionDigits } as const;
  return new Intl.NumberFormat(locale, exact).format(text as any);
}

/** @returns as the API writes a decimal: "+.5" is "0.5", "5." is "5" */
function plain(text: string) {
  return text
    .replace(/^\+/, "")
    .replace(/^(-?)\./, "$10.")
    .replace(/\.$/, "");
}

/** @returns a day that is none is shown as it stands in the file */
export function dayInWords(text: string) {
  const shown = date(text);
  return shown === UNKNOWN ? text : shown;
}

export function periodInWords({ from, to }: Period) {
  if (!from && !to) return "";
  if (!to) return t`beginning ${dayInWords(from)}`;
  if (!from) return t`until ${dayInWords(to)}`;
  return from === to ? dayInWords(from) : `${dayInWords(from)} – ${dayInWords(to)}`;
}

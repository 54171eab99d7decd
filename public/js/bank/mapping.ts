/** Which column of a bank's CSV is what, while a person changes it. Pure. */

import { t } from "../words.ts";

/** As the API proposes and takes it: see CsvMapping. Columns are named by their headers. */
export type Mapping = Record<string, any> & {
  fingerprint: string;
  text: string[];
  order: string;
  decimal: string;
  isSure: boolean;
  currencyCode: string | null;
  chargesApart: boolean;
  purchasesPositive: boolean;
  balanceIsOwed: boolean;
  encoding: string | null;
  doubts: string[];
};

/** What a column may be. `text` may be several. */
export const MEANINGS: [field: string, label: string][] = [
  ["bookedOn", t`Booking day`],
  ["valuedOn", t`Value day`],
  ["amount", t`Amount, with its sign`],
  ["debit", t`Debit: money out`],
  ["credit", t`Credit: money in`],
  ["mark", t`Mark of debit or credit`],
  ["balance", t`Balance after it`],
  ["currency", t`Currency`],
  ["name", t`Payee or payer`],
  ["payer", t`Payer, of money in`],
  ["payee", t`Payee, of money out`],
  ["account", t`Their IBAN or number`],
  ["bank", t`Their bank (BIC)`],
  ["text", t`Text`],
  ["ownAccount", t`Own account's number`],
  ["bankReference", t`The bank's reference`],
  ["endToEnd", t`End-to-end reference`],
  ["mandate", t`Mandate`],
  ["code", t`Kind of entry`],
  ["status", t`Booked or pending`],
  ["charges", t`Charges`],
  ["foreignAmount", t`Amount in another currency`],
  ["foreignCurrency", t`That currency`],
  ["rate", t`Exchange rate`],
];

/** How days and decimals are written. */
export const ORDERS = [
  { value: "dmy", label: t`Day, month, year` },
  { value: "mdy", label: t`Month, day, year` },
  { value: "ymd", label: t`Year, month, day` },
];
export const DECIMALS = [
  { value: ",", label: t`A comma: 1.234,50` },
  { value: ".", label: t`A point: 1,234.50` },
];

/** What a text may be in: see Encoding of the API. Empty: its content tells. */
export const ENCODINGS = [
  { value: "", label: t`What its letters tell` },
  { value: "utf-8", label: t`UTF-8` },
  { value: "utf-16", label: t`UTF-16` },
  { value: "windows-1252", label: t`Windows, Western Europe (1252)` },
  { value: "windows-1250", label: t`Windows, Central Europe (1250)` },
  { value: "windows-1251", label: t`Windows, Cyrillic (1251)` },
  { value: "windows-1253", label: t`Windows, Greek (1253)` },
  { value: "windows-1254", label: t`Windows, Turkish (1254)` },
  { value: "windows-1257", label: t`Windows, Baltic (1257)` },
  { value: "iso-8859-1", label: t`ISO 8859-1` },
  { value: "iso-8859-2", label: t`ISO 8859-2` },
  { value: "iso-8859-15", label: t`ISO 8859-15` },
  { value: "cp437", label: t`DOS 437` },
  { value: "cp850", label: t`DOS, Western Europe (850)` },
  { value: "cp852", label: t`DOS, Central Europe (852)` },
  { value: "cp866", label: t`DOS, Cyrillic (866)` },
  { value: "koi8-r", label: t`KOI8-R` },
  { value: "macintosh", label: t`Mac OS Roman` },
];

/** Why a person is asked to compare: see doubts of the API. */
export const DOUBTS: Record<string, string> = {
  order: t`The order of day and month could be another one.`,
  decimal: t`The sign before the decimals could be another one.`,
  signs: t`Nothing proves which rows are money out. Compare the sums with the bank's statement.`,
};

/** @returns its field; empty where it is not read */
export function meaningOf(mapping: Mapping, column: string): string {
  if (mapping.text.includes(column)) return "text";
  return MEANINGS.find(([field]) => field !== "text" && mapping[field] === column)?.[0] ?? "";
}

/**
 * @param field empty where it is not read
 * @returns in which another column that was the same is not read any more
 */
export function withMeaning(mapping: Mapping, column: string, field: string): Mapping {
  const now: Mapping = { ...mapping, text: mapping.text.filter((each) => each !== column) };
  for (const [each] of MEANINGS) if (each !== "text" && now[each] === column) now[each] = null;
  if (field === "text") now.text = [...now.text, column];
  else if (field) now[field] = column;
  return now;
}

/** @returns what is needed and not said, as a sentence */
export function missingIn({ bookedOn, valuedOn, amount, debit, credit }: Mapping): string | null {
  if (!bookedOn && !valuedOn) return t`Say which column is the booking day.`;
  if (!amount && !(debit && credit))
    return t`Say which column is the amount, or which are debit and credit.`;
  return null;
}

/**
 * @returns what would be read: the day as YYYY-MM-DD
 * and the amount as a decimal string, or each as it is written where it does not fit
 */
export function readBy(
  mapping: Mapping,
  columns: string[],
  row: string[],
): { day: string; amount: string; currency: string; name: string; text: string } {
  const cell = (column: string | null) => (column ? (row[columns.indexOf(column)] ?? "") : "");
  const { order, decimal } = mapping;
  const debit = amountBy(decimal, cell(mapping.debit));
  const printed = mapping.amount
    ? amountBy(decimal, cell(mapping.amount))
    : debit
      ? `-${debit.replace(/^-/, "")}`
      : amountBy(decimal, cell(mapping.credit));
  const moved = mapping.purchasesPositive ? turned(printed) : printed;
  const mark = mapping.amount ? cell(mapping.mark) : "";
  const name = cell(mapping[moved.startsWith("-") ? "payee" : "payer"]) || cell(mapping.name);
  return {
    day: dayBy(order, cell(mapping.bookedOn ?? mapping.valuedOn)),
    amount: [moved, mark].filter(Boolean).join(" "),
    currency: cell(mapping.currency) || (mapping.currencyCode ?? ""),
    name,
    text: mapping.text.map(cell).filter(Boolean).join(" "),
  };
}

/**
 * @param amount a decimal, or a text that is none
 * @returns with the other sign
 */
function turned(amount: string): string {
  if (!DECIMAL.test(amount)) return amount;
  return amount.startsWith("-") ? amount.slice(1) : `-${amount}`;
}

/**
 * @returns what goes out and comes in by some rows, as decimals without a sign; marks and states
 * are left to the API
 */
export function totalsBy(
  mapping: Mapping,
  columns: string[],
  rows: string[][],
): { out: number; in: number } {
  const amounts = rows
    .map((row) => readBy(mapping, columns, row).amount)
    .filter((amount) => DECIMAL.test(amount))
    .map(Number);
  const sum = (some: number[]) => Math.abs(some.reduce((total, each) => total + each, 0));
  return {
    out: sum(amounts.filter((each) => each < 0)),
    in: sum(amounts.filter((each) => each > 0)),
  };
}

const DECIMAL = /^-?\d+(?:\.\d+)?$/;

/** @param order such as "dmy" */
function dayBy(order: string, text: string) {
  const parts = text.match(/^\s*(\d{1,4})[^\d](\d{1,2})[^\d](\d{1,4})(?!\d)/)?.slice(1);
  if (!parts) return text;
  // A year of four digits at the beginning is one, whatever is said of the others.
  const at = (letter: string) =>
    parts[(parts[0]?.length === 4 ? "ymd" : order).indexOf(letter)] ?? "";
  const [year, month, day] = [
    at("y").length === 2 ? `20${at("y")}` : at("y"),
    at("m").padStart(2, "0"),
    at("d").padStart(2, "0"),
  ];
  const iso = `${year}-${month}-${day}`;
  const read = new Date(`${iso}T00:00:00Z`);
  return !Number.isNaN(read.getTime()) && read.toISOString().startsWith(iso) ? iso : text;
}

function amountBy(decimal: string, text: string) {
  const plain = text
    .replaceAll(/[\s\u00a0\u202f'’+]/g, "")
    .replace("−", "-")
    .replaceAll(decimal === "," ? "." : ",", "")
    .replace(decimal, ".");
  return DECIMAL.test(plain) ? plain : text;
}

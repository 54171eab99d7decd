// @ts-check
/** Which column of a bank's CSV is what, while a person changes it. Pure. */

/**
 * As the API proposes and takes it: see CsvMapping. Columns are named by their headers.
 *
 * @typedef {Record<string, any> & { fingerprint: string, text: string[], order: string, decimal: string, isSure: boolean, currencyCode: string | null, chargesApart: boolean }} Mapping
 */

/** What a column may be. `text` may be several. @type {[field: string, label: string][]} */
export const MEANINGS = [
  ["bookedOn", "Booking day"],
  ["valuedOn", "Value day"],
  ["amount", "Amount, with its sign"],
  ["debit", "Debit: money out"],
  ["credit", "Credit: money in"],
  ["mark", "Mark of debit or credit"],
  ["balance", "Balance after it"],
  ["currency", "Currency"],
  ["name", "Payee or payer"],
  ["account", "Their IBAN or number"],
  ["bank", "Their bank (BIC)"],
  ["text", "Text"],
  ["ownAccount", "Own account's number"],
  ["bankReference", "The bank's reference"],
  ["endToEnd", "End-to-end reference"],
  ["mandate", "Mandate"],
  ["code", "Kind of entry"],
  ["status", "Booked or pending"],
  ["charges", "Charges"],
  ["foreignAmount", "Amount in another currency"],
  ["foreignCurrency", "That currency"],
  ["rate", "Exchange rate"],
];

/** How days and decimals are written. */
export const ORDERS = [
  { value: "dmy", label: "Day, month, year" },
  { value: "mdy", label: "Month, day, year" },
  { value: "ymd", label: "Year, month, day" },
];
export const DECIMALS = [
  { value: ",", label: "A comma: 1.234,50" },
  { value: ".", label: "A point: 1,234.50" },
];

/**
 * @param {Mapping} mapping
 * @param {string} column
 * @returns {string} its field; empty where it is not read
 */
export function meaningOf(mapping, column) {
  if (mapping.text.includes(column)) return "text";
  return MEANINGS.find(([field]) => field !== "text" && mapping[field] === column)?.[0] ?? "";
}

/**
 * @param {Mapping} mapping
 * @param {string} column
 * @param {string} field empty where it is not read
 * @returns {Mapping} in which another column that was the same is not read any more
 */
export function withMeaning(mapping, column, field) {
  /** @type {Mapping} */
  const now = { ...mapping, text: mapping.text.filter((each) => each !== column) };
  for (const [each] of MEANINGS) if (each !== "text" && now[each] === column) now[each] = null;
  if (field === "text") now.text = [...now.text, column];
  else if (field) now[field] = column;
  return now;
}

/**
 * @param {Mapping} mapping
 * @returns {string | null} what is needed and not said, as a sentence
 */
export function missingIn({ bookedOn, valuedOn, amount, debit, credit }) {
  if (!bookedOn && !valuedOn) return "Say which column is the booking day.";
  if (!amount && !(debit && credit)) return "Say which column is the amount, or which are debit and credit.";
  return null;
}

/**
 * @param {Mapping} mapping
 * @param {string[]} columns
 * @param {string[]} row
 * @returns {{ day: string, amount: string, name: string, text: string }} the cells that would be read, as they are written
 */
export function readBy(mapping, columns, row) {
  const cell = (/** @type {string | null} */ column) => (column ? (row[columns.indexOf(column)] ?? "") : "");
  const moved = mapping.amount ? [cell(mapping.amount), cell(mapping["mark"])] : [cell(mapping["debit"]) && `− ${cell(mapping["debit"])}`, cell(mapping["credit"])];
  return {
    day: cell(mapping["bookedOn"] ?? mapping["valuedOn"]),
    amount: [...moved, mapping["currency"] ? cell(mapping["currency"]) : mapping.currencyCode].filter(Boolean).join(" "),
    name: cell(mapping["name"]),
    text: mapping.text.map(cell).filter(Boolean).join(" "),
  };
}

// @ts-check
/** What people call the formats, and which options of a profile each takes. */

/** @import { FormatName } from "../api/types.js" */

/** Formats that need no profile. @type {{ value: FormatName, label: string }[]} */
export const FORMATS = [
  { value: "csv", label: "CSV, for spreadsheets" },
  { value: "xlsx", label: "Excel (XLSX)" },
  { value: "pdf", label: "PDF report with pictures" },
  { value: "zip", label: "ZIP with the originals" },
  { value: "quickbooks", label: "QuickBooks Online (bank CSV)" },
  { value: "xero-statement", label: "Xero (bank statement)" },
  { value: "hledger", label: "hledger" },
  { value: "beancount", label: "beancount" },
  { value: "jsonl", label: "JSON Lines, for programs" },
];

/** Formats that a profile can be for. @type {{ value: FormatName, label: string }[]} */
export const WITH_PROFILE = [
  { value: "datev", label: "DATEV (batch of bookings)" },
  { value: "xero-bills", label: "Xero (bills)" },
  { value: "csv", label: "CSV" },
  { value: "xlsx", label: "Excel (XLSX)" },
  { value: "pdf", label: "PDF report with pictures" },
  { value: "quickbooks", label: "QuickBooks Online (bank CSV)" },
  { value: "xero-statement", label: "Xero (bank statement)" },
];

/** @typedef {"columns" | "rows" | "delimiter" | "decimalMark" | "dateForm" | "codings" | "contraAccount" | "datev"} Option */

/** `codings` stands for those of other categories too. @type {Record<string, Option[]>} */
export const TAKES = {
  csv: ["columns", "rows", "delimiter", "decimalMark", "dateForm", "codings"],
  xlsx: ["columns", "rows", "codings"],
  pdf: ["decimalMark", "dateForm"],
  quickbooks: ["dateForm"],
  "xero-statement": ["dateForm"],
  "xero-bills": ["dateForm", "codings"],
  datev: ["datev", "contraAccount", "codings"],
};

/** @type {Record<string, string>} */
const NAMES = {
  ...{ csv: "CSV", xlsx: "Excel", jsonl: "JSON Lines", zip: "ZIP", quickbooks: "QuickBooks" },
  ...{ datev: "DATEV", "xero-bills": "Xero bills", "xero-statement": "Xero statement", pdf: "PDF report" },
};

/** @param {string} format @returns {string} */
export const formatName = (format) => NAMES[format] ?? format;

/** Headings that a file has unless a profile chooses others, in their order. */
export const COLUMNS = [
  ...["Date", "Merchant", "Registered name", "Total", "Tax", "Currency", "Category", "Kind", "Number", "Due date"],
  ...["Amount due", "Buyer", "Base currency", "Base total", "Base tax", "Rate", "Rate date", "Note", "Project", "Client"],
  ...["Payment method", "Paid by", "File", "Expense", "Receipt", "Corrects", "After closing"],
];

/** Headings that stand only where a profile asks for them. */
export const CHOSEN = ["Account", "Tax code", "Cost centre", "Part"];

// @ts-check
/** What people call the formats, and which options of a profile each takes. */

import { t } from "../words.js";

/** @import { FormatName } from "../api/types.js" */

/** Formats that need no profile. @type {{ value: FormatName, label: string }[]} */
export const FORMATS = [
  { value: "csv", label: t`CSV, for spreadsheets` },
  { value: "xlsx", label: t`Excel (XLSX)` },
  { value: "pdf", label: t`PDF report with pictures` },
  { value: "zip", label: t`ZIP with the originals` },
  { value: "package", label: t`Annual package for the tax adviser (ZIP)` },
  { value: "datev-documents", label: t`DATEV documents (ZIP for Belegtransfer)` },
  { value: "quickbooks", label: t`QuickBooks Online (bank CSV)` },
  { value: "xero-statement", label: t`Xero (bank statement)` },
  { value: "hledger", label: "hledger" },
  { value: "beancount", label: "beancount" },
  { value: "jsonl", label: t`JSON Lines, for programs` },
];

/** Formats that a profile can be for. @type {{ value: FormatName, label: string }[]} */
export const WITH_PROFILE = [
  { value: "datev", label: t`DATEV (batch of bookings)` },
  { value: "xero-bills", label: t`Xero (bills)` },
  { value: "csv", label: "CSV" },
  { value: "xlsx", label: t`Excel (XLSX)` },
  { value: "pdf", label: t`PDF report with pictures` },
  { value: "quickbooks", label: t`QuickBooks Online (bank CSV)` },
  { value: "xero-statement", label: t`Xero (bank statement)` },
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
  ...{ csv: "CSV", xlsx: t`Excel`, jsonl: t`JSON Lines`, zip: "ZIP", package: t`Annual package`, quickbooks: t`QuickBooks` },
  ...{ datev: "DATEV", "datev-documents": t`DATEV documents`, "xero-bills": t`Xero bills`, "xero-statement": t`Xero statement`, pdf: t`PDF report` },
};

/** @param {string} format @returns {string} */
export const formatName = (format) => NAMES[format] ?? format;

/** What people call the formats, and which options of a profile each takes. */

import { t } from "../words.ts";
import type { FormatName } from "../api/types.d.ts";

/** Formats that need no profile. */
export const FORMATS: { value: FormatName; label: string }[] = [
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

/** Formats that a profile can be for. */
export const WITH_PROFILE: { value: FormatName; label: string }[] = [
  { value: "datev", label: t`DATEV (batch of bookings)` },
  { value: "xero-bills", label: t`Xero (bills)` },
  { value: "csv", label: "CSV" },
  { value: "xlsx", label: t`Excel (XLSX)` },
  { value: "pdf", label: t`PDF report with pictures` },
  { value: "quickbooks", label: t`QuickBooks Online (bank CSV)` },
  { value: "xero-statement", label: t`Xero (bank statement)` },
];

export type Option =
  | "columns"
  | "rows"
  | "delimiter"
  | "decimalMark"
  | "dateForm"
  | "codings"
  | "contraAccount"
  | "datev";

/** `codings` stands for those of other categories too. */
export const TAKES: Record<string, Option[]> = {
  csv: ["columns", "rows", "delimiter", "decimalMark", "dateForm", "codings"],
  xlsx: ["columns", "rows", "codings"],
  pdf: ["decimalMark", "dateForm"],
  quickbooks: ["dateForm"],
  "xero-statement": ["dateForm"],
  "xero-bills": ["dateForm", "codings"],
  datev: ["datev", "contraAccount", "codings"],
};

const NAMES: Record<FormatName, string> = {
  csv: "CSV",
  xlsx: t`Excel`,
  jsonl: t`JSON Lines`,
  quickbooks: t`QuickBooks`,
  hledger: "hledger",
  beancount: "beancount",
  datev: "DATEV",
  "datev-documents": t`DATEV documents`,
  "xero-bills": t`Xero bills`,
  "xero-statement": t`Xero statement`,
  zip: "ZIP",
  package: t`Annual package`,
  pdf: t`PDF report`,
};

const isFormat = (name: string): name is FormatName => Object.hasOwn(NAMES, name);

export const formatName = (format: string): string => (isFormat(format) ? NAMES[format] : format);

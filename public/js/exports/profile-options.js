// @ts-check
/** A profile as its form has it, and as the API has it. */

import { TAKES } from "./formats.js";
import { t } from "../words.js";

/** @import { Coding as Booked, Profile } from "../api/types.js" */

/** @typedef {{ account: string, taxCode: string, costCentre: string, accountIsAutomatic?: boolean }} Coding */

const NO_CODING = { account: "", taxCode: "", costCentre: "" };
const FIRST = {
  ...{ name: "", format: "datev", consultant: "", client: "", yearBegin: "01-01", accountLength: "4", contra: "" },
  ...{ delimiter: ",", mark: ".", days: t`YYYY-MM-DD` },
  rows: "part",
  columns: /** @type {string[]} */ ([]),
  codings: /** @type {Record<string, Coding>} */ ({}),
  other: /** @type {Coding} */ (NO_CODING),
};

/** @typedef {typeof FIRST} Values */

/** What Xero and QuickBooks take where nothing else is said. @type {Record<string, string>} */
const USUAL_DAYS = { quickbooks: t`MM/DD/YYYY`, "xero-bills": t`DD/MM/YYYY`, "xero-statement": t`DD/MM/YYYY` };

/** @param {string} format @returns {string} */
export const usualDays = (format) => USUAL_DAYS[format] ?? t`YYYY-MM-DD`;

/** @param {Profile | null} profile null for a new one @returns {Values} */
export function valuesOf(profile) {
  if (!profile) return FIRST;
  const { name, format, options } = profile;
  const { columns, rows, delimiter, decimalMark, dateForm, codings, other, contraAccount, datev } = options;
  return {
    ...{ name, format, columns: columns ?? [], rows: rows ?? FIRST.rows, delimiter: delimiter ?? ",", mark: decimalMark ?? "." },
    ...{ days: dateForm ?? usualDays(format), contra: contraAccount ?? "", other: typed(other) },
    codings: Object.fromEntries(Object.entries(codings ?? {}).map(([category, coding]) => [category, typed(coding)])),
    consultant: String(datev?.consultant ?? ""),
    client: String(datev?.client ?? ""),
    yearBegin: datev?.fiscalYearBegin ?? FIRST.yearBegin,
    accountLength: String(datev?.accountLength ?? FIRST.accountLength),
  };
}

/** Only what the format takes. @param {Values} values @returns {Record<string, any>} */
export function optionsOf(values) {
  const codings = Object.entries(values.codings).flatMap(([category, coding]) => {
    const sent = given(coding);
    return Object.values(sent).some(Boolean) ? [[category, sent]] : [];
  });
  /** @type {Record<string, any>} */
  const all = {
    columns: values.columns.length > 0 ? { columns: values.columns } : {},
    rows: { rows: values.rows },
    delimiter: { delimiter: values.delimiter },
    decimalMark: { decimalMark: values.mark },
    dateForm: { dateForm: values.days },
    codings: { codings: Object.fromEntries(codings), other: given(values.other) },
    contraAccount: { contraAccount: values.contra || null },
    datev: {
      datev: {
        consultant: Number(values.consultant),
        client: Number(values.client),
        fiscalYearBegin: values.yearBegin,
        accountLength: Number(values.accountLength),
      },
    },
  };
  return Object.assign({}, ...(TAKES[values.format] ?? []).map((option) => all[option]));
}

/** @param {Booked | undefined} coding @returns {Coding} */
function typed(coding) {
  return {
    account: coding?.account ?? "",
    taxCode: coding?.taxCode ?? "",
    costCentre: coding?.costCentre ?? "",
    accountIsAutomatic: coding?.accountIsAutomatic ?? false,
  };
}

/** @param {Coding} coding */
function given({ account, taxCode, costCentre, accountIsAutomatic = false }) {
  return {
    account: account.trim() || null,
    taxCode: taxCode.trim() || null,
    costCentre: costCentre.trim() || null,
    ...(accountIsAutomatic && { accountIsAutomatic }),
  };
}

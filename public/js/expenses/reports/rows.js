// @ts-check
/** The rows of a report: what they are called, and how large they are drawn. */

import { locale, t } from "../../words.js";

/** @import { ExpenseReport, ReportRow, Totals } from "../../api/types.js" */

const monthName = new Intl.DateTimeFormat(locale, { month: "long", year: "numeric", timeZone: "UTC" });

/** @type {Record<string, { title: string, none: string }>} */
export const TITLES = {
  month: { title: t`Month`, none: "" },
  category: { title: t`Category`, none: t`No category` },
  merchant: { title: t`Merchant`, none: "" },
  person: { title: t`Person`, none: t`Nobody known` },
};

/**
 * What a bar shows, below zero where money came back: the base currency, or the one currency that there is, or the number of expenses. For drawing only.
 *
 * @param {Totals | null} totals
 * @param {boolean} isOneCurrency
 */
export function sizeOf(totals, isOneCurrency) {
  if (!totals) return 0;
  const amount = totals.base?.total ?? (isOneCurrency ? (totals.currencies[0]?.total ?? "0") : String(totals.count));
  return Number(amount);
}

/**
 * @param {string} by
 * @param {ReportRow} row
 */
export function labelOf(by, { key, label }) {
  if (by === "month") return monthName.format(new Date(`${key}-01T00:00:00Z`));
  if (!key) return TITLES[by]?.none;
  return label;
}

/** Whether a report is drawn as bars. @param {ExpenseReport} report */
export function hasChart({ by, rows }) {
  return (by === "month" || by === "category") && rows.length > 0;
}

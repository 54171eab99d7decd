/** The rows of a report: what they are called, and how large they are drawn. */

import { locale, t } from "../../words.ts";
import type { ExpenseReport, ReportRow, Totals } from "../../api/types.d.ts";

const monthName = new Intl.DateTimeFormat(locale, {
  month: "long",
  year: "numeric",
  timeZone: "UTC",
});

export const TITLES: Record<string, { title: string; none: string }> = {
  month: { title: t`Month`, none: "" },
  category: { title: t`Category`, none: t`No category` },
  merchant: { title: t`Merchant`, none: "" },
  person: { title: t`Person`, none: t`Nobody known` },
};

/**
 * What a bar shows, below zero where money came back: the base currency, or the one currency that
 * there is, or the number of expenses. For drawing only.
 */
export function sizeOf(totals: Totals | null, isOneCurrency: boolean) {
  if (!totals) return 0;
  const amount =
    totals.base?.total ??
    (isOneCurrency ? (totals.currencies[0]?.total ?? "0") : String(totals.count));
  return Number(amount);
}

export function labelOf(by: string, { key, label }: ReportRow) {
  if (by === "month") return monthName.format(new Date(`${key}-01T00:00:00Z`));
  if (!key) return TITLES[by]?.none;
  return label;
}

/** Whether a report is drawn as bars. */
export function hasChart({ by, rows }: ExpenseReport) {
  return (by === "month" || by === "category") && rows.length > 0;
}

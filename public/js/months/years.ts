/** The months of a report by their years. Pure. */

import type { ReportRow } from "../api/types.d.ts";

type Row = Pick<ReportRow, "key"> & { totals: Pick<ReportRow["totals"], "count"> };

export interface Year {
  year: string;
  /** newest first, YYYY-MM, with how many expenses they have */
  months: { key: string; count: number }[];
}

/**
 * @param rows also those of which only the year before has something
 * @returns newest first; months without an expense are none
 */
export function yearsOf(rows: Row[]): Year[] {
  const months = rows
    .map(({ key, totals }) => ({ key, count: totals.count }))
    .filter(({ count }) => count > 0)
    .sort((one, other) => other.key.localeCompare(one.key));
  const years = [...new Set(months.map(({ key }) => key.slice(0, "2026".length)))];
  return years.map((year) => ({
    year,
    months: months.filter(({ key }) => key.startsWith(year)),
  }));
}

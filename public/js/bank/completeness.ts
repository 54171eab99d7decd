/** How complete a month is, in parts and in words. Pure. */

import { counted, date } from "../format.ts";
import { t } from "../words.ts";
import type { Month, MonthOverview } from "../api/types.d.ts";

type Part = { name: "documented" | "explained" | "owed" | "open"; count: number; says: string };

/** @returns of its entries, the settled ones first; no empty one */
export function partsOf({
  documented,
  explained,
  owed,
  open,
}: Pick<Month, "documented" | "explained" | "owed" | "open">): Part[] {
  const parts: Part[] = [
    { name: "documented", count: documented, says: t`with a document, or a fee` },
    { name: "explained", count: explained, says: t`with a reason` },
    { name: "owed", count: owed, says: t`owed by a person` },
    { name: "open", count: open, says: t`left` },
  ];
  return parts.filter(({ count }) => count > 0);
}

/**
 * What is owed is no work of the one who keeps the books, and yet not there.
 *
 * @returns where it stands
 */
export function standOf({
  open,
  owed,
  isComplete,
}: Pick<MonthOverview, "open" | "owed" | "isComplete">): {
  label: string;
  status: "complete" | "processing" | "needs_review";
} {
  if (isComplete)
    return owed > 0
      ? { label: t`${owed} owed`, status: "processing" }
      : { label: t`Complete`, status: "complete" };
  return { label: open > 0 ? t`${open} left` : t`Days missing`, status: "needs_review" };
}

/** @returns "Nothing is left for you; 3 documents are owed" */
export function standInWords({
  entries,
  open,
  owed,
  isComplete,
}: Pick<Month, "entries" | "open" | "owed" | "isComplete">): string {
  if (isComplete)
    return owed > 0
      ? owed === 1
        ? t`Done, except 1 receipt that somebody owes`
        : t`Done, except ${owed} receipts that people owe`
      : t`Complete`;
  if (open > 0) return t`${entries - open} of ${entries} accounted for`;
  return entries > 0 ? t`Each entry is accounted for` : t`No entries yet`;
}

/** @returns what of its statements is missing */
function missingOf({ bankAccount, days }: MonthOverview["uncovered"][number]): string {
  return days === null
    ? t`${bankAccount}: no statement yet`
    : t`${bankAccount}: ${counted(days, "day")} without a statement`;
}

/** @returns what is in it, and what is missing */
export function contentsOf({ entries, owed, open, uncovered }: MonthOverview): string {
  const words = [
    entries === 0 ? t`No entries` : counted(entries, "entry", "entries"),
    open > 0 && t`${open} left`,
    owed > 0 && t`${owed} owed by a person`,
    ...uncovered.map(missingOf),
  ];
  return words.filter(Boolean).join(" · ");
}

/**
 * @param month YYYY-MM
 * @returns so many months later
 */
export function monthAfter(month: string, step: number): string {
  const [year = 0, number = 0] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number - 1 + step, 1)).toISOString().slice(0, 7);
}

/** @returns "21 Mar 2026 to 31 Mar 2026" */
export function daysInWords({ first, last }: { first: string; last: string }): string {
  return first === last ? date(first) : t`${date(first)} to ${date(last)}`;
}

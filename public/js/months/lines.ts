/** What a month still needs before it is closed, line by line, in the order of the work. Pure. */

import { addressOf } from "../expenses/asked.ts";
import { lackInWords } from "../expenses/lacking.ts";
import { counted } from "../format.ts";
import { countryName, hasReturn } from "../values/countries.ts";
import { t } from "../words.ts";
import type { ClosingGap, Month, TaxReport, WaitingCounts } from "../api/types.d.ts";

/** What the server says about a month. null is what the person may not see, or does not have */
export interface Found {
  waiting: Pick<WaitingCounts, "runs">;
  gaps: ClosingGap[];
  /** expenses of the month */
  expenses: number;
  /** of these, those that no export has */
  unexported: number;
  bank: Month | null;
  tax: Pick<TaxReport, "country" | "currency" | "open"> | null;
}

export interface Line {
  name: string;
  title: string;
  isDone: boolean;
  /** what is missing, or that nothing is */
  says: string;
  /** where it is done */
  href: string;
}

type Gap = ClosingGap["gap"];

/** @param month YYYY-MM */
export function linesOf(found: Found, month: string, days: { from: string; to: string }): Line[] {
  return [
    readLine(found),
    gapLine(found.gaps, {
      name: "reviewed",
      title: t`Reviewed`,
      gaps: ["review", "in_review"],
      done: t`No receipt waits for review`,
      href: "/inbox/review",
    }),
    gapLine(found.gaps, {
      name: "categorised",
      title: t`Categorised`,
      gaps: ["category"],
      done: t`Each expense has a category`,
      href: addressOf(days),
    }),
    gapLine(found.gaps, {
      name: "converted",
      title: t`Converted`,
      gaps: ["rate"],
      done: t`Each amount has an exchange rate`,
      href: addressOf(days),
    }),
    gapLine(found.gaps, {
      name: "duplicates",
      title: t`Duplicates`,
      gaps: ["duplicates"],
      done: t`No duplicate is open`,
      href: "/duplicates",
    }),
    gapLine(found.gaps, {
      name: "approved",
      title: t`Approved`,
      gaps: ["ready"],
      done: t`Each expense is approved`,
      href: addressOf(days),
    }),
    ...rareLine(found.gaps, {
      name: "occasion",
      title: t`Entertainment`,
      gaps: ["occasion"],
      done: "",
      href: addressOf(days),
    }),
    ...rareLine(found.gaps, {
      name: "payer",
      title: t`Paid by`,
      gaps: ["payer"],
      done: "",
      href: addressOf(days),
    }),
    ...(found.bank ? bankLines(found.bank, month) : []),
    ...taxLines(found.tax, days),
    exportLine(found, days),
  ];
}

/** What is still missing: the same before a month is closed as on its page. */
export const leftOf = (lines: Line[]) => lines.filter(({ isDone }) => !isDone);

function readLine({ waiting }: Found): Line {
  const { processing, failed } = waiting.runs;
  const missing = [
    processing > 0 && counted(processing, "receipt is being read", "receipts are being read"),
    failed > 0 && counted(failed, "receipt failed", "receipts failed"),
  ].filter(Boolean);
  return {
    name: "read",
    title: t`Read`,
    isDone: missing.length === 0,
    says: missing.join(" · ") || t`Each receipt is read`,
    href: failed > 0 ? "/inbox/failed" : "/",
  };
}

function gapLine(
  all: ClosingGap[],
  line: { name: string; title: string; gaps: Gap[]; done: string; href: string },
): Line {
  const missing = all.filter(({ gap, count }) => line.gaps.includes(gap) && count > 0);
  const filter = missing.find((each) => each.filter)?.filter;
  const isByFilter = filter && missing.every((each) => each.filter);
  return {
    name: line.name,
    title: line.title,
    isDone: missing.length === 0,
    says: missing.map(({ gap, count }) => lackInWords(gap, count)).join(" · ") || line.done,
    href: isByFilter ? addressOf(filter as Record<string, string | string[]>) : line.href,
  };
}

/** None where nothing lacks it, which is so in most months. */
function rareLine(gaps: ClosingGap[], named: Parameters<typeof gapLine>[1]): Line[] {
  const line = gapLine(gaps, named);
  return line.isDone ? [] : [line];
}

function bankLines({ open, owed, uncovered }: Month, month: string): Line[] {
  const href = `/bank/months/${month}`;
  const unexplained = [
    open > 0 && counted(open, "bank entry is not explained", "bank entries are not explained"),
    uncovered.length > 0 &&
      counted(uncovered.length, "period without a statement", "periods without a statement"),
  ].filter(Boolean);
  return [
    {
      name: "bank",
      title: t`Bank explained`,
      isDone: unexplained.length === 0,
      says: unexplained.join(" · ") || t`Each bank entry is explained`,
      href,
    },
    {
      name: "owed",
      title: t`Documents owed`,
      isDone: owed === 0,
      says:
        owed === 0
          ? t`Nobody owes a document`
          : counted(owed, "document is owed by a person", "documents are owed by people"),
      href,
    },
  ];
}

const CURRENCIES_WITH_VAT = ["EUR", "GBP"];

/**
 * None where the company has no country whose tax is known. What is open is shown all the same to a
 * person who counts in a currency of countries with VAT.
 */
function taxLines(tax: Found["tax"], days: { from: string; to: string }): Line[] {
  if (!tax) return [];
  const count = tax.open.reduce((sum, { expenses }) => sum + expenses, 0);
  const hasVat = tax.country !== null || CURRENCIES_WITH_VAT.includes(tax.currency ?? "");
  if (!hasVat || (tax.country === null && count === 0)) return [];
  return [
    {
      name: "tax",
      title: t`Tax`,
      isDone: count === 0,
      says:
        count === 0
          ? taxed(tax.country)
          : counted(
              count,
              "expense is open in the tax report",
              "expenses are open in the tax report",
            ),
      href: `/reports?${new URLSearchParams({ by: "tax", ...days })}`,
    },
  ];
}

/** Where Tillroll has no form, no line of it is filled. */
function taxed(country: string | null) {
  if (country === null || hasReturn(country)) return t`Each expense has its line of the return`;
  return t`Each expense is in the tax report; no form of the return of ${countryName(country)}`;
}

function exportLine({ unexported }: Found, days: { from: string; to: string }): Line {
  return {
    name: "exported",
    title: t`Exported`,
    isDone: unexported === 0,
    says:
      unexported === 0
        ? t`Each expense is in an export`
        : counted(unexported, "expense is in no export", "expenses are in no export"),
    href: unexported === 0 ? "/exports" : addressOf(days, "/exports"),
  };
}

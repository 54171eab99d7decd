/** What matches and statements are called, and where documents are. */

import { counted, date, money } from "../format.ts";
import { fromMinor } from "../values/amount.ts";
import { t } from "../words.ts";
import type { BankMatch, BankStatementDetail, MatchedPair } from "../api/types.d.ts";

/** What a match is, where "this is the document" does not say it. */
export const KINDS: Record<string, string> = {
  partial: t`Pays a part`,
  one_to_many: t`Pays several`,
  many_to_one: t`Several entries pay it`,
  tip: t`With a tip`,
  discount: t`With a discount`,
  foreign: t`In another currency`,
  refund: t`Refund`,
  fee: t`Bank fee`,
  transfer: t`Between own accounts`,
  hold: t`Card hold, booked with another amount`,
  reversal: t`Undoes an earlier entry`,
};

/** @returns where the document is; null where it has no page */
export function hrefOf({
  documentKind,
  documentId,
}: Pick<MatchedPair, "documentKind" | "documentId">): string | null {
  if (documentKind === "expense") return `/expenses/${documentId}`;
  if (documentKind === "claim") return `/claims/${documentId}`;
  return documentKind === "payout" ? `/runs/${documentId}` : null;
}

/** @returns with days as people read them, in place of those of the API */
function withDays(text: string): string {
  return text.replace(/\b\d{4}-\d{2}-\d{2}\b/g, (day) => date(day));
}

/** @param title of a document */
export function titleOf(title: string | null): string {
  return title === null ? t`No longer there` : withDays(title);
}

export function amount(minor: number, currency: string) {
  return money(fromMinor(minor, currency), currency);
}

/** @returns its reasons as a sentence */
export function because({ reasons }: BankMatch): string {
  const text = withDays(reasons.join(", "));
  return text ? `${text.charAt(0).toUpperCase()}${text.slice(1)}.` : "";
}

/**
 * How sure a match is, in words. Its score only orders matches: whether one is certain is another
 * rule.
 */
export function sureness({ level }: Pick<BankMatch, "level">): string {
  if (level === "automatic") return t`Certain: no other open document fits.`;
  if (level === "tie") return t`Another fits equally well.`;
  if (level === "proposed") return t`Likely: please check.`;
  return t`Matched by a person.`;
}

export const KNOWN = t`Nothing is new: this file was imported already.`;

/**
 * @param statement whose bytes came again
 * @param accounts for which it was read; empty where there is none
 */
export function knownInWords(
  statement: Pick<
    BankStatementDetail,
    "createdAt" | "added" | "known" | "booked" | "misfits" | "breaks"
  >,
  accounts: string,
): string {
  const known = accounts
    ? t`Nothing is new: this file was imported already, for ${accounts}.`
    : KNOWN;
  return t`${known} What came of it on ${date(statement.createdAt.slice(0, 10))}: ${outcomeOf(statement)}`;
}

/**
 * @param statement that is imported
 * @returns what it came to
 */
export function outcomeOf({
  added,
  known,
  booked,
  misfits,
  breaks,
}: Pick<BankStatementDetail, "added" | "known" | "booked" | "misfits" | "breaks">): string {
  const counts = [
    counted(added, "new entry", "new entries"),
    known > 0 && t`${known} known already`,
    booked > 0 && t`${booked} pending before`,
  ];
  const [misfit] = misfits;
  const more =
    misfits.length > 1 ? t` And ${counted(misfits.length - 1, "more thing")} did not fit.` : "";
  const gaps = breaks.filter(({ kind }) => kind !== "overlap").length;
  const missing = gaps > 0 ? t` Something is missing between it and other statements.` : "";
  return `${counts.filter(Boolean).join(", ")}.${misfit ? ` ${misfit.says}${more}` : ""}${missing}`;
}

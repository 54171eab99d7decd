/** Where a source of statements stands, and what comes back from a bank's page. Pure. */

import { counted } from "../format.ts";
import { t } from "../words.ts";
import type { BankSource } from "../api/types.d.ts";

export const PROVIDERS: Record<BankSource["kind"], string> = {
  "enable-banking": t`Enable Banking`,
  address: t`An address`,
};

const SOON_DAYS = 14;
const DAY_MS = 86_400_000;

/**
 * @param now milliseconds
 * @returns whole days until the consent ends; null without one
 */
export function daysLeft(
  { validUntil }: Pick<BankSource, "validUntil">,
  now: number,
): number | null {
  return validUntil === null
    ? null
    : Math.max(0, Math.floor((Date.parse(validUntil) - now) / DAY_MS));
}

/** @param now milliseconds */
export function standingOf(
  { state, validUntil, bank, kind }: Pick<BankSource, "state" | "validUntil" | "bank" | "kind">,
  now: number,
): { label: string; status: string } {
  const left = daysLeft({ validUntil }, now);
  if (state === "connected")
    return left !== null && left <= SOON_DAYS
      ? { label: t`Ends soon`, status: "needs_review" }
      : { label: t`Connected`, status: "complete" };
  if (state === "new")
    return {
      label: bank || kind === "address" ? t`Waits for consent` : t`Waits for a bank`,
      status: "needs_review",
    };
  if (state === "choosing") return { label: t`Waits for a choice`, status: "needs_review" };
  return state === "ended"
    ? { label: t`Ended`, status: "" }
    : { label: t`Stopped`, status: "failed" };
}

/** @returns what its last fetch came to; what stands beside it already is not said twice */
export function fetchInWords({
  last,
  why,
  state,
}: Pick<BankSource, "last" | "why" | "state">): string {
  if (!last) return "";
  const came = counted(last.records, "record");
  if (last.state === "done") return t`${came} came`;
  if (last.state === "failed") {
    if (last.why === why) return "";
    return state === "connected"
      ? t`The last fetch failed: ${last.why ?? t`nothing says why.`} The next one tries again.`
      : (last.why ?? t`The last fetch failed.`);
  }
  return (
    last.why ??
    (last.pages === 0 ? t`It is being fetched.` : t`It is being fetched: ${came} so far.`)
  );
}

/**
 * @param query with which the bank sent the person back
 * @returns what is told to the API; null where it is no answer of a bank
 */
export function answerIn(
  query: URLSearchParams,
): { state: string; code?: string; error?: string } | null {
  const state = query.get("state");
  if (!state) return null;
  const [code, error] = [query.get("code"), query.get("error")];
  return { state, ...(error !== null ? { error } : code ? { code } : {}) };
}

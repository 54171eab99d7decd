/** What the server says about a month, or other days: for the month's page and before it is closed. */

import { get } from "../api/client.ts";
import { may } from "../state/session.ts";
import type { Found } from "./lines.ts";

/**
 * All of it at once; what the person may not see is not asked for.
 *
 * @param month YYYY-MM; empty where the days are none, which have no line of the bank
 */
export async function findMonth(
  month: string,
  days: { from: string; to: string },
  signal: AbortSignal,
): Promise<Found> {
  const [waiting, gaps, all, unexported, bank, tax] = await Promise.all([
    get("/api/home/waiting", { signal }),
    get("/api/closed-periods/gaps", { query: days, signal }),
    get("/api/expenses/totals", { query: days, signal }),
    get("/api/expenses/totals", { query: { ...days, is: ["-exported"] }, signal }),
    month && may("ledger") ? get("/api/bank/months/{month}", { path: { month }, signal }) : null,
    get("/api/tax/report", { query: days, signal }),
  ]);
  return {
    waiting,
    gaps: gaps.items,
    expenses: all.count,
    unexported: unexported.count,
    bank,
    tax,
  };
}

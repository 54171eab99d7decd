/** The days that are closed, for lists and receipts that show the lock. */

import { signal } from "@preact/signals";

import { get } from "../api/client.ts";
import { fill } from "./gaps.ts";
import { report } from "./report.ts";
import { may } from "./session.ts";
import type { ClosedPeriod } from "../api/types.d.ts";

/** More are not looked at: people close months, and look at the newest ones. */
const MOST_PERIODS = 100;

const LATER_MS = 3_000;

const periods = signal<ClosedPeriod[]>([]);
let isLoaded = false;

/** Ask for them, as something was closed or opened. */
export async function loadClosed() {
  if (!may("read")) return;
  isLoaded = true;
  await fill(periods, ask, report);
}

async function ask() {
  const { items } = await get("/api/closed-periods", { query: { limit: MOST_PERIODS } });
  periods.value = items.filter(({ reopenedAt }) => reopenedAt === null);
}

/** Ask for them unless they are there. The view's own requests come first. */
export function needClosed() {
  if (isLoaded) return;
  isLoaded = true;
  setTimeout(() => void loadClosed(), LATER_MS);
}

/**
 * The closed days that a day lies in; null where it is open.
 *
 * @param day YYYY-MM-DD
 */
export function closedAround(day: string) {
  return periods.value.find(({ firstDay, lastDay }) => firstDay <= day && day <= lastDay) ?? null;
}

/** The closed periods that some of these days lie in, each once. */
export function closedAmong(days: string[]) {
  return [...new Set(days.map(closedAround).filter((period) => period !== null))];
}

/** The closed periods that have a day from `first` to `last`, the first one first. */
export function closedWithin(first: string, last: string) {
  return periods.value
    .filter(({ firstDay, lastDay }) => firstDay <= last && first <= lastDay)
    .sort((one, other) => one.firstDay.localeCompare(other.firstDay));
}

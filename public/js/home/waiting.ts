/**
 * What waits for a person beside runs and approvals, for the menu: possible duplicates, and what
 * was sent back.
 */

import { signal } from "@preact/signals";

import { get } from "../api/client.ts";
import { report } from "../state/report.ts";
import { session } from "../state/session.ts";
import { locale } from "../words.ts";

/** It is asked for at most so often while somebody goes from view to view. */
const FRESH_MS = 15_000;

const pairs = signal(0);
const returned = signal(0);
let askedAt = 0;

/** What the menu shows; empty for none. */
export const openDuplicates = () => (pairs.value > 0 ? pairs.value.toLocaleString(locale) : "");

/** How many expenses were sent back to review. */
export const sentBack = () => returned.value;

/** Ask again, unless that was just done. */
export async function lookForWaiting() {
  if (!session.value || Date.now() - askedAt < FRESH_MS) return;
  await countWaiting();
}

/** Ask again, after somebody decided. */
export async function countWaiting() {
  askedAt = Date.now();
  try {
    const { runs, duplicates } = await get("/api/home/waiting");
    pairs.value = duplicates;
    returned.value = runs.sentBack;
  } catch (error) {
    report(error);
  }
}

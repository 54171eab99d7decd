// @ts-check
/** How many pairs of expenses may be one purchase, for the menu. */

import { signal } from "@preact/signals";

import { get } from "../../api/client.js";
import { report } from "../../state/report.js";
import { session } from "../../state/session.js";
import { locale } from "../../words.js";

/** It is asked for at most so often, as duplicates come with new receipts only. */
const FRESH_MS = 60_000;

const pairs = signal(0);
let askedAt = 0;

/** What the menu shows; empty for none. */
export const openDuplicates = () => (pairs.value > 0 ? pairs.value.toLocaleString(locale) : "");

/** Ask again, unless that was just done. */
export async function lookForDuplicates() {
  if (!session.value || Date.now() - askedAt < FRESH_MS) return;
  await recountDuplicates();
}

/** Ask again, after somebody decided on a pair. */
export async function recountDuplicates() {
  askedAt = Date.now();
  try {
    pairs.value = (await get("/api/duplicates/count")).pairs;
  } catch (error) {
    report(error);
  }
}

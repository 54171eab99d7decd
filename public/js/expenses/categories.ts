/** The categories in use, offered while one types. */

import { signal } from "@preact/signals";

import { ApiError, get } from "../api/client.ts";
import { fill } from "../state/gaps.ts";

/** The most used first. */
export const categories = signal<string[]>([]);

/** Accounts of entertainment in SKR 03 and SKR 04. */
const ENTERTAINMENT = ["4650", "6640"];
/** Those whose cost is deducted only with its occasion and guests in writing. */
export const entertaining = signal<ReadonlySet<string>>(new Set());

/** Ask for them. Without them one types without suggestions. */
export function loadCategories() {
  return fill(categories, ask, (error) => {
    // Sending what was typed will say what is wrong.
    if (!(error instanceof ApiError)) throw error;
  });
}

async function ask() {
  const answer = await get("/api/categories");
  categories.value = answer.items;
  const own = answer.categories.filter(({ ledgerCode }) =>
    ENTERTAINMENT.includes(ledgerCode ?? ""),
  );
  entertaining.value = new Set(own.map(({ name }) => name));
}

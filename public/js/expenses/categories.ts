/** The categories in use, offered while one types. */

import { signal } from "@preact/signals";

import { ApiError, ConnectionError, get } from "../api/client.ts";

/** The most used first. */
export const categories = signal<string[]>([]);

/** Ask for them. Without them one types without suggestions. */
export async function loadCategories() {
  try {
    categories.value = (await get("/api/categories")).items;
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof ConnectionError)) throw error;
    // Sending what was typed will say what is wrong.
  }
}

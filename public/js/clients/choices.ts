/** Selecting a client, and a project of it, from those that there are. */

import { signal } from "@preact/signals";

import { get } from "../api/client.ts";
import { fill } from "../state/gaps.ts";
import { report } from "../state/report.ts";
import { t } from "../words.ts";
import type { ClientChoice } from "../api/types.d.ts";

/** Those that can be selected, by name; null before they are loaded. */
export const choices = signal<ClientChoice[] | null>(null);

let loading: Promise<void> | null = null;

/** Load them, once until they are forgotten. */
export function loadChoices() {
  loading ??= fill(choices, ask, report);
  return loading;
}

async function ask() {
  try {
    choices.value = (await get("/api/client-choices")).items;
  } catch (error) {
    loading = null;
    throw error;
  }
}

/** What was added or renamed is there the next time. */
export function forgetChoices() {
  loading = null;
  choices.value = null;
}

/**
 * @param none what stands for no choice
 * @param kept what stands there already: it may be archived
 */
export function optionsOf(
  found: { id: string; name: string }[],
  none: string,
  kept: { id: string | null; name: string | null },
) {
  const isThere = !kept.id || found.some(({ id }) => id === kept.id);
  const all = isThere ? found : [...found, { id: String(kept.id), name: kept.name ?? t`Archived` }];
  return [{ value: "", label: none }, ...all.map(({ id, name }) => ({ value: id, label: name }))];
}

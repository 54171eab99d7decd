// @ts-check
/** Selecting a client, and a project of it, from those that there are. */

import { signal } from "@preact/signals";

import { get } from "../api/client.js";
import { report } from "../state/report.js";
import { t } from "../words.js";

/** @import { ClientChoice } from "../api/types.js" */

/** Those that can be selected, by name; null before they are loaded. */
export const choices = signal(/** @type {ClientChoice[] | null} */ (null));

/** @type {Promise<void> | null} */
let loading = null;

/** Load them, once until they are forgotten. */
export function loadChoices() {
  loading ??= get("/api/client-choices").then(
    ({ items }) => void (choices.value = items),
    (error) => ((loading = null), report(error)),
  );
  return loading;
}

/** What was added or renamed is there the next time. */
export function forgetChoices() {
  loading = null;
  choices.value = null;
}

/**
 * @param {{ id: string, name: string }[]} found
 * @param {string} none what stands for no choice
 * @param {{ id: string | null, name: string | null }} kept what stands there already: it may be archived
 */
export function optionsOf(found, none, kept) {
  const isThere = !kept.id || found.some(({ id }) => id === kept.id);
  const all = isThere ? found : [...found, { id: String(kept.id), name: kept.name ?? t`Archived` }];
  return [{ value: "", label: none }, ...all.map(({ id, name }) => ({ value: id, label: name }))];
}

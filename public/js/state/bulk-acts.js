// @ts-check
/** What can be done with several expenses at once: each view or room adds its acts here, the list of expenses shows them. */

import { signal } from "@preact/signals";

/**
 * @typedef {object} BulkAct
 * @property {string} label of its button, such as "Set the category…"
 * @property {(ids: string[], onDone: () => void) => void} begin is given the chosen expenses; `onDone` has the list asked for
 *   again, and nothing chosen
 */

/** @type {import("@preact/signals").Signal<BulkAct[]>} */
export const bulkActs = signal([]);

/** @param {BulkAct} act in the order in which they come; one of a label that is there takes its place */
export function addBulkAct(act) {
  bulkActs.value = [...bulkActs.value.filter(({ label }) => label !== act.label), act];
}

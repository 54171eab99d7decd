// @ts-check
/** The list that an expense was come to from: its address, and its expenses in their order. */

import { go } from "../shell/address.js";

/** @type {{ path: string, ids: readonly string[] }} */
let list = { path: "/expenses", ids: [] };

/** Keep the list that is shown. @param {readonly string[]} ids */
export function keepOrder(ids) {
  list = { path: location.pathname + location.search, ids };
}

/** Back to that list. */
export function leave() {
  go(list.path);
}

/** The ids before and after one, where its list has them. @param {string} id */
export function neighboursOf(id) {
  const at = list.ids.indexOf(id);
  return { previous: list.ids[at - 1] ?? null, next: at === -1 ? null : (list.ids[at + 1] ?? null) };
}

/** @param {string | null} id of an expense */
export function open(id) {
  if (id) go(`/expenses/${encodeURIComponent(id)}`);
}

/** The list that an expense was come to from: its address, and its expenses in their order. */

import { go } from "../shell/address.ts";

let list: { path: string; ids: readonly string[] } = { path: "/expenses", ids: [] };

/** Keep the list that is shown. */
export function keepOrder(ids: readonly string[]) {
  list = { path: location.pathname + location.search, ids };
}

/** Back to that list. */
export function leave() {
  go(list.path);
}

/** The ids before and after one, where its list has them. */
export function neighboursOf(id: string) {
  const at = list.ids.indexOf(id);
  return {
    previous: list.ids[at - 1] ?? null,
    next: at === -1 ? null : (list.ids[at + 1] ?? null),
  };
}

/** @param id of an expense */
export function open(id: string | null) {
  if (id) go(`/expenses/${encodeURIComponent(id)}`);
}

/** The list of expenses that one was come to from: its address, and its expenses in their order. */

import { cameFrom } from "../state/lists.ts";

let list: { path: string; ids: readonly string[] } = { path: "/expenses", ids: [] };

/** Keep the list that is shown. */
export function keepOrder(ids: readonly string[]) {
  list = { path: location.pathname + location.search, ids };
  cameFrom.value = "expenses";
}

/** The address of that list. */
export function pathOfList() {
  return list.path;
}

/** The ids before and after one, where its list has them. */
export function neighboursOf(id: string) {
  const at = list.ids.indexOf(id);
  return {
    previous: list.ids[at - 1] ?? null,
    next: at === -1 ? null : (list.ids[at + 1] ?? null),
  };
}

// @ts-check
/** Where the address points: `#/` all receipts, `#/review` or `#/failed` some of them, `#/runs/ID` one of them. */

/** @import { ListName } from "./store.js" */

/** @typedef {{ page: "list", list: ListName } | { page: "run", id: string }} Route */

/** @type {Record<ListName, string>} */
export const LIST_ADDRESSES = { all: "#/", review: "#/review", failed: "#/failed" };

/** @returns {Route} of the present address; unknown ones lead to the list */
export function currentRoute() {
  const run = /^#\/runs\/([\w.:-]+)$/.exec(location.hash);
  if (run?.[1]) return { page: "run", id: run[1] };
  const list = /** @type {ListName[]} */ (["review", "failed"]).find((name) => LIST_ADDRESSES[name] === location.hash);
  return { page: "list", list: list ?? "all" };
}

/** @param {string} id */
export function goToRun(id) {
  location.hash = `#/runs/${id}`;
}

/** @param {ListName} list */
export function goToList(list) {
  location.hash = LIST_ADDRESSES[list];
}

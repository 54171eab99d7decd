// @ts-check
/** Where the address points, among the parts of the page that index.html has: a list, or one of its receipts. */

import { place, go } from "./shell/router.js";
import { lists } from "./shell/routes.js";

/** @import { ListName } from "./store.js" */

/** @typedef {{ page: "list", list: ListName } | { page: "run", id: string } | { page: "view" }} Route */

/** @returns {Route} of the present address */
export function currentRoute() {
  const { route, params } = place.value;
  if (route?.path === "/runs/:id") return { page: "run", id: params.id ?? "" };
  const list = /** @type {ListName[]} */ (Object.keys(lists)).find((name) => lists[name] === route?.path);
  return list ? { page: "list", list } : { page: "view" };
}

/** @param {string} id */
export function goToRun(id) {
  go(`/runs/${encodeURIComponent(id)}`);
}

/** @param {ListName} list */
export function goToList(list) {
  go(lists[list]);
}

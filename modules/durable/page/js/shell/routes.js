// @ts-check
/** The views of the page: one line each. */

import { t } from "../words.js";

/** @import { ComponentType } from "preact" */

/** @typedef {{ params: Record<string, string>, query: URLSearchParams }} ViewProps what a view is given */

/**
 * @typedef {object} Route
 * @property {string} path `:name` stands for one part of the address, which the view gets as `params.name`
 * @property {string} title
 * @property {() => Promise<{ default: ComponentType<any> }>} load the view, which is given ViewProps
 * @property {string} [icon] a symbol of icons.svg: the view stands in the navigation
 * @property {string} [under] path of the view that the navigation marks while this one is open
 */

/** @typedef {{ route: Route | null, params: Record<string, string>, query: URLSearchParams }} Place */

/** @type {Route[]} */
export const ROUTES = [
  { path: "/", title: t`Runs`, icon: "list", load: () => import("../runs/runs.js") },
  { path: "/runs/:id", title: t`Run`, under: "/", load: () => import("../runs/run/run.js") },
  { path: "/schedules", title: t`Schedules`, icon: "calendar", load: () => import("../runs/schedules/schedules.js") },
];

/**
 * @param {Route[]} routes the first that fits is taken
 * @param {string} path
 * @param {URLSearchParams} query
 * @returns {Place} `route` is null where there is no such page
 */
export function match(routes, path, query) {
  const parts = path.replace(/(.)\/$/, "$1").split("/");
  for (const route of routes) {
    const pattern = route.path.split("/");
    const fits = pattern.length === parts.length && pattern.every((name, at) => (name.startsWith(":") ? parts[at] : name === parts[at]));
    if (!fits) continue;
    const named = pattern.flatMap((name, at) => (name.startsWith(":") ? [[name.slice(1), decoded(parts[at] ?? "")]] : []));
    return { route, params: Object.fromEntries(named), query };
  }
  return { route: null, params: {}, query };
}

/** @param {string} part */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // a lone percent sign
  }
}

// @ts-check
/** The page that is open. */

import { computed, effect } from "@preact/signals";

import { trail } from "../state/trail.js";
import { address } from "./address.js";
import { match, ROUTES } from "./routes.js";

/** @import { Route } from "./routes.js" */

export const place = computed(() => match(ROUTES, address.value.pathname, address.value.searchParams));

effect(() => {
  trail.value = above(place.value.route);
});

/**
 * The views above one, the highest first.
 *
 * @param {Pick<Route, "under"> | null} route
 * @returns {Route[]}
 */
export function above(route) {
  const next = ROUTES.find(({ path }) => path === route?.under);
  return next ? [...above(next), next] : [];
}

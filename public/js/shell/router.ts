/** The page that is open. */

import { computed, effect } from "@preact/signals";

import { trail } from "../state/trail.ts";
import { address } from "./address.ts";
import { match } from "./matching.ts";
import { ROUTES } from "./routes.ts";
import type { Route } from "./routes.ts";

export const place = computed(() =>
  match(ROUTES, address.value.pathname, address.value.searchParams),
);

effect(() => {
  trail.value = above(place.value.route);
});

/** The views above one, the highest first. */
export function above(route: Pick<Route, "under"> | null): Route[] {
  const next = ROUTES.find(({ path }) => path === route?.under);
  return next ? [...above(next), next] : [];
}

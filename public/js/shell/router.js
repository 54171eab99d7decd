// @ts-check
/** The page that is open. */

import { computed, effect } from "@preact/signals";

import { trail } from "../state/trail.js";
import { address } from "./address.js";
import { above, match, ROUTES } from "./routes.js";

export const place = computed(() => match(ROUTES, address.value.pathname, address.value.searchParams));

effect(() => {
  trail.value = above(place.value.route);
});

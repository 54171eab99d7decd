// @ts-check
/** The page that is open. */

import { computed } from "@preact/signals";

import { address } from "./address.js";
import { match, ROUTES } from "./routes.js";

export const place = computed(() => match(ROUTES, address.value.pathname, address.value.searchParams));

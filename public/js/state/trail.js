// @ts-check
/** The views above the open one, the highest first: breadcrumbs, and what the menu marks. */

import { signal } from "@preact/signals";

/** @typedef {{ path: string, title: string }} Crumb */

export const trail = signal(/** @type {readonly Crumb[]} */ ([]));

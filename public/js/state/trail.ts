/** The views above the open one, the highest first: breadcrumbs, and what the menu marks. */

import { signal } from "@preact/signals";

export type Crumb = { path: string; title: string };

export const trail = signal<readonly Crumb[]>([]);

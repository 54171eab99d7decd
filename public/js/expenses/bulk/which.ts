/** Which expenses an act is for. */

import type { Asked } from "../asked.ts";

/** `versions` are those that are shown, in the order of `ids`. */
export type Which = { ids: string[]; versions?: number[] } | { filter: Omit<Asked, "sort"> };

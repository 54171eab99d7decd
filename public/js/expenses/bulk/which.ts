/** Which expenses an act is for, and which are selected after it. */

import type { Asked } from "../asked.ts";
import type { ListAct } from "./acts.ts";

/** `versions` are those that are shown, in the order of `ids`. */
export type Which = { ids: string[]; versions?: number[] } | { filter: Omit<Asked, "sort"> };

/** Whether more may be done with them: what needs a reason takes them away. */
export const leavesSelection = ({ asks }: Pick<ListAct, "asks">) => asks !== "reason";

/** What of the selection is still in the list. The same set where all of it is. */
export function keptOf(chosen: ReadonlySet<string>, items: { id: string }[]): ReadonlySet<string> {
  const kept = items.filter(({ id }) => chosen.has(id)).map(({ id }) => id);
  return kept.length === chosen.size ? chosen : new Set(kept);
}

/** Where an expense stands: the list that it was come to from, and what lies beside it there. */

import { pageOfReceipt } from "../receipts/address.ts";
import { lists } from "../receipts/inbox/addresses.ts";
import { neighboursOf as neighboursOfRun, open as openRun } from "../runs/run/queue.ts";
import { go } from "../shell/address.ts";
import { cameFrom, lastList, LIST_TITLES } from "../state/lists.ts";
import { neighboursOf, pathOfList } from "./order.ts";
import { t } from "../words.ts";
import type { Crumb } from "../state/trail.ts";
import type { Neighbours } from "../parts/page-bar.tsx";

interface Place {
  home: Crumb;
  neighbours: Neighbours;
  /** one of the neighbours */
  open: (id: string | null) => void;
}

/**
 * @param id of the expense; null of what is to become one
 * @param runId of the run that reads its document
 */
export function placeOf(id: string | null, runId: string | null): Place {
  if (id !== null && cameFrom.value !== "inbox")
    return {
      home: { path: pathOfList(), title: t`Expenses` },
      neighbours: { ...neighboursOf(id), position: "" },
      open: (other) => other && go(pageOfReceipt("", other)),
    };
  return {
    home: { path: lists[lastList.value], title: LIST_TITLES[lastList.value] },
    neighbours: neighboursOfRun(runId ?? ""),
    open: openRun,
  };
}

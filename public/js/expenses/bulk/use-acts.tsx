/**
 * Acts on several expenses: begun at once, or by their dialogue; what they come to stands above
 * the list.
 */

import { useState } from "preact/hooks";

import { lazy } from "../../parts/lazy.ts";
import { post } from "../../api/client.ts";
import { report } from "../../state/report.ts";
import { settled, versionNow } from "../in-turn.ts";
import type { ActSummary } from "../../api/types.d.ts";
import type { ListAct } from "./acts.ts";
import type { Which } from "./which.ts";

// Shown once one is asked for.
const ActDialog = lazy(() => import("./dialog.tsx").then((module) => module.ActDialog));
// Shown once an act is under way.
const Result = lazy(() => import("./result.tsx").then((module) => module.Result));

/** @param onDone the list is to be asked for again, after that act */
export function useActs(onDone: (act: ListAct) => void) {
  const [opened, open] = useState<{ act: ListAct; which: Which } | null>(null);
  const [begun, setBegun] = useState<{ act: ListAct; shape: ActSummary } | null>(null);
  const onBegun = (act: ListAct, shape: ActSummary) => {
    open(null);
    setBegun({ act, shape });
    onDone(act);
  };
  async function begin(act: ListAct, asked: Which) {
    const which = await withOwnChanges(asked);
    // What asks for nothing is done at once where each expense was selected by hand, and it can be
    // undone.
    if (act.asks || act.cannotBeUndone || ("filter" in which && act.kind !== "proposed_category")) {
      open({ act, which });
      return;
    }
    try {
      onBegun(act, await post("/api/acts", { kind: act.kind, ...which }));
    } catch (error) {
      report(error);
    }
  }
  const shown = (
    <>
      {begun && (
        <Result
          key={begun.shape.id}
          {...begun}
          onChange={() => onDone(begun.act)}
          onClose={() => setBegun(null)}
        />
      )}
      {opened && (
        <ActDialog
          {...opened}
          onClose={() => open(null)}
          onBegun={(shape: ActSummary) => onBegun(opened.act, shape)}
        />
      )}
    </>
  );
  return { begin, shown };
}

/** As they are once what was done here with their rows is answered. */
async function withOwnChanges(which: Which): Promise<Which> {
  if (!("ids" in which)) return which;
  const { ids, versions } = which;
  await settled(ids);
  if (!versions) return which;
  const now = versions.map((version, place) => versionNow({ id: ids[place] ?? "", version }));
  return { ids, versions: now };
}

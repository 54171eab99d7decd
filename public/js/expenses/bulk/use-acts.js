// @ts-check
/** Acts on several expenses: begun at once, or by their dialogue; what they come to stands above the list. */

import { useState } from "preact/hooks";

import { onceOnly, post } from "../../api/client.js";
import { report } from "../../state/report.js";
import { ActDialog } from "./dialog.js";
import { Result } from "./result.js";
import { html } from "../../words.js";

/** @import { ActSummary } from "../../api/types.js" */
/** @import { Asked } from "../asked.js" */
/** @import { ListAct } from "./acts.js" */

/**
 * Which expenses: `versions` are those that are shown, in the order of `ids`.
 * @typedef {{ ids: string[], versions?: number[] } | { filter: Omit<Asked, "sort"> }} Which
 */

/** @param {() => void} onDone the list is to be asked for again, and nothing is selected any more */
export function useActs(onDone) {
  const [opened, open] = useState(/** @type {{ act: ListAct, which: Which } | null} */ (null));
  const [begun, setBegun] = useState(/** @type {{ act: ListAct, shape: ActSummary } | null} */ (null));
  const onBegun = (/** @type {ListAct} */ act, /** @type {ActSummary} */ shape) => {
    open(null);
    setBegun({ act, shape });
    onDone();
  };
  /** @param {ListAct} act @param {Which} which */
  async function begin(act, which) {
    // What asks for nothing is done at once where each expense was selected by hand, and it can be undone.
    if (act.asks || act.cannotBeUndone || ("filter" in which && act.kind !== "proposed_category")) {
      open({ act, which });
      return;
    }
    try {
      onBegun(act, await post("/api/acts", { kind: act.kind, ...which }, { headers: onceOnly() }));
    } catch (error) {
      report(error);
    }
  }
  const shown = html`
    ${begun && html`<${Result} key=${begun.shape.id} ...${begun} onChange=${onDone} onClose=${() => setBegun(null)} />`}
    ${opened && html`<${ActDialog} ...${opened} onClose=${() => open(null)} onBegun=${(/** @type {ActSummary} */ shape) => onBegun(opened.act, shape)} />`}
  `;
  return { begin, shown };
}

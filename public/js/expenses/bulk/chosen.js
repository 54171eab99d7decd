// @ts-check
/** What can be done with the expenses that are chosen: some of the list, or all that is found. */

import { useState } from "preact/hooks";

import { onceOnly, post } from "../../api/client.js";
import { counted } from "../../format.js";
import { report } from "../../state/report.js";
import { may } from "../../state/session.js";
import { ACTS } from "./acts.js";
import { ActDialog } from "./dialog.js";
import { Result } from "./result.js";
import { html, t } from "../../words.js";

/** @import { ActSummary } from "../../api/types.js" */
/** @import { Asked } from "../asked.js" */
/** @import { ListAct } from "./acts.js" */

/** @typedef {{ ids: string[] } | { filter: Omit<Asked, "sort"> }} Which */

/**
 * @param {object} props
 * @param {ReadonlySet<string>} props.chosen
 * @param {boolean} props.isAll all that is found is chosen
 * @param {Asked} props.asked
 * @param {() => void} props.onNone
 * @param {() => void} props.onDone the list is to be asked for again, and nothing is chosen any more
 */
export function Chosen({ chosen, isAll, asked, onNone, onDone }) {
  const [opened, open] = useState(/** @type {ListAct | null} */ (null));
  const [begun, setBegun] = useState(/** @type {{ act: ListAct, shape: ActSummary } | null} */ (null));
  const { sort: _, ...filter } = asked;
  /** @type {Which} */
  const which = isAll ? { filter } : { ids: [...chosen] };
  const begin = (/** @type {ListAct} */ act) => {
    // What asks for nothing is done at once where each expense was chosen by hand.
    if (act.asks || isAll) open(act);
    else void start(act);
  };
  async function start(/** @type {ListAct} */ act) {
    try {
      onBegun(act, await post("/api/acts", { kind: act.kind, ...which }, { headers: onceOnly() }));
    } catch (error) {
      report(error);
    }
  }
  const onBegun = (/** @type {ListAct} */ act, /** @type {ActSummary} */ shape) => {
    open(null);
    setBegun({ act, shape });
    onDone();
  };
  const acts = ACTS.filter(({ isApprovers }) => may(isApprovers ? "approve" : "edit"));
  return html`
    ${begun &&
    html`<${Result} key=${begun.shape.id} ...${begun} onChange=${onDone} onClose=${() => setBegun(null)} />`}
    ${(chosen.size > 0 || isAll) &&
    html`
      <div class="chosen card" role="region" aria-label="Selected expenses">
        <strong aria-live="polite">${isAll ? t`All found expenses` : counted(chosen.size, "expense")} selected</strong>
        <div class="chosen-acts">
          ${acts.map(
            (act) => html`
              <button key=${act.kind} type="button" class="button small" onClick=${() => begin(act)}>${act.label}</button>
            `,
          )}
          <button type="button" class="button small" onClick=${onNone}>Select none</button>
        </div>
      </div>
    `}
    ${opened &&
    html`<${ActDialog} act=${opened} which=${which} onClose=${() => open(null)} onBegun=${(/** @type {ActSummary} */ shape) => onBegun(opened, shape)} />`}
  `;
}

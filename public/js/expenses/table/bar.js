// @ts-check
/** What is done with the expenses that are selected: their number and sums, and the acts, at the bottom of the page. */

import { counted } from "../../format.js";
import { Icon } from "../../parts/icon.js";
import { Menu } from "../../parts/menu.js";
import { Money } from "../../parts/values.js";
import { may } from "../../state/session.js";
import { sumOf } from "../../values/decimals.js";
import { ACTS } from "../bulk/acts.js";
import { addressOf } from "../asked.js";
import { TOO_MANY } from "../totals.js";
import { html, t } from "../../words.js";

/** @import { ListedExpense, Totals } from "../../api/types.js" */
/** @import { Asked } from "../asked.js" */
/** @import { ListAct } from "../bulk/acts.js" */

/** As many as an address has room for. */
const MOST_IN_ADDRESS = 200;

/**
 * @param {object} props
 * @param {ListedExpense[]} props.items that are shown
 * @param {ReadonlySet<string>} props.chosen
 * @param {boolean} props.isAll all that is found is selected
 * @param {Asked} props.asked
 * @param {Totals | typeof TOO_MANY | null} props.totals of all that is found
 * @param {(act: ListAct) => void} props.onAct
 * @param {() => void} props.onAll
 * @param {() => void} props.onNone
 */
export function SelectionBar({ items, chosen, isAll, asked, totals, onAct, onAll, onNone }) {
  if (chosen.size === 0 && !isAll) return null;
  // How many are found, null where nobody knows.
  const found = totals === TOO_MANY ? null : (totals?.count ?? items.length);
  const count = isAll ? found : chosen.size;
  const said = count === null ? t`All that are found are selected` : t`${counted(count, "expense")} selected`;
  const all = found === null ? t`Select all that are found` : t`Select all ${found} found`;
  const selected = items.filter(({ id }) => chosen.has(id));
  const sums = !isAll || totals === null ? sumsOf(selected) : totals === TOO_MANY ? [] : totals.currencies;
  const offered = ACTS.filter(({ isApprovers }) => may(isApprovers ? "approve" : "edit"));
  const proposed = selected.filter(({ category, proposedCategory }) => !category && proposedCategory).length;
  const take = offered.find(({ kind }) => kind === "proposed_category");
  const act = (/** @type {ListAct} */ each) => html`
    <button key=${each.kind} type="button" class="button small" onClick=${() => onAct(each)}>${each.label}</button>
  `;
  const filter = isAll ? { ...asked, sort: "" } : { id: [...chosen] };
  const hasRoom = isAll || chosen.size <= MOST_IN_ADDRESS;
  const claimable = selected.filter(({ status, billing }) => status === "approved" && !billing);
  return html`
    <div class="selection-bar" role="region" aria-label="Selected expenses">
      <div class="selection-said" aria-live="polite">
        <strong>${said}</strong>
        ${sums.map(({ currency, total }) => html`<span key=${currency}><${Money} amount=${total} currency=${currency} /></span>`)}
        ${!isAll && (found === null || found > chosen.size) && html`<button type="button" class="link-button" onClick=${onAll}>${all}</button>`}
      </div>
      <div class="selection-acts">
        ${take && !isAll && proposed > 0 && html`<button type="button" class="button small" onClick=${() => onAct(take)}>${acceptWords(proposed)}</button>`}
        ${offered.filter(({ isUsual }) => isUsual).map(act)}
        ${may("book") && claimable.length > 0 && !isAll && html`<a class="button small" href=${`/claims/new?${claimable.map(({ id }) => `expense=${id}`).join("&")}`}>${claimable.length < chosen.size ? t`Claim ${claimable.length} …` : t`Claim …`}</a>`}
        ${may("export") && hasRoom && html`<a class="button small" href=${addressOf(filter, "/exports")}>Export …</a>`}
        ${offered.some(({ isUsual }) => !isUsual) &&
        html`
          <${Menu} label="More to do with them">
            ${(/** @type {() => void} */ close) =>
              offered
                .filter(({ isUsual }) => !isUsual)
                .map((each) => html`<button key=${each.kind} type="button" onClick=${() => (close(), onAct(each))}>${each.label}</button>`)}
          <//>
        `}
        <button type="button" class="icon-button" aria-label="Select none" title="Select none (Esc)" onClick=${onNone}><${Icon} name="close" /></button>
      </div>
    </div>
  `;
}

/** @param {number} count of proposed categories */
export const acceptWords = (count) => (count === 1 ? t`Accept the proposed category` : t`Accept ${count} proposed categories`);

/** By currency, in the order of their codes. @param {ListedExpense[]} items */
function sumsOf(items) {
  const currencies = [...new Set(items.map(({ currency }) => currency))].sort();
  return currencies.map((currency) => ({
    currency,
    total: sumOf(items.filter((each) => each.currency === currency).map(({ total }) => total)),
  }));
}

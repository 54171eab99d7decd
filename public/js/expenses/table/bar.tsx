/**
 * What is done with the expenses that are selected: their number and sums, and the acts, at the
 * bottom of the page.
 */

import { counted } from "../../format.ts";
import { Icon } from "../../parts/icon.tsx";
import { Menu } from "../../parts/menu.tsx";
import { Money } from "../../parts/values.tsx";
import { may } from "../../state/session.ts";
import { sumOf } from "../../values/decimals.ts";
import { ACTS } from "../bulk/acts.ts";
import { addressOf } from "../asked.ts";
import { TOO_MANY } from "../totals.tsx";
import { t } from "../../words.ts";
import type { ListedExpense, Totals } from "../../api/types.d.ts";
import type { Asked } from "../asked.ts";
import type { ListAct } from "../bulk/acts.ts";

/** As many as an address has room for. */
const MOST_IN_ADDRESS = 200;

export function SelectionBar({
  items,
  chosen,
  isAll,
  asked,
  totals,
  onAct,
  onAll,
  onNone,
}: {
  /** that are shown */
  items: ListedExpense[];
  chosen: ReadonlySet<string>;
  /** all that is found is selected */
  isAll: boolean;
  asked: Asked;
  /** of all that is found */
  totals: Totals | typeof TOO_MANY | null;
  onAct: (act: ListAct) => void;
  onAll: () => void;
  onNone: () => void;
}) {
  if (chosen.size === 0 && !isAll) return null;
  // How many are found, null where nobody knows.
  const found = totals === TOO_MANY ? null : (totals?.count ?? items.length);
  const count = isAll ? found : chosen.size;
  const said =
    count === null ? t`All that are found are selected` : t`${counted(count, "expense")} selected`;
  const all = found === null ? t`Select all that are found` : t`Select all ${found} found`;
  const selected = items.filter(({ id }) => chosen.has(id));
  const sums =
    !isAll || totals === null ? sumsOf(selected) : totals === TOO_MANY ? [] : totals.currencies;
  const offered = ACTS.filter(({ isApprovers }) => may(isApprovers ? "approve" : "edit"));
  const proposed = selected.filter(
    ({ category, proposedCategory }) => !category && proposedCategory,
  ).length;
  const take = offered.find(({ kind }) => kind === "proposed_category");
  const act = (each: ListAct) => (
    <button key={each.kind} type="button" class="button small" onClick={() => onAct(each)}>
      {each.label}
    </button>
  );
  const filter = isAll ? { ...asked, sort: "" } : { id: [...chosen] };
  const hasRoom = isAll || chosen.size <= MOST_IN_ADDRESS;
  const claimable = selected.filter(({ status, billing }) => status === "approved" && !billing);
  return (
    <div class="selection-bar" role="region" aria-label="Selected expenses">
      <div class="selection-said" aria-live="polite">
        <strong>{said}</strong>
        {sums.map(({ currency, total }) => (
          <span key={currency}>
            <Money amount={total} currency={currency} />
          </span>
        ))}
        {!isAll && (found === null || found > chosen.size) && (
          <button type="button" class="link-button" onClick={onAll}>
            {all}
          </button>
        )}
      </div>
      <div class="selection-acts">
        {take && !isAll && proposed > 0 && (
          <button type="button" class="button small" onClick={() => onAct(take)}>
            {acceptWords(proposed)}
          </button>
        )}
        {offered.filter(({ isUsual }) => isUsual).map(act)}
        {may("book") && claimable.length > 0 && !isAll && (
          <a
            class="button small"
            href={`/claims/new?${claimable.map(({ id }) => `expense=${id}`).join("&")}`}
          >
            {claimable.length < chosen.size ? t`Bill ${claimable.length} …` : t`Bill …`}
          </a>
        )}
        {may("export") && hasRoom && (
          <a class="button small" href={addressOf(filter, "/exports")}>
            Export …
          </a>
        )}
        {offered.some(({ isUsual }) => !isUsual) && (
          <Menu label="More to do with them">
            {(close: () => void) =>
              offered
                .filter(({ isUsual }) => !isUsual)
                .map((each) => (
                  <button
                    key={each.kind}
                    type="button"
                    onClick={() => {
                      close();
                      onAct(each);
                    }}
                  >
                    {each.label}
                  </button>
                ))
            }
          </Menu>
        )}
        <button
          type="button"
          class="icon-button"
          aria-label="Select none"
          title="Select none (Esc)"
          onClick={onNone}
        >
          <Icon name="close" />
        </button>
      </div>
    </div>
  );
}

/** @param count of proposed categories */
export const acceptWords = (count: number) =>
  count === 1 ? t`Accept the proposed category` : t`Accept ${count} proposed categories`;

/** By currency, in the order of their codes. */
function sumsOf(items: ListedExpense[]) {
  const currencies = [...new Set(items.map(({ currency }) => currency))].sort();
  return currencies.map((currency) => ({
    currency,
    total: sumOf(items.filter((each) => each.currency === currency).map(({ total }) => total)),
  }));
}

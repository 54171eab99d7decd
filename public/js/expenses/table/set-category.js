// @ts-check
/** The category of an expense, set from its row: typed, chosen of those in use, or as it is proposed. */

import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";

import { patch } from "../../api/client.js";
import { announce } from "../../notifications/notices.js";
import { TextField } from "../../parts/fields.js";
import { placeBeside } from "../../parts/menu.js";
import { sentenceOf } from "../../state/request.js";
import { loadCategories } from "../categories.js";
import { learnt, ProposedOffer } from "../proposed.js";
import { tellChange } from "../undo.js";
import { html, t } from "../../words.js";

/** @import { ListedExpense } from "../../api/types.js" */

const LONGEST = 60;

/**
 * @param {ListedExpense} expense
 * @param {string} category empty takes it away
 * @param {(fresh: ListedExpense) => void} onDone as it is then, also once it is undone
 */
export async function setCategory(expense, category, onDone) {
  const fresh = await patch("/api/expenses/{expense_id}", { category: category || null }, { path: { expense_id: expense.id } });
  onDone(fresh);
  const says = category ? t`The category is ${category}.` : t`There is no category now.`;
  const next = learnt(fresh.merchant, fresh.category);
  if (fresh.version === expense.version) announce(says);
  else void tellChange(fresh, [says, next].filter(Boolean).join(" "), onDone);
}

/**
 * Beside what it was opened from, as long as it is rendered. Escape, or a click elsewhere, closes it.
 *
 * @param {object} props
 * @param {ListedExpense} props.expense
 * @param {HTMLElement} props.from
 * @param {(fresh: ListedExpense) => void} props.onDone
 * @param {() => void} props.onClose
 */
export function CategoryChoice({ expense, from, onDone, onClose }) {
  const [typed, type] = useState(expense.category ?? "");
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  const [isBusy, setBusy] = useState(false);
  const place = useRef(/** @type {HTMLDivElement | null} */ (null));
  const id = useId();
  useLayoutEffect(() => {
    const it = place.current;
    it?.showPopover();
    if (it) placeBeside(it, from);
    const input = it?.querySelector("input");
    input?.focus();
    input?.select();
    void loadCategories();
    return () => from.focus();
  }, []);
  /** @param {string} category */
  async function save(category) {
    if (isBusy) return;
    setBusy(true);
    try {
      await setCategory(expense, category, onDone);
    } catch (error) {
      setProblem(sentenceOf(error));
      setBusy(false);
    }
  }
  const proposed = typed.trim() ? null : expense.proposedCategory;
  // Single keys are no shortcuts while it is open.
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "." || !proposed) return;
    event.preventDefault();
    void save(proposed.category);
  };
  const onSubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    void save(typed.trim());
  };
  const onToggle = (/** @type {ToggleEvent} */ event) => event.newState === "closed" && onClose();
  return html`
    <div class="found-choice" popover="auto" role="dialog" aria-label=${t`Category of ${expense.merchant}`} ref=${place} onToggle=${onToggle}>
      <form novalidate ...${{ onSubmit, onKeyDown }}>
        <${TextField} label="Category" list="categories" value=${typed} maxLength=${LONGEST} problem=${problem} onValue=${type} />
        ${proposed && html`<${ProposedOffer} proposed=${proposed} id=${id} onTake=${() => void save(proposed.category)} />`}
        <button type="submit" class="button small primary" disabled=${isBusy}>Set</button>
      </form>
    </div>
  `;
}

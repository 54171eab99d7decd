/**
 * The category of an expense, set from its row: typed, chosen of those in use, or as it is
 * proposed.
 */

import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";

import { patch } from "../../api/client.ts";
import { announce } from "../../notifications/notices.ts";
import { placeBeside } from "../../parts/menu.tsx";
import { sentenceOf } from "../../state/request.ts";
import { categories } from "../categories.ts";
import { CategoryField } from "../category-field.tsx";
import { nameMeant } from "../../values/name-meant.ts";
import { inTurn, noteOwn, versionNow } from "../in-turn.ts";
import { learnt, ProposedOffer } from "../proposed.tsx";
import { tellChange } from "../undo.ts";
import { t } from "../../words.ts";
import { useBusy } from "../../parts/use-busy.ts";
import type { ListedExpense } from "../../api/types.d.ts";
import type { TargetedToggleEvent } from "preact";

/**
 * @param category empty takes it away
 * @param onDone as it is then, also once it is undone
 */
export async function setCategory(
  expense: ListedExpense,
  category: string,
  onDone: (fresh: ListedExpense) => void,
) {
  const fresh = await inTurn(expense.id, async () => {
    const before = { id: expense.id, version: versionNow(expense) };
    const saved = await patch(
      "/api/expenses/{expense_id}",
      { category: category || null },
      { path: { expense_id: expense.id } },
    );
    // The answer names no version before it: one more than the known one is the own change.
    if (saved.version === before.version + 1) noteOwn(before, saved);
    return saved;
  });
  onDone(fresh);
  const says = category ? t`The category is ${category}.` : t`There is no category now.`;
  const next = learnt(fresh.merchant, fresh.category);
  if (fresh.version === expense.version) announce(says);
  else void tellChange(fresh, [says, next].filter(Boolean).join(" "), onDone);
}

/**
 * Beside what it was opened from, as long as it is rendered. Escape, or a click elsewhere, closes
 * it.
 */
export function CategoryChoice({
  expense,
  from,
  onDone,
  onClose,
}: {
  expense: ListedExpense;
  from: HTMLElement;
  onDone: (fresh: ListedExpense) => void;
  onClose: () => void;
}) {
  const [typed, type] = useState(expense.category ?? "");
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, whileBusy] = useBusy();
  const place = useRef<HTMLDivElement | null>(null);
  const id = useId();
  useLayoutEffect(() => {
    const it = place.current;
    it?.showPopover();
    if (it) placeBeside(it, from);
    it?.querySelector("input")?.focus();
    return () => from.focus();
  }, []);
  async function save(category: string) {
    if (isBusy) return;
    return whileBusy(async () => {
      try {
        await setCategory(expense, category, onDone);
      } catch (error) {
        setProblem(sentenceOf(error));
      }
    });
  }
  const meant = nameMeant(typed, categories.value);
  const isReady = meant.several.length === 0;
  const proposed = typed.trim() ? null : expense.proposedCategory;
  // Single keys are no shortcuts while it is open.
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "." || !proposed) return;
    event.preventDefault();
    void save(proposed.category);
  };
  const onSubmit = (event: Event) => {
    event.preventDefault();
    if (isReady) void save(meant.name);
  };
  const onToggle = (event: TargetedToggleEvent<HTMLDivElement>) =>
    event.newState === "closed" && onClose();
  return (
    <div
      class="found-choice"
      popover="auto"
      role="dialog"
      aria-label={t`Category of ${expense.merchant}`}
      ref={place}
      onToggle={onToggle}
    >
      <form novalidate onSubmit={onSubmit} onKeyDown={onKeyDown}>
        <CategoryField label={t`Category`} value={typed} problem={problem} onValue={type} />
        {proposed && (
          <ProposedOffer proposed={proposed} id={id} onTake={() => void save(proposed.category)} />
        )}
        <button type="submit" class="button small primary" disabled={isBusy || !isReady}>
          Set
        </button>
      </form>
    </div>
  );
}

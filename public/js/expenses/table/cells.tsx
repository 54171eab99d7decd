/** What stands in the cells of an expense's row. */

import { ClosedSign } from "../../parts/closed.tsx";
import { billingWords, StageChip } from "../../parts/stage.tsx";
import { Day } from "../../parts/values.tsx";
import { money, UNKNOWN } from "../../format.ts";
import { isAlone, may } from "../../state/session.ts";
import { isSortable } from "../one/locked.tsx";
import { DocumentThumb } from "../../receipts/thumb.tsx";
import { ProposedChip } from "../proposed.tsx";
import { t } from "../../words.ts";
import type { ComponentChildren } from "preact";
import type { ListedExpense } from "../../api/types.d.ts";

/** What is done from a cell */
type Acts = { onCategory: (event: MouseEvent) => void };

export const CELLS: Record<string, (expense: ListedExpense, acts: Acts) => ComponentChildren> = {
  document: ({ receiptId, mediaType }) => (
    <span class="found-thumb">
      <DocumentThumb receiptId={receiptId} mediaType={mediaType} />
    </span>
  ),
  merchant: ({ id, merchant }) => (
    <a class="found-link" href={`/expenses/${id}`}>
      {merchant}
    </a>
  ),
  category: categoryCell,
  tags: ({ tags }) => text(tags.map((tag) => `#${tag}`).join(" ")),
  client: (expense) => text(billingWords(expense) ?? expense.client),
  project: ({ project }) => text(project),
  paidBy: ({ paidBy }) =>
    paidBy === "company" ? t`Company` : isAlone() ? t`I myself` : t`Employee`,
  number: ({ receiptNumber }) => text(receiptNumber),
  person: ({ person }) => text(person?.name),
  date: ({ date }) => (
    <>
      <Day day={date} />
      <ClosedSign day={date} />
    </>
  ),
  stage: ({ stage }) => <StageChip stage={stage} />,
  amount: ({ total, currency, base }) => (
    <>
      <span class="found-money">
        <span class="found-currency">{currency}</span> {money(total, null)}
      </span>
      {base && base.currency !== currency && (
        <small class="found-money">
          <span class="found-currency">{base.currency}</span> {money(base.total, null)}
        </small>
      )}
    </>
  ),
};

function text(value: string | null | undefined) {
  return value ? <span title={value}>{value}</span> : <span class="is-unknown">{UNKNOWN}</span>;
}

function categoryCell(
  { merchant, category, proposedCategory, parts, ...expense }: ListedExpense,
  { onCategory }: Acts,
) {
  const split = parts.length > 0 && parts.map((part) => part.category ?? t`No category`).join(", ");
  if (split)
    return (
      <span class="found-chip is-split" title={split}>
        {split}
      </span>
    );
  const name = proposedCategory ? (
    <ProposedChip proposed={proposedCategory} />
  ) : (
    (category ?? t`No category`)
  );
  const isOpen =
    (may("edit") && (expense.status === "ready" || expense.status === "in_review")) ||
    isSortable(expense);
  if (!isOpen)
    return category ? (
      <span class="found-chip" title={category}>
        {category}
      </span>
    ) : (
      text(null)
    );
  return (
    <button
      type="button"
      class={`found-chip ${category ? "" : "is-none"}`}
      title="Set the category"
      aria-label={labelOf(merchant, category, proposedCategory?.category)}
      onClick={onCategory}
    >
      {name}
    </button>
  );
}

function labelOf(merchant: string, category: string | null, proposed: string | undefined) {
  if (category) return t`Category of ${merchant}: ${category}`;
  return proposed
    ? t`Category of ${merchant}: Proposed: ${proposed}?`
    : t`Category of ${merchant}: No category`;
}

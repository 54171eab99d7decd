// @ts-check
/** What stands in the cells of an expense's row. */

import { ClosedSign } from "../../parts/closed.js";
import { billingWords, StageChip } from "../../parts/stage.js";
import { Day } from "../../parts/values.js";
import { money, UNKNOWN } from "../../format.js";
import { may } from "../../state/session.js";
import { isSortable } from "../one/locked.js";
import { DocumentThumb } from "../../receipts/thumb.js";
import { ProposedChip } from "../proposed.js";
import { html, t } from "../../words.js";

/** @import { ComponentChildren } from "preact" */
/** @import { ListedExpense } from "../../api/types.js" */

/** @typedef {{ onCategory: (event: MouseEvent) => void }} Acts what is done from a cell */

/** @type {Record<string, (expense: ListedExpense, acts: Acts) => ComponentChildren>} */
export const CELLS = {
  document: ({ receiptId, mediaType }) => html`<span class="found-thumb"><${DocumentThumb} ...${{ receiptId, mediaType }} /></span>`,
  merchant: ({ id, merchant }) => html`<a class="found-link" href=${`/expenses/${id}`}>${merchant}</a>`,
  category: categoryCell,
  tags: ({ tags }) => text(tags.map((tag) => `#${tag}`).join(" ")),
  client: (expense) => text(billingWords(expense) ?? expense.client),
  project: ({ project }) => text(project),
  paidBy: ({ paidBy }) => (paidBy === "employee" ? t`Employee` : t`Company`),
  number: ({ receiptNumber }) => text(receiptNumber),
  person: ({ person }) => text(person?.name),
  date: ({ date }) => html`<${Day} day=${date} /><${ClosedSign} day=${date} />`,
  stage: ({ stage }) => html`<${StageChip} stage=${stage} />`,
  amount: ({ total, currency, base }) => html`
    <span class="found-money"><span class="found-currency">${currency}</span> ${money(total, null)}</span>
    ${base && base.currency !== currency && html`<small class="found-money"><span class="found-currency">${base.currency}</span> ${money(base.total, null)}</small>`}
  `,
};

/** @param {string | null | undefined} value */
function text(value) {
  return value ? html`<span title=${value}>${value}</span>` : html`<span class="is-unknown">${UNKNOWN}</span>`;
}

/** @param {ListedExpense} expense @param {Acts} acts */
function categoryCell({ merchant, category, proposedCategory, parts, ...expense }, { onCategory }) {
  const split = parts.length > 0 && parts.map((part) => part.category ?? t`No category`).join(", ");
  if (split) return html`<span class="found-chip is-split" title=${split}>${split}</span>`;
  const name = proposedCategory ? html`<${ProposedChip} proposed=${proposedCategory} />` : (category ?? t`No category`);
  const isOpen = (may("edit") && (expense.status === "ready" || expense.status === "in_review")) || isSortable(expense);
  if (!isOpen) return category ? html`<span class="found-chip" title=${category}>${category}</span>` : text(null);
  return html`
    <button
      type="button"
      class=${`found-chip ${category ? "" : "is-none"}`}
      title="Set the category"
      aria-label=${labelOf(merchant, category, proposedCategory?.category)}
      onClick=${onCategory}
    >
      ${name}
    </button>
  `;
}

/** @param {string} merchant @param {string | null} category @param {string | undefined} proposed */
function labelOf(merchant, category, proposed) {
  if (category) return t`Category of ${merchant}: ${category}`;
  return proposed ? t`Category of ${merchant}: Proposed: ${proposed}?` : t`Category of ${merchant}: No category`;
}

// @ts-check
/** The chip of an expense's stage: one text and one colour each, wherever an expense is shown. */

import { html, t } from "../words.js";

/** @import { ListedExpense } from "../api/types.js" */

/** The colours are those of `.pill` by its `data-status`. @type {Record<ListedExpense["stage"], string>} */
export const STAGES = {
  in_review: t`Needs review`,
  ready: t`To approve`,
  approved: t`Approved`,
  exported: t`Exported`,
  paid: t`Paid`,
  voided: t`Voided`,
};

/** @param {{ stage: ListedExpense["stage"] }} props */
export function StageChip({ stage }) {
  return html`<span class="pill" data-status=${stage}>${STAGES[stage]}</span>`;
}

/** What became of an expense that a client, or the company, is asked for; null where no claim has it. @param {ListedExpense} expense */
export function billingWords({ billing, client }) {
  if (billing === "claimed") return t`Claimed from the company`;
  if (billing === "paid_back") return t`Paid back by the company`;
  if (billing === "billed") return client ? t`Billed to ${client}` : t`Billed`;
  if (billing === "received") return client ? t`Paid by ${client}` : t`Paid by the client`;
  return null;
}

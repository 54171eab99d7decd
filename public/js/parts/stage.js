// @ts-check
/** The chip of an expense's stage: one text and one colour each, wherever an expense is shown. */

import { html } from "htm/preact";

/** @import { ListedExpense } from "../api/types.js" */

/** The colours are those of `.pill` by its `data-status`. @type {Record<ListedExpense["stage"], string>} */
export const STAGES = {
  in_review: "To review",
  ready: "To approve",
  approved: "Approved",
  exported: "Exported",
  claimed: "Claimed",
  paid: "Paid",
  voided: "Voided",
};

/** @param {{ stage: ListedExpense["stage"] }} props */
export function StageChip({ stage }) {
  return html`<span class="pill" data-status=${stage}>${STAGES[stage]}</span>`;
}

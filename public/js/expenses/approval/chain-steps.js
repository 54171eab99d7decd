// @ts-check
/** Who approves an expense, one after the other: who did, and whom it waits for. */

import { Moment } from "../../parts/values.js";
import { html } from "../../words.js";

/** @import { ApprovalChain, ApprovalStep } from "../../api/types.js" */

/** @param {{ chain: ApprovalChain | null }} props */
export function ChainSteps({ chain }) {
  if (!chain) return null;
  return html`
    <ol class="chain" aria-label="Who approves it">
      ${chain.steps.map((step, number) => html`<li key=${number} class=${stateOf(chain, number)}><${Step} chain=${chain} step=${step} isNow=${number === chain.current} /></li>`)}
    </ol>
    ${chain.forPerson && html`<p class="quiet">You decide in place of ${chain.forPerson}.</p>`}
    ${chain.current !== null && chain.waitsFor.length === 0 && html`<p class="form-problem">Nobody else may approve it. An owner has to give it to somebody.</p>`}
    ${chain.fell && html`<p class="quiet">The person of this step cannot decide, so it waits for an owner.</p>`}
  `;
}

/** @param {ApprovalChain} chain @param {number} number */
function stateOf(chain, number) {
  if (chain.steps[number]?.approvedBy) return "is-done";
  return number === chain.current ? "is-now" : "";
}

/** @param {{ chain: ApprovalChain, step: ApprovalStep, isNow: boolean }} props */
function Step({ chain, step, isNow }) {
  if (step.approvedBy && step.at) {
    return step.inPlaceOf
      ? html`<span>${step.approvedBy} approved for ${step.inPlaceOf}, <${Moment} at=${step.at} /></span>`
      : html`<span>${step.approvedBy} approved, <${Moment} at=${step.at} /></span>`;
  }
  if (isNow && chain.isMine) return html`<span>It waits for you</span>`;
  return isNow ? html`<span>It waits for ${step.waitsFor}</span>` : html`<span>Then ${step.waitsFor}</span>`;
}

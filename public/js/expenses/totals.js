// @ts-check
/** What all that is found adds up to. */

import { counted, money } from "../format.js";
import { html, t } from "../words.js";

/** @import { Totals } from "../api/types.js" */

/** The code of the problem that says so. */
export const TOO_MANY = "too-many-to-sum";

/** @param {{ answer: Totals | typeof TOO_MANY | null, isLoading: boolean }} props */
export function Totals({ answer, isLoading }) {
  if (answer === TOO_MANY) {
    return html`<p class="found-totals">Too many may be found to be summed. Choose a period, or another condition.</p>`;
  }
  if (!answer || answer.count === 0) return null;
  return html`
    <p class="found-totals" aria-live="polite" aria-busy=${isLoading}>
      <strong>${counted(answer.count, "expense")}</strong>
      ${answer.currencies.map(({ currency, total }) => html`<span key=${currency} class="money">${money(total, currency)}</span>`)}
      ${answer.base && answer.currencies.length > 1 && html`<span class="found-base">${inBase(answer)}</span>`}
    </p>
  `;
}

/** @param {Totals} totals */
function inBase({ base, count }) {
  if (!base) return null;
  const left = count - base.count;
  const all = t`total ${money(base.total, base.currency)}`;
  return left > 0 ? t`${all}, excluding ${left} without an exchange rate` : all;
}

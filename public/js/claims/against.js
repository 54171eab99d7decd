// @ts-check
/** What policies say of what would be claimed: the expense, the rule, and what is safe to do. */

import { money } from "../format.js";
import { html, t } from "../words.js";

/** @import { Claimable } from "../api/types.js" */

/** @typedef {Claimable["violations"][number]} Violation */

/** @param {{ violations: Violation[] }} props */
export function Against({ violations }) {
  return html`
    <ul aria-label="What policies say">
      ${violations.map(
        (each) => html`
          <li key=${`${each.expenseId} ${each.policy}`}>
            <a href=${`/expenses/${each.expenseId}`}>${each.merchant}, ${money(each.amount, each.currency)}</a>: ${each.reason}
            <p class="quiet">${facts(each)}</p>
            ${each.next.length > 0 && html`<ul class="quiet">${each.next.map(({ act, says }) => html`<li key=${act}>${says}</li>`)}</ul>`}
          </li>
        `,
      )}
    </ul>
  `;
}

/** @param {Violation} violation */
function facts({ rule, approvedBy, limit, limitCurrency, compared, currency }) {
  const there = limit !== null && limitCurrency !== null && compared !== null && limitCurrency !== currency;
  return [rule, there && t`It comes to ${money(compared, limitCurrency)}.`, approvedBy && t`Approved by ${approvedBy}.`].filter(Boolean).join(" ");
}

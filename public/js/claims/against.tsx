/** What policies say of what would be claimed: the expense, the rule, and what is safe to do. */

import { money } from "../format.ts";
import { t } from "../words.ts";
import type { Claimable } from "../api/types.d.ts";

type Violation = Claimable["violations"][number];

export function Against({ violations }: { violations: Violation[] }) {
  return (
    <ul aria-label="What policies say">
      {violations.map((each) => (
        <li key={`${each.expenseId} ${each.policy}`}>
          <a href={`/expenses/${each.expenseId}`}>
            {each.merchant}, {money(each.amount, each.currency)}
          </a>
          : {each.reason}
          <p class="quiet">{facts(each)}</p>
          {each.next.length > 0 && (
            <ul class="quiet">
              {each.next.map(({ act, says }) => (
                <li key={act}>{says}</li>
              ))}
            </ul>
          )}
        </li>
      ))}
    </ul>
  );
}

function facts({ rule, approvedBy, limit, limitCurrency, compared, currency }: Violation) {
  const there =
    limit !== null && limitCurrency !== null && compared !== null && limitCurrency !== currency;
  return [
    rule,
    there && t`It comes to ${money(compared, limitCurrency)}.`,
    approvedBy && t`Approved by ${approvedBy}.`,
  ]
    .filter(Boolean)
    .join(" ");
}

/** What rules would change, before they do. */

import { counted } from "../../format.ts";
import { Day } from "../../parts/values.tsx";
import { paidByEmployee } from "../../values/payers.ts";
import { t } from "../../words.ts";
import type { RulePreview } from "../../api/types.d.ts";

/** Without `onApply` it is only shown */
export function Preview({
  preview,
  isBusy = false,
  onApply,
}: {
  preview: RulePreview;
  isBusy?: boolean;
  onApply?: () => void;
}) {
  const { matched, changes, chosen, approved, sample, isWhole } = preview;
  const stays = [
    chosen && t`${chosen} keep what a person chose`,
    approved && t`${approved} are approved`,
  ].filter(Boolean);
  return (
    <div role="status">
      <p>
        {t`${matched} match, ${changes} would change.`} {stays.length > 0 && `${stays.join(", ")}.`}
        {!isWhole && t` Only the newest 5,000 expenses were looked at.`}
      </p>
      {sample.length > 0 && (
        <ul class="lines">
          {sample.map((each) => (
            <li class="line" key={each.expenseId}>
              <a href={`/expenses/${each.expenseId}`}>
                <span class="line-title">{each.merchant}</span>
                <span class="line-note">{wordsOf(each)}</span>
                <span class="line-day">
                  <Day day={each.date} />
                </span>
              </a>
            </li>
          ))}
        </ul>
      )}
      {onApply && changes > 0 && (
        <p>
          <button type="button" class="button primary" disabled={isBusy} onClick={onApply}>
            {isWhole ? t`Apply to ${counted(changes, "expense")}` : t`Apply to all expenses`}
          </button>
        </p>
      )}
    </div>
  );
}

function wordsOf({ category, changes }: RulePreview["sample"][number]) {
  return [
    changes.category && `${category ?? t`No category`} → ${changes.category}`,
    changes.project && t`project ${changes.project}`,
    changes.tags?.length && t`tags ${changes.tags.join(", ")}`,
    changes.paidBy && paidByEmployee(),
    changes.costCenter && t`cost centre ${changes.costCenter}`,
  ]
    .filter(Boolean)
    .join(" · ");
}

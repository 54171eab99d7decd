/**
 * Why the values of an expense are locked, and what would unlock them; or what a change comes to
 * elsewhere.
 */

import { Icon } from "../../parts/icon.tsx";
import { closedAround } from "../../state/closed.ts";
import { may } from "../../state/session.ts";
import { consequencesOf } from "./progress.tsx";
import { t } from "../../words.ts";
import type { ExpenseDetail, ExpenseProgress, ListedExpense } from "../../api/types.d.ts";

export function Locked({
  expense,
  progress,
}: {
  expense: ExpenseDetail;
  progress: ExpenseProgress | null;
}) {
  const why = whyLocked(expense.status);
  const others = progress ? consequencesOf(progress) : [];
  if (isSortable(expense))
    others.unshift(
      t`Category, client, project, cost centre, tags and note can still be changed, until it is exported or billed.`,
    );
  if (!why && others.length === 0) return null;
  return (
    <div class={why ? "expense-lock is-locked" : "expense-lock"}>
      <Icon name={why ? "lock" : "info"} />
      <div>
        {[why, ...others].filter(Boolean).map((each) => (
          <p key={each}>{each}</p>
        ))}
      </div>
    </div>
  );
}

/** Whether what an approved expense is sorted by can be changed. */
export const isSortable = ({
  status,
  isExported,
  billing,
}: Pick<ExpenseDetail, "status" | "isExported" | "billing">) =>
  status === "approved" && !isExported && !billing && may("edit") && may("sort");

/** Why the category of an expense cannot be set in its row. */
export function whyNotSorted({ status, parts, date }: ListedExpense): string {
  if (parts.length > 0) return t`It is split over several categories: open it to change them.`;
  const closed = closedAround(date);
  if (closed && status === "approved")
    return t`It is in a closed period: open the expense to change it.`;
  if (status === "approved" && may("edit"))
    return may("approve")
      ? t`It is approved, and was exported or billed, or is in the books: take the approval back first.`
      : t`It is approved: ask somebody who can approve to take the approval back.`;
  return whyLocked(status) ?? t`It cannot be changed here: open it.`;
}

function whyLocked(status: string): string | null {
  if (!may("edit"))
    return t`You can see this expense, but not change it. Somebody who can edit expenses changes it.`;
  if (status === "voided")
    return t`It is voided, so its values are locked. Restore it to change them.`;
  if (status !== "approved") return null;
  return may("approve")
    ? t`Approved. To change the amount or the date, take the approval back.`
    : t`Approved. To change the amount or the date, ask somebody who can approve to take it back.`;
}

// @ts-check
/** Why the values of an expense are locked, and what would unlock them; or what a change comes to elsewhere. */

import { Icon } from "../../parts/icon.js";
import { may } from "../../state/session.js";
import { consequencesOf } from "./progress.js";
import { html, t } from "../../words.js";

/** @import { ExpenseDetail, ExpenseProgress } from "../../api/types.js" */

/** @param {{ expense: ExpenseDetail, progress: ExpenseProgress | null }} props */
export function Locked({ expense, progress }) {
  const why = whyLocked(expense.status);
  const others = progress ? consequencesOf(progress) : [];
  if (isSortable(expense)) others.unshift(t`Category, client, project, tags and note can still be changed, until it is exported or billed.`);
  if (!why && others.length === 0) return null;
  return html`
    <div class=${why ? "expense-lock is-locked" : "expense-lock"}>
      <${Icon} name=${why ? "lock" : "info"} />
      <div>${[why, ...others].filter(Boolean).map((each) => html`<p key=${each}>${each}</p>`)}</div>
    </div>
  `;
}

/** Whether what an approved expense is sorted by can be changed. @param {Pick<ExpenseDetail, "status" | "isExported" | "billing">} expense */
export const isSortable = ({ status, isExported, billing }) => status === "approved" && !isExported && !billing && may("edit") && may("sort");

/** @param {string} status @returns {string | null} */
function whyLocked(status) {
  if (!may("edit")) return t`You can see this expense, but not change it. Somebody who can edit expenses changes it.`;
  if (status === "voided") return t`It is voided, so its values are locked. Restore it to change them.`;
  if (status !== "approved") return null;
  return may("approve")
    ? t`Approved. To change the amount or the date, take the approval back.`
    : t`Approved. To change the amount or the date, ask somebody who can approve to take it back.`;
}

/**
 * Saying no: an expense is sent back with a question, which its person answers, or rejected, which is
 * the last word. What is rejected is voided: it counts nowhere, and is kept.
 */

import { post } from "../../api/client.ts";
import { may, session } from "../../state/session.ts";
import { t } from "../../words.ts";
import type { ExpenseDetail } from "../../api/types.d.ts";

export type Refusal = "send-back" | "reject";

export const WHY_SENT_BACK = t`Why do you send it back?`;
export const WHY_REJECTED = t`Why is it rejected?`;

/** Whether a person may reject it: it is another person's. */
export const isOthers = ({ person }: Pick<ExpenseDetail, "person">) =>
  may("approve") && person !== null && person.id !== session.value?.user.id;

/** @param reason which the person whose expense it is gets to read */
export const reject = ({ id, version }: { id: string; version: number }, reason: string) =>
  post(
    "/api/expenses/{expense_id}/void",
    { reason },
    {
      path: { expense_id: id },
      headers: { "If-Match": `"${version}"` },
    },
  );

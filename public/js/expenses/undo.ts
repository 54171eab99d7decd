/** What was changed of an expense, told with a button that takes it back. */

import { get, patch, post } from "../api/client.ts";
import { getRun } from "../api.ts";
import { notify } from "../notifications/notices.ts";
import { pageOfReceipt } from "../receipts/address.ts";
import { go } from "../shell/address.ts";
import { report } from "../state/report.ts";
import { sync } from "../state/runs.ts";
import { t } from "../words.ts";
import { canBeUndone } from "./one/words.ts";
import type { Expense, ExpenseDetail } from "../api/types.d.ts";

const UNDO_MS = 10_000;

/**
 * @param id of an expense
 * @param change of its history
 * @returns as it is now
 */
export async function undoChange(id: string, change: string): Promise<ExpenseDetail> {
  const undone = await post(
    "/api/expenses/{expense_id}/undo",
    { change },
    { path: { expense_id: id } },
  );
  notify(t`Undone.`, { kind: "success" });
  return undone;
}

/**
 * Take back that a receipt was confirmed, and so its approval: the expense is in review again.
 *
 * @param run the receipt's
 * @param isCategoryNew it was added by that: without an expense it goes again
 */
export async function sendBack(run: string, isCategoryNew = false) {
  try {
    const { expense } = (await getRun(run)).run ?? {};
    if (!expense) throw new Error(t`There is no expense yet. Try again in a moment.`);
    const path = { expense_id: expense.id };
    const { version } = await get("/api/expenses/{expense_id}", { path });
    const sent = await post(
      "/api/expenses/{expense_id}/send-back",
      { reason: t`taken back on the page` },
      { path, headers: { "If-Match": `"${version}"` } },
    );
    if (isCategoryNew) {
      const headers = { "If-Match": `"${sent.version}"` };
      await patch("/api/expenses/{expense_id}", { category: null }, { path, headers });
    }
    notify(t`It is back in review.`, { kind: "success" });
    sync.poke();
    go(pageOfReceipt(run, expense.id));
  } catch (error) {
    report(error);
  }
}

/** @param fresh as it is since its newest change */
export async function tellChange(
  { id, version }: Pick<Expense, "id" | "version">,
  text: string,
  onUndone: (undone: ExpenseDetail) => void,
) {
  try {
    const { items } = await get("/api/expenses/{expense_id}/history", {
      path: { expense_id: id },
      query: { limit: 1 },
    });
    const change = items[0];
    const undo = () => void undoChange(id, change?.id ?? "").then(onUndone, report);
    notify(text, {
      kind: "success",
      patience: UNDO_MS,
      action: change && canBeUndone(change, version) ? { label: t`Undo`, onAction: undo } : null,
    });
  } catch (error) {
    notify(text, { kind: "success" });
    report(error);
  }
}

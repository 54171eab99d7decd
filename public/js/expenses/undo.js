// @ts-check
/** What was changed of an expense, told with a button that takes it back. */

import { get, onceOnly, post } from "../api/client.js";
import { notify } from "../notifications/notices.js";
import { report } from "../state/report.js";
import { t } from "../words.js";
import { canBeUndone } from "./one/words.js";

/** @import { Expense, ExpenseDetail } from "../api/types.js" */

const UNDO_MS = 10_000;

/**
 * @param {string} id of an expense
 * @param {string} change of its history
 * @returns {Promise<ExpenseDetail>} as it is now
 */
export async function undoChange(id, change) {
  const undone = await post("/api/expenses/{expense_id}/undo", { change }, { path: { expense_id: id }, headers: onceOnly() });
  notify(t`Undone.`, { kind: "success" });
  return undone;
}

/**
 * @param {Pick<Expense, "id" | "version">} fresh as it is since its newest change
 * @param {string} text
 * @param {(undone: ExpenseDetail) => void} onUndone
 */
export async function tellChange({ id, version }, text, onUndone) {
  try {
    const { items } = await get("/api/expenses/{expense_id}/history", { path: { expense_id: id }, query: { limit: 1 } });
    const change = items[0];
    const undo = () => void undoChange(id, change?.id ?? "").then(onUndone, report);
    notify(text, { kind: "success", patience: UNDO_MS, action: change && canBeUndone(change, version) ? { label: t`Undo`, onAction: undo } : null });
  } catch (error) {
    notify(text, { kind: "success" });
    report(error);
  }
}

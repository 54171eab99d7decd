/** Where the page of a receipt is, which is that of the expense that it becomes. */

/**
 * @param runId of the run that reads it: it names the page until there is an expense
 * @param expenseId once it is known
 */
export function pageOfReceipt(runId: string, expenseId?: string | null) {
  return `/expenses/${encodeURIComponent(expenseId ?? runId)}`;
}

/** Whether what names the page is a run, and no expense. */
export function isRunId(id: string) {
  return id.startsWith("run_");
}

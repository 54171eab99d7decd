// @ts-check
/** The views of receipts and expenses, which the browser loads together. */

// It is there by then. By this line esbuild knows, and puts what they share with it into one file.
import "../../app.js";

export * as approvals from "../../expenses/approval/queue.js";
export * as expense from "../../expenses/expense.js";
export * as expenses from "../../expenses/expenses.js";
export * as reports from "../../expenses/reports/reports.js";
export * as run from "../../runs/run/run.js";
export * as home from "../../home/home.js";
export * as failed from "../../receipts/inbox/bulk.js";
export * as smallPdfs from "../../receipts/pdf/small.js";

// No receipts: here is room for it.
export * as alerts from "../../runs/alerts.js";

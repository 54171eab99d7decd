/** The views of receipts and expenses, which the browser loads together. */

// It is there by then. By this line esbuild knows, and puts what they share with it into one file.
import "../../app.tsx";

export * as approvals from "../../expenses/approval/queue.tsx";
export * as expense from "../../expenses/expense.tsx";
export * as expenses from "../../expenses/expenses.tsx";
export * as run from "../../runs/run/run.tsx";
export * as home from "../../home/home.tsx";

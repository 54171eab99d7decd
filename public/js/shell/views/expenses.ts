/** The views of receipts and expenses, which the browser loads together. */

// It is there by then. By this line esbuild knows, and puts what they share with it into one file.
import "../../app.tsx";

export * as approvals from "../../expenses/approval/queue.tsx";
export * as expense from "../../expenses/expense.tsx";
export * as expenses from "../../expenses/expenses.tsx";
export * as run from "../../runs/run/run.tsx";
export * as home from "../../home/home.tsx";
export * as failed from "../../receipts/inbox/bulk.tsx";
// No views of their own: what the inbox shows of several files, small pictures of PDFs, and what
// asks whether photos are one receipt.
export * as justAdded from "../../receipts/inbox/just-added.tsx";
export * as smallPdfs from "../../receipts/pdf/small.ts";

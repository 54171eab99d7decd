// @ts-check
/** The views of claims and clients, payouts, the books and reports, which the browser loads together. */

// It is there by then. By this line esbuild knows, and puts what they share with it into one file.
import "../../app.js";

export * as approvalsWaiting from "../../expenses/approval/waiting.js";
export * as duplicates from "../../expenses/approval/duplicates.js";
export * as claims from "../../claims/claims.js";
export * as newClaim from "../../claims/asking.js";
export * as claim from "../../claims/one.js";
export * as clients from "../../clients/clients.js";
export * as client from "../../clients/one.js";
export * as payouts from "../../payouts/payouts.js";
export * as myMoney from "../../payouts/my-money.js";
export * as paymentSettings from "../../payouts/payment-settings.js";
export * as reports from "../../expenses/reports/reports.js";
export * as taxReport from "../../tax/report.js";
export * as taxExpenses from "../../tax/behind.js";
export * as books from "../../books/books.js";
export * as booksAuthorized from "../../books/authorized.js";
export * as booksConflicts from "../../books/conflicts.js";
export * as booksConnection from "../../books/connection.js";
export * as booksDryRun from "../../books/dry-run.js";
export * as booksMapping from "../../books/mapping.js";
export * as ledgerAccount from "../../ledger/account.js";
export * as ledger from "../../ledger/ledger.js";

// No views of their own: dialogues that a receipt and the queue of approvals seldom show.
export * as splitDialog from "../../receipts/document/split-dialog.js";
export * as approveAll from "../../expenses/approval/approve-all.js";
export * as coding from "../../expenses/approval/coding.js";
export * as splitPagesDialog from "../../receipts/document/split-pages-dialog.js";

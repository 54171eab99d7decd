// @ts-check
/** The views of the bank, the books, exports, the ledger and travel, which the browser loads together. */

// It is there by then. By this line esbuild knows, and puts what they share with it into one file.
import "../../app.js";

export * as policies from "../../expenses/approval/policies.js";
export * as bank from "../../bank/bank.js";
export * as bankEntry from "../../bank/one-entry.js";
export * as bankMonth from "../../bank/month.js";
export * as bankMonths from "../../bank/months.js";
export * as bankConnected from "../../bank/connected.js";
export * as bankSources from "../../bank/sources.js";
export * as bankStatement from "../../bank/statement.js";
export * as bankStatements from "../../bank/statements.js";
export * as books from "../../books/books.js";
export * as booksAuthorized from "../../books/authorized.js";
export * as booksConflicts from "../../books/conflicts.js";
export * as booksConnection from "../../books/connection.js";
export * as booksDryRun from "../../books/dry-run.js";
export * as booksMapping from "../../books/mapping.js";
export * as exports from "../../exports/exports.js";
export * as exported from "../../exports/one.js";
export * as ledgerAccount from "../../ledger/account.js";
export * as ledger from "../../ledger/ledger.js";
export * as mileage from "../../travel/mileage.js";
export * as perDiem from "../../travel/per-diem.js";
export * as voucher from "../../travel/voucher.js";

// No views of their own: what the page of a receipt seldom shows.
export * as joinDialog from "../../receipts/document/join-dialog.js";
export * as joinHint from "../../receipts/document/join-hint.js";
export * as undoPieces from "../../receipts/document/undo-pieces.js";

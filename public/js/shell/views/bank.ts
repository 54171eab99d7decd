/** The views of the bank, the books and exports, which the browser loads together. */

// It is there by then. By this line esbuild knows, and puts what they share with it into one file.
import "../../app.tsx";

export * as bank from "../../bank/bank.tsx";
export * as bankEntry from "../../bank/one-entry.tsx";
export * as bankMonth from "../../bank/month.tsx";
export * as bankMonths from "../../bank/months.tsx";
export * as bankConnected from "../../bank/connected.tsx";
export * as bankSources from "../../bank/sources.tsx";
export * as bankStatement from "../../bank/statement.tsx";
export * as bankStatements from "../../bank/statements.tsx";
export * as books from "../../books/books.tsx";
export * as booksAuthorized from "../../books/authorized.tsx";
export * as booksConflicts from "../../books/conflicts.tsx";
export * as booksConnection from "../../books/connection.tsx";
export * as booksDryRun from "../../books/dry-run.tsx";
export * as booksMapping from "../../books/mapping.tsx";
export * as exports from "../../exports/exports.tsx";
export * as exported from "../../exports/one.tsx";
export * as monthEnd from "../../months/month.tsx";

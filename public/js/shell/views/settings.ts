/** The views of settings, privacy, the audit and the ledger, which the browser loads together. */

// It is there by then. By this line esbuild knows, and puts what they share with it into one file.
import "../../app.tsx";

export * as audit from "../../audit/audit.tsx";
export * as story from "../../audit/story.tsx";
export * as ledger from "../../ledger/ledger.tsx";
export * as ledgerAccount from "../../ledger/account.tsx";
export * as mail from "../../received_mail/mail.tsx";
export * as notices from "../../notifications/settings.tsx";
export * as rates from "../../accounts/rates.tsx";
export * as settings from "../../accounts/settings.tsx";
export * as access from "../../identity/access.tsx";
export * as companies from "../../identity/overview.tsx";
export * as people from "../../identity/people-page.tsx";
export * as sources from "../../inbound/sources-page.tsx";
export * as webhooks from "../../webhooks/webhooks.tsx";

// No views of their own: what a new account sees, what the inbox shows of several files and of
// receipts that failed, small pictures of PDFs, and what the page of a receipt seldom shows.
export * as firstRun from "../../accounts/first-run.tsx";
export * as failed from "../../receipts/inbox/bulk.tsx";
export * as justAdded from "../../receipts/inbox/just-added.tsx";
export * as joinHint from "../../receipts/document/join-hint.tsx";
export * as joinDialog from "../../receipts/document/join-dialog.tsx";
export * as smallPdfs from "../../receipts/pdf/small.ts";
export * as splitDialog from "../../receipts/document/split-dialog.tsx";
export * as splitPagesDialog from "../../receipts/document/split-pages-dialog.tsx";
export * as undoPieces from "../../receipts/document/undo-pieces.tsx";
export * as erasure from "../../privacy/erasure.tsx";
export * as privacy from "../../privacy/privacy.tsx";

// @ts-check
/** The views of claims, payouts and tax, of runs and of settings, which the browser loads together. */

// It is there by then. By this line esbuild knows, and puts what they share with it into one file.
import "../../app.js";

export * as approvalsWaiting from "../../expenses/approval/waiting.js";
export * as duplicates from "../../expenses/approval/duplicates.js";
export * as audit from "../../audit/audit.js";
export * as story from "../../audit/story.js";
export * as claims from "../../claims/claims.js";
export * as newClaim from "../../claims/asking.js";
export * as claim from "../../claims/one.js";
export * as clients from "../../clients/clients.js";
export * as client from "../../clients/one.js";
export * as mail from "../../received_mail/mail.js";
export * as payouts from "../../payouts/payouts.js";
export * as myMoney from "../../payouts/my-money.js";
export * as paymentSettings from "../../payouts/payment-settings.js";
export * as privacy from "../../privacy/privacy.js";
export * as runs from "../../runs/runs.js";
export * as schedules from "../../runs/schedules/schedules.js";
export * as notices from "../../notifications/settings.js";
export * as rates from "../../accounts/rates.js";
export * as settings from "../../accounts/settings.js";
export * as access from "../../identity/access.js";
export * as people from "../../identity/people-page.js";
export * as sources from "../../inbound/sources-page.js";
export * as categories from "../../expenses/sorting/categories.js";
export * as merchants from "../../expenses/sorting/merchants.js";
export * as webhooks from "../../webhooks/webhooks.js";
export * as taxReport from "../../tax/report.js";
export * as taxExpenses from "../../tax/behind.js";

// No views of their own: dialogues that a receipt and the queue of approvals seldom show.
export * as splitDialog from "../../receipts/document/split-dialog.js";
export * as approveAll from "../../expenses/approval/approve-all.js";
export * as splitPagesDialog from "../../receipts/document/split-pages-dialog.js";

/**
 * The views of billing, payouts and tax, of runs and of settings, which the browser loads together.
 */

// It is there by then. By this line esbuild knows, and puts what they share with it into one file.
import "../../app.tsx";

export * as approvalsWaiting from "../../expenses/approval/waiting.tsx";
export * as policies from "../../expenses/approval/policies.tsx";
export * as audit from "../../audit/audit.tsx";
export * as story from "../../audit/story.tsx";
export * as claims from "../../claims/claims.tsx";
export * as newClaim from "../../claims/asking.tsx";
export * as claim from "../../claims/one.tsx";
export * as clients from "../../clients/clients.tsx";
export * as client from "../../clients/one.tsx";
export * as mail from "../../received_mail/mail.tsx";
export * as payouts from "../../payouts/payouts.tsx";
export * as myMoney from "../../payouts/my-money.tsx";
export * as paymentSettings from "../../payouts/payment-settings.tsx";
export * as erasure from "../../privacy/erasure.tsx";
export * as privacy from "../../privacy/privacy.tsx";
export * as runs from "../../runs/runs.tsx";
export * as schedules from "../../runs/schedules/schedules.tsx";
export * as notices from "../../notifications/settings.tsx";
export * as rates from "../../accounts/rates.tsx";
export * as settings from "../../accounts/settings.tsx";
export * as access from "../../identity/access.tsx";
export * as people from "../../identity/people-page.tsx";
export * as sources from "../../inbound/sources-page.tsx";
export * as categories from "../../expenses/sorting/categories.tsx";
export * as merchants from "../../expenses/sorting/merchants.tsx";
export * as webhooks from "../../webhooks/webhooks.tsx";
export * as taxReport from "../../tax/report.tsx";
export * as taxExpenses from "../../tax/behind.tsx";
export * as taxSales from "../../tax/sold.tsx";

/**
 * The views of billing, clients, payouts, tax, reports, travel, runs, and what sorts and
 * approves expenses, which the browser loads together.
 */

// It is there by then. By this line esbuild knows, and puts what they share with it into one file.
import "../../app.tsx";

export * as claims from "../../claims/claims.tsx";
export * as newClaim from "../../claims/asking.tsx";
export * as claim from "../../claims/one.tsx";
export * as clients from "../../clients/clients.tsx";
export * as client from "../../clients/one.tsx";
export * as payouts from "../../payouts/payouts.tsx";
export * as myMoney from "../../payouts/my-money.tsx";
export * as taxReport from "../../tax/report.tsx";
export * as taxExpenses from "../../tax/behind.tsx";
export * as taxSales from "../../tax/sold.tsx";
export * as mileage from "../../travel/mileage.tsx";
export * as perDiem from "../../travel/per-diem.tsx";
export * as voucher from "../../travel/voucher.tsx";
export * as reports from "../../expenses/reports/reports.tsx";
export * as policies from "../../expenses/approval/policies.tsx";
export * as duplicates from "../../expenses/approval/duplicates.tsx";
export * as approvalsWaiting from "../../expenses/approval/waiting.tsx";
export * as categories from "../../expenses/sorting/categories.tsx";
export * as merchants from "../../expenses/sorting/merchants.tsx";
export * as paymentDoubt from "../../payouts/doubt-dialog.tsx";
export * as paymentSettings from "../../payouts/payment-settings.tsx";
export * as runs from "../../runs/runs.tsx";
export * as alerts from "../../runs/alerts.tsx";
export * as schedules from "../../runs/schedules/schedules.tsx";

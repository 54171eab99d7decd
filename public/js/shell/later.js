// @ts-check
/** All views but the first: one file, which the browser loads once the first is shown. */

export * as duplicates from "../expenses/approval/duplicates.js";
export * as policies from "../expenses/approval/policies.js";
export * as bank from "../bank/bank.js";
export * as bankEntry from "../bank/one-entry.js";
export * as bankMonth from "../bank/month.js";
export * as bankMonths from "../bank/months.js";
export * as bankConnected from "../bank/connected.js";
export * as bankSources from "../bank/sources.js";
export * as bankStatement from "../bank/statement.js";
export * as bankStatements from "../bank/statements.js";
export * as claims from "../claims/claims.js";
export * as claim from "../claims/one.js";
export * as expense from "../expenses/expense.js";
export * as expenses from "../expenses/expenses.js";
export * as exports from "../exports/exports.js";
export * as exported from "../exports/one.js";
export * as ledgerAccount from "../ledger/account.js";
export * as ledger from "../ledger/ledger.js";
export * as mail from "../received_mail/mail.js";
export * as payouts from "../payouts/payouts.js";
export * as privacy from "../privacy/privacy.js";
export * as reports from "../expenses/reports/reports.js";
export * as run from "../runs/run/run.js";
export * as runs from "../runs/runs.js";
export * as schedules from "../runs/schedules/schedules.js";
export * as notices from "../notifications/settings.js";
export * as settings from "../accounts/settings.js";
export * as categories from "../expenses/sorting/categories.js";
export * as merchants from "../expenses/sorting/merchants.js";
export * as mileage from "../travel/mileage.js";
export * as perDiem from "../travel/per-diem.js";
export * as voucher from "../travel/voucher.js";
export * as webhooks from "../webhooks/webhooks.js";

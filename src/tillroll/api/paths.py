"""The paths under which each router has routes. A request imports only the
routers that may answer it. Made by `make docs` from the routes.
"""

from typing import Final

PATHS: Final[dict[str, list[str]]] = {
    "tillroll.home.endpoints:router": [
        "/api/companies/overview",
        "/api/home",
        "/api/search",
    ],
    "tillroll.books.endpoints:router": [
        "/api/books/authorizations",
        "/api/books/conflicts",
        "/api/books/connections",
        "/api/books/items",
        "/api/books/status",
        "/api/books/subjects",
        "/api/books/syncs",
    ],
    "tillroll.accounts.endpoints:router": [
        "/api/account",
    ],
    "tillroll.accounts.first_run:router": [
        "/api/account/first-run",
    ],
    "tillroll.accounts.rates:router": [
        "/api/entered-rates",
    ],
    "tillroll.bank.endpoints:router": [
        "/api/bank/accounts",
        "/api/bank/breaks",
        "/api/bank/entries",
        "/api/bank/progress",
        "/api/bank/statements",
    ],
    "tillroll.bank.decisions.endpoints:router": [
        "/api/bank/accounts",
        "/api/bank/documents",
        "/api/bank/matches",
        "/api/bank/matching",
        "/api/bank/months",
        "/api/bank/unpaid",
    ],
    "tillroll.bank.sources.endpoints:router": [
        "/api/bank/source-consents",
        "/api/bank/sources",
    ],
    "tillroll.payouts.endpoints:router": [
        "/api/own-bank-account",
        "/api/payees",
        "/api/payment-files",
        "/api/payment-reports",
        "/api/payout-batches",
        "/api/payout-changes",
        "/api/payout-limits",
        "/api/payouts",
    ],
    "tillroll.payouts.owed.endpoints:router": [
        "/api/owed",
        "/api/payment-ways",
    ],
    "tillroll.bulk.endpoints:router": [
        "/api/bulk-operations",
    ],
    "tillroll.claims.endpoints:router": [
        "/api/claim-links",
        "/api/claim-preview",
        "/api/claimable",
        "/api/claims",
    ],
    "tillroll.claims.payer:router": [
        "/api/payer",
    ],
    "tillroll.audit.endpoints:router": [
        "/api/archive",
        "/api/audit",
    ],
    "tillroll.audit.reading_endpoints:router": [
        "/api/audit/actions",
        "/api/audit/entries",
        "/api/audit/expenses",
        "/api/audit/seals",
        "/api/audit/things",
    ],
    "tillroll.privacy.endpoints:router": [
        "/api/account/data-export",
        "/api/account/erasure",
        "/api/data-exports",
        "/api/erasures",
        "/api/people",
        "/api/receipts",
    ],
    "tillroll.inbound.endpoints:router": [
        "/api/inbound-events",
        "/api/inbound-sources",
    ],
    "tillroll.ledger.endpoints:router": [
        "/api/ledger/accounts",
        "/api/ledger/facts",
        "/api/ledger/transfers",
    ],
    "tillroll.ledger.statement_endpoints:router": [
        "/api/ledger/accounts",
        "/api/ledger/trial-balance",
        "/api/ledger/trial-balance.csv",
    ],
    "tillroll.received_mail.endpoints:router": [
        "/api/receipts-by-mail",
        "/api/received-mail",
    ],
    "tillroll.travel.endpoints:router": [
        "/api/mileage",
        "/api/per-diem",
        "/api/travel-rates",
    ],
    "tillroll.receipts.endpoints:router": [
        "/api/inbox",
        "/api/models/documents",
        "/api/receipts",
        "/api/runs",
        "/api/vouchers",
    ],
    "tillroll.runs.workflow_endpoints:router": [
        "/api/workflows",
    ],
    "tillroll.runs.schedule_endpoints:router": [
        "/api/schedules",
    ],
    "tillroll.runs.endpoints:router": [
        "/api/runs",
    ],
    "tillroll.runs.operation_endpoints:signals_router": [
        "/api/runs",
    ],
    "tillroll.runs.operation_endpoints:router": [
        "/api/dead-letters/abandon",
        "/api/dead-letters/retry",
        "/api/runs",
    ],
    "tillroll.observability.endpoints:router": [
        "/api/alerts",
        "/api/jobs",
        "/api/metrics",
        "/api/query-check",
    ],
    "tillroll.ai.endpoints:router": [
        "/api/ai-calls",
    ],
    "tillroll.webhooks.endpoints:router": [
        "/api/deliveries",
        "/api/endpoints",
        "/api/event-types",
        "/api/events",
    ],
    "tillroll.tax.endpoints:router": [
        "/api/tax/decisions",
        "/api/tax/expenses",
        "/api/tax/report",
        "/api/tax/sales",
    ],
    "tillroll.exports.endpoints:router": [
        "/api/closed-periods",
        "/api/export-links",
        "/api/export-profiles",
        "/api/exports",
    ],
    "tillroll.company.endpoints:router": [
        "/api/company",
    ],
    "tillroll.expenses.search.endpoints:reports_router": [
        "/api/reports",
    ],
    "tillroll.expenses.search.endpoints:router": [
        "/api/expense-views",
        "/api/expenses",
    ],
    "tillroll.expenses.endpoints:router": [
        "/api/expenses",
    ],
    "tillroll.expenses.approval.endpoints:router": [
        "/api/approvals/check",
        "/api/approvals/take-back",
        "/api/expenses/approve",
        "/api/expenses/reject",
        "/api/expenses/unapprove",
        "/api/policies",
    ],
    "tillroll.expenses.approval.chain_endpoints:router": [
        "/api/approval-chains",
        "/api/approvals/begin-anew",
        "/api/approvals/queue",
        "/api/approvals/reassign",
        "/api/approvals/remind",
        "/api/approvals/waiting",
        "/api/substitutes",
    ],
    "tillroll.expenses.duplicates.endpoints:router": [
        "/api/duplicates",
        "/api/expenses",
    ],
    "tillroll.expenses.sorting.endpoints:router": [
        "/api/categories",
        "/api/proposals",
        "/api/rules",
    ],
    "tillroll.expenses.sorting.endpoints:merchants_router": [
        "/api/merchants",
    ],
    "tillroll.expenses.sorting.act_endpoints:router": [
        "/api/acts",
    ],
    "tillroll.clients.endpoints:router": [
        "/api/client-choices",
        "/api/clients",
        "/api/projects",
    ],
    "tillroll.identity.language:router": [
        "/api/notices/language",
    ],
    "tillroll.identity.mail_address_endpoints:router": [
        "/api/mail-address",
    ],
    "tillroll.identity.session_endpoints:router": [
        "/api/passkeys",
        "/api/session",
        "/api/sessions",
        "/api/sign-in-codes",
        "/api/sign-in-links",
    ],
    "tillroll.identity.companies.endpoints:router": [
        "/api/companies",
    ],
    "tillroll.identity.people_endpoints:router": [
        "/api/people",
        "/api/sign-in-refusals",
        "/api/tokens",
    ],
    "tillroll.quotas.endpoints:router": [
        "/api/account/usage",
    ],
    "tillroll.notifications.push.endpoints:router": [
        "/api/notices/devices",
    ],
    "tillroll.notifications.endpoints:router": [
        "/api/notices",
    ],
    "tillroll.notifications.endpoints:bounces": [
        "/api/mail/events",
    ],
    "tillroll.api.health:router": [
        "/api/health",
    ],
}

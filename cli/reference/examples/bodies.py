"""Bodies of requests that the names of their members alone do not make."""

from collections.abc import Mapping
from typing import Any, Final

from cli.reference.examples.features import of_features
from cli.reference.examples.words import DAY, IDS, TIME

# By method and path.
BODIES: Final[Mapping[str, Any]] = {
    **of_features("BODIES"),
    "PATCH /api/account": {"baseCurrency": "EUR", "aiDailyBudget": "1.50"},
    "PUT /api/bank/accounts/{bank_account_id}/holders": {
        "person": IDS["userId"],
        "cards": [{"ending": "1234", "person": IDS["userId"]}],
    },
    "POST /api/bank/accounts/{bank_account_id}/quiet-days": {
        "first": "2026-11-18",
        "last": "2026-11-19",
    },
    "POST /api/workflows/{kind}/trigger": {"receiptId": IDS["receiptId"]},
    "POST /api/tokens": {
        "name": "Nightly import",
        "expiresInDays": 90,
        "scopes": ["read", "submit", "trigger"],
    },
    "POST /api/people": {"name": "Bob", "roles": ["submitter"], "mail": "bob@example.com"},
    "POST /api/archive/restore": {"runs": [IDS["runId"]]},
    "POST /api/archive/rounds": {"olderThanDays": 90},
    "POST /api/archive/verify": {"range": 3},
    "PATCH /api/expenses/{expense_id}": {"category": "Meals", "note": "Lunch with Ann"},
    "PATCH /api/expenses/{expense_id}/document": {
        "documentKind": "invoice",
        "receiptNumber": "R-1042",
    },
    "PATCH /api/expenses/{expense_id}/names": {"merchant": "Blue Bottle Coffee"},
    "POST /api/runs/{run_id}/review": {"decision": "approve", "values": {"total": "12.50"}},
    "POST /api/runs/{run_id}/signals/{name}": {"key": "confirmed-1", "payload": {}},
    "POST /api/runs/{run_id}/retry": {"reason": "The model is back"},
    "POST /api/runs/{run_id}/restart": {"step": "notify", "reason": "The file was corrected"},
    "POST /api/dead-letters/retry": {"ids": [IDS["runId"]], "reason": "The model is back"},
    "POST /api/dead-letters/abandon": {
        "ids": [IDS["runId"]],
        "reason": "Nobody needs them any more",
    },
    "POST /api/bulk-operations": {
        "act": "retry",
        "filter": {"kind": "receipt", "status": "failed"},
        "reason": "The model is back",
    },
    "POST /api/bulk-operations/preview": {
        "act": "retry",
        "filter": {"kind": "receipt", "status": "failed"},
    },
    "POST /api/tax/decisions": {
        "expenses": [IDS["expenseId"]],
        "treatment": "eu_services",
        "rate": "19",
    },
    "POST /api/approvals/check": {"ids": [IDS["expenseId"]]},
    "POST /api/approvals/reassign": {"ids": [IDS["expenseId"]], "to": IDS["user_id"]},
    "POST /api/approvals/remind": {"person": IDS["user_id"]},
    "POST /api/approval-chains": {
        "name": "From 500 euro",
        "from": "500",
        "steps": ["approver", "owner"],
    },
    "POST /api/substitutes": {
        "substitute": IDS["user_id"],
        "from": "2026-12-01",
        "to": "2026-12-14",
    },
    "POST /api/endpoints": {"url": "https://example.com/hook", "topics": ["expense.*"]},
    "PATCH /api/endpoints/{endpoint_id}": {"enabled": True},
    "POST /api/endpoints/{endpoint_id}/rotate-secret": {"overlapHours": 24},
    "POST /api/deliveries/redeliver": {"endpointId": IDS["endpointId"], "states": ["given_up"]},
    "POST /api/expense-views": {
        "name": "Lunches",
        "filter": {"category": "Meals"},
        "isShared": True,
    },
    "PATCH /api/expense-views/{view_id}": {"name": "Lunches and dinners"},
    "POST /api/policies": {
        "name": "Above 500 euro",
        "effect": "four_eyes",
        "currency": "EUR",
        "above": "500",
    },
    "POST /api/rules": {"when": {"merchant": "Blue Bottle Coffee"}, "gives": {"category": "Meals"}},
    "PUT /api/rules/{rule_id}": {"when": {"words": ["coffee"]}, "gives": {"category": "Meals"}},
    "POST /api/rules/preview": {
        "rule": {"when": {"words": ["coffee"]}, "gives": {"category": "Meals"}}
    },
    "POST /api/rules/apply": {"ids": [IDS["rule_id"]]},
    "POST /api/rules/order": {"ids": [IDS["rule_id"]]},
    "POST /api/acts": {"kind": "category", "ids": [IDS["expenseId"]], "category": "Meals"},
    "POST /api/acts/preview": {
        "kind": "category",
        "filter": {"merchant": "Blue Bottle Coffee"},
        "category": "Meals",
    },
    "POST /api/exports": {"format": "csv", "filter": {"from": "2026-11-01", "to": "2026-11-30"}},
    "POST /api/exports/count": {
        "format": "csv",
        "filter": {"from": "2026-11-01", "to": "2026-11-30"},
    },
    "POST /api/exports/{export_id}/links": {"expiresInHours": 168},
    "POST /api/closed-periods": {"from": "2026-10-01", "to": "2026-10-31"},
    "POST /api/export-profiles": {
        "name": "Books",
        "format": "csv",
        "options": {"delimiter": ";", "decimalMark": ","},
    },
    "PUT /api/export-profiles/{profile_id}": {"name": "Books", "options": {"delimiter": ";"}},
    "POST /api/vouchers": {
        "merchant": "Parking meter",
        "date": DAY,
        "total": "4.00",
        "currency": "EUR",
        "reason": "The meter printed nothing",
    },
    "POST /api/mileage": {
        "date": DAY,
        "km": "42.5",
        "country": "DE",
        "from": "Berlin",
        "to": "Potsdam",
        "purpose": "Visit to a client",
    },
    "POST /api/mileage/preview": {"date": DAY, "km": "42.5", "country": "DE"},
    "POST /api/per-diem": {
        "country": "DE",
        "left": "2026-11-18T08:00:00+01:00",
        "returned": "2026-11-20T18:00:00+01:00",
        "purpose": "Visit to a client",
    },
    "POST /api/per-diem/preview": {
        "country": "DE",
        "left": "2026-11-18T08:00:00+01:00",
        "returned": "2026-11-20T18:00:00+01:00",
    },
    "POST /api/bank/statements/{statement_id}/undo": {
        "reason": "It was read for the wrong account"
    },
    "POST /api/claims": {"currency": "EUR", "payerKind": "customer", "clientId": IDS["clientId"]},
    "POST /api/claims/preview": {
        "currency": "EUR",
        "payerKind": "customer",
        "clientId": IDS["clientId"],
    },
    "POST /api/claims/{claim_id}/links": {"expiresInDays": 90},
    "POST /api/claims/{claim_id}/payments": {
        "amount": "12.90",
        "currency": "EUR",
        "day": "2026-11-20",
    },
    "POST /api/clients": {
        "name": "ACME AG",
        "mail": "books@acme.example",
        "country": "AT",
        "termsDays": 14,
    },
    "PATCH /api/clients/{client_id}": {"termsDays": 30},
    "POST /api/clients/{client_id}/merge": {"into": IDS["clientId"]},
    "POST /api/clients/{client_id}/projects": {"name": "Roof"},
    "PATCH /api/projects/{project_id}": {"archived": True},
    "POST /api/entered-rates": {
        "currency": "ARS",
        "rate": "0.00067",
        "firstDay": "2026-11-02",
        "lastDay": "2026-11-02",
        "source": "Card statement of November",
    },
    "PATCH /api/company": {
        "name": "Books GmbH",
        "city": "Köln",
        "country": "DE",
        "iban": "DE02120300000000202051",
    },
    "POST /api/payees": {
        "name": "Ann Lee",
        "recipient": "acct_1Nv0FGQ9RKHgCVdK",
        "method": "gbba_1Nyd9YFBVUzLyxXZ16",
    },
    "POST /api/payout-batches": {
        "name": "November",
        "csv": (
            "payee,currency,amount,reference\npay_01JD0C3YF8W7VQ5NB1KX4T9HZM,EUR,1290,Trip to "
            "Berlin"
        ),
    },
    "PUT /api/payees/{payee_id}/person": {"person": IDS["userId"]},
    "POST /api/payouts/{payout_id}/undo": {"reason": "The envelope was not handed over"},
    "POST /api/owed/payments": {
        "expenses": [IDS["expenseId"]],
        "way": "hand",
        "paidOn": "2026-11-20",
    },
    "POST /api/owed/payments/check": {"expenses": [IDS["expenseId"]], "way": "file"},
    "POST /api/payouts/{payout_id}/settlement": {
        "settledAs": "paid",
        "reason": "It stands on the bank's statement",
    },
    "POST /api/payout-batches/check": {
        "name": "November",
        "csv": (
            "payee,currency,amount,reference\npay_01JD0C3YF8W7VQ5NB1KX4T9HZM,EUR,1290,Trip to "
            "Berlin"
        ),
    },
    "POST /api/payment-files": {},
    "POST /api/payment-files/recovery": {
        "fileId": IDS["fileId"],
        "handedOut": True,
        "reason": "The bank lists it",
    },
    "POST /api/payment-reports": {
        "report": '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10">…'
    },
    "POST /api/claims/{claim_id}/credit-notes": {
        "expenseIds": [IDS["expenseId"]],
        "reason": "It was private",
    },
    "POST /api/ledger/accounts": {
        "id": "meals",
        "name": "Meals",
        "currency": "EUR",
        "normalSide": "debit",
    },
    "POST /api/ledger/transfers": {
        "kind": "transfer",
        "id": "2026-11-20-lunch",
        "debit": "meals",
        "credit": "owed-to-ann",
        "currency": "EUR",
        "amount": 1250,
    },
    "POST /api/notices/read": {"until": TIME},
    "POST /api/notices/devices": {
        "endpoint": "https://push.example.com/send/c0ffee",
        "keys": {
            "p256dh": (
                "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUz"
                "ORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
            ),
            "auth": "BTBZMqHH6r4Tts7J_aSIgg",
        },
        "name": "Ann's phone",
        "kinds": ["approval", "paid"],
    },
    "POST /api/sign-in-links": {"address": "ann@example.com"},
    "PATCH /api/notices/devices/{device_id}": {"kinds": ["approval"]},
    "PUT /api/session/name": {"name": "Ann Byrne"},
    "PUT /api/notices/language": {"language": "de"},
    "PUT /api/notices/choices": {"topic": "expense.created", "inApp": True, "byMail": False},
    "PATCH /api/receipts/{receipt_id}": {"paidBy": "employee"},
    "POST /api/receipts/{receipt_id}/split": {"beginsAt": [2, 4]},
    "POST /api/receipts/{receipt_id}/undo": {"act": "split"},
    "POST /api/receipts/joined": {"receiptIds": [IDS["receiptId"], IDS["receipt_id"]]},
    "PUT /api/receipts-by-mail": {
        "requiresAuthentication": True,
        "senders": [{"pattern": "@example.com", "userId": IDS["user_id"]}],
    },
    "POST /api/schedules": {
        "kind": "export",
        "name": "Monthly books",
        "cron": "0 6 3 * *",
        "timeZone": "Europe/Berlin",
        "params": {"format": "csv", "days": "last-month"},
    },
    "PATCH /api/schedules/{schedule_id}": {"paused": True},
    "POST /api/inbound-sources": {
        "name": "Payments",
        "scheme": {"name": "standard-webhooks"},
        "mapping": {"rules": [{"eventType": "ping", "ignore": True}]},
    },
    "PUT /api/inbound-sources/{source_id}": {
        "name": "Payments",
        "mapping": {"rules": [{"eventType": "ping", "ignore": True}]},
    },
    "POST /api/inbound-sources/{source_id}/secrets": {"overlapHours": 24},
    "POST /api/inbound-sources/{source_id}/take-over": {"secret": None},
    "POST /api/inbound/{source_id}": {
        "id": "evt_1",
        "type": "payment.settled",
        "data": {"run": IDS["runId"]},
    },
    "POST /api/expenses/{expense_id}/undo": {"change": IDS["change"]},
    "POST /api/expenses/approve": {"ids": [IDS["expenseId"]], "versions": [3]},
    "POST /api/expenses/reject": {
        "ids": [IDS["expenseId"]],
        "versions": [3],
        "reason": "Whose lunch is it?",
    },
    "POST /api/categories": {"name": "Meals", "ledgerCode": "6640"},
    "PATCH /api/categories/{category_id}": {"state": "archived"},
    "POST /api/categories/{category_id}/merge": {"into": IDS["category_id"]},
    "POST /api/merchants/rename": {"names": ["BLUE BOTTLE"], "to": "Blue Bottle Coffee"},
}

"""What the examples of one route, or of one member, say: names such as `state` mean something else in each."""

from collections.abc import Mapping
from typing import Any, Final

from tillroll.api.describing.examples.words import IDS, TIME

_ULID: Final = "01M7W5NGV645S0BRJVWMNMGREZ"
_DELIVERED: Final = {"state": "delivered", "lastStatus": 204, "settledAt": TIME, "attemptsMade": 1}
_MAPPING: Final = {
    "rules": [
        {
            "when": {"/type": "receipt.stored"},
            "start": {"kind": "receipt", "params": {"receiptId": {"pointer": "/data/receiptId"}}},
        },
        {"when": {"/type": "ping"}, "ignore": True},
    ]
}
_OF_A_CREDENTIAL: Final = {"id": "kWZfXo3vT1mB0bXq2cVh5w"}
_OF_AN_EXPENSE: Final = {"id": IDS["expenseId"], "status": "ready"}

# By the last word of a path, where that says what the answer is one of, in place of the first.
SUBJECTS: Final[Mapping[str, str]] = {
    "abandon": "operated",
    "apply": "acts",
    "cancel": "operated",
    "data-export": "data-exports",
    "deliver": "operated",
    "erasure": "erasures",
    "late": "late",
    "links": "links",
    "passkey": "credential",
    "passkey-options": "credential",
    "pause": "operated",
    "resend": "operated",
    "resume": "operated",
    "retry": "operated",
    "settlement": "payouts",
    "timeline": "timeline",
}

# By the part of a path, or the member that something stands in; a member of a certain one by both, apart by a point.
# What is null here is shown as null.
PLACES: Final[Mapping[str, Mapping[str, Any]]] = {
    "acts": {"state": "applied"},
    "acts.sample": _OF_AN_EXPENSE,
    "ai-calls": {"id": f"aic_{_ULID}", "state": "completed", "reason": None},
    "alerts": {"id": f"alr_{_ULID}"},
    "alike": {
        "id": IDS["runId"],
        "payeeId": f"pay_{_ULID}",
        "payeeName": "Blue Bottle Coffee",
        "state": "paid",
        "batchId": None,
    },
    "allowCredentials": _OF_A_CREDENTIAL,
    "approvals": {**_OF_AN_EXPENSE, "status": "in_review"},
    "archive": {"ranges": {"archived": 12, "verified": 1}},
    "flaws": {"held": "range 3", "objectKey": f"audit/archive/00000003-{64 * '0'}.jsonl.gz", "wrong": "missing"},
    "attempts": {"status": 204, "durationMs": 41},
    "bulk-operations": {"id": f"bop_{_ULID}", "act": "retry", "status": "processing", "filter": {"status": "failed"}},
    "bulk-operations.sample": {"id": IDS["runId"], "status": "failed", "state": "received_ocr_failed", "reason": None},
    "categories": {"state": "active", "items": ["Meals", "Travel"]},
    "claimable.expenses": {"id": IDS["expenseId"], "client": "Example GmbH"},
    "claimable": {"name": "Example GmbH"},
    "claims": {
        "id": IDS["runId"],
        "runState": "awaiting_payment",
        "payerName": "Example GmbH",
        "credited": "0.00",
        "writtenOff": "0.00",
        "paid": "0.00",
        "open": "12.50",
        "askedBy": IDS["userId"],
        "payerMail": None,
    },
    "claims.files": {"number": "2026-0001"},
    "claims.mails": {"purpose": "issued", "became": "sent", "providerId": "49a3999c-0ce1-4ea6-ab68-afcd6dc2e794"},
    "credential": _OF_A_CREDENTIAL,
    "data-exports": {"id": f"dex_{_ULID}", "target": IDS["userId"], "url": f"/api/data-exports/dex_{_ULID}/file"},
    "deliveries": _DELIVERED,
    "duplicates": _OF_AN_EXPENSE,
    "endpoints": _DELIVERED,
    "erasures": {"id": f"era_{_ULID}", "target": IDS["receiptId"]},
    "event-types": {
        "name": "expense.created",
        "version": 1,
        "payloadSchema": {"type": "object", "required": ["type", "timestamp", "data"]},
    },
    "events": {"id": IDS["eventId"]},
    "exports": {"state": "written", "status": "complete"},
    "exports.filter": {"status": "ready"},
    "first": _OF_AN_EXPENSE,
    "inbound": {"id": IDS["event_id"]},
    "inbound-events": {"state": "started", "type": "receipt.stored", "eventId": "evt_1", "conflicts": 0},
    "inbound-sources": {
        "path": f"/api/inbound/{IDS['source_id']}",
        "mapping": _MAPPING,
        "waiting": 0,
        "unmapped": 0,
    },
    "inbound-sources.refused": {"count": 0},
    "late": _OF_AN_EXPENSE,
    "links": {"id": IDS["link_id"], "status": "active"},
    "merchants": {"name": "Blue Bottle Coffee", "id": IDS["act_id"], "state": "applied"},
    "mileage": {"status": "processing"},
    "notices": {"id": f"ntc_{_ULID}"},
    "operated": {"id": IDS["runId"], "status": "processing"},
    "papers": {"name": "receipt.pdf", "found": "attached", "outcome": "taken"},
    "payees": {"id": f"pay_{_ULID}", "name": "Blue Bottle Coffee", "recipient": "acct_1042", "iban": None, "bic": None},
    "payout-batches": {
        "id": IDS["runId"],
        "name": "November",
        "payments": 2,
        "askedBy": IDS["userId"],
        "state": "paid",
        "outcome": "paid",
        "count": 2,
    },
    "payment-files": {
        "id": f"pmf_{_ULID}",
        "messageId": f"pmf-{_ULID}",
        "payments": 3,
        "open": 1,
        "posted": 2,
        "waiting": 0,
        "madeBy": IDS["userId"],
        "name": "Ann Lee",
        "iban": "FR14…2606",
        "amount": 1290,
        "bankStatus": "ACSC",
        "fileId": f"pmf_{_ULID}",
        "strangers": [IDS["runId"]],
    },
    "payment-reports": {"fileId": f"pmf_{_ULID}", "changed": 1},
    "payouts": {
        "id": IDS["runId"],
        "payeeId": f"pay_{_ULID}",
        "payeeName": "Blue Bottle Coffee",
        "askedBy": IDS["userId"],
        "state": "paid",
        "settledAs": None,
        "settledBy": None,
        "settledAt": None,
    },
    "per-diem": {"status": "processing"},
    "perDiem": {"meals": {"breakfast": "5.60", "lunch": "11.20", "dinner": "11.20"}},
    "proposals": {"id": IDS["act_id"], "state": "applied"},
    "received-mail": {"id": f"rml_{_ULID}", "state": "done"},
    "receipts": {"status": "processing"},
    "rp": {"id": "tillroll.example.com"},
    "rules": {"state": "active"},
    "schedules": {
        "kind": "export",
        "inWords": "At 06:00 on the third day of every month",
        "params": {"format": "csv", "days": "last-month"},
    },
    "second": {"id": IDS["expense_id"], "status": "ready"},
    "secrets": {"id": f"sec_{_ULID}"},
    "sign-in-refusals": {"hour": "2026-11-20T09", "network": "192.0.2.0/24"},
    "states": {"name": "received"},
    "steps": {"effect": "read"},
    "steps.onFailure": {"state": "received_ocr_failed"},
    "timeline": {"name": "ocr-extract"},
    "topics": {"name": "expense.created"},
    "violations": {"name": "Above 500 euro", "effect": "four_eyes"},
    "vouchers": {"status": "processing"},
}

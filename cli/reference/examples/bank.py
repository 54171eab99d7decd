"""Whole answers of the bank's routes, whose words belong together."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from cli.reference.examples.words import IDS, TIME

_OK: Final = 200
_ACCOUNT: Final[Mapping[str, Any]] = {
    "id": IDS["bank_account_id"],
    "name": "Current account",
    "currency": "EUR",
    "number": "DE89…3000",
    "booksCertain": False,
    "createdAt": TIME,
    "archivedAt": None,
    "balance": 1_204_350,
    "balanceDay": "2026-11-20",
    "firstDay": "2026-01-01",
    "lastDay": "2026-11-20",
    "entries": 212,
    "open": 31,
    "certain": 14,
    "disagrees": None,
    "heldBy": IDS["userId"],
    "cards": [{"ending": "1234", "person": IDS["userId"]}],
}
_QUIET_DAYS: Final[Mapping[str, Any]] = {
    "id": IDS["quiet_days_id"],
    "bankAccountId": IDS["bank_account_id"],
    "first": "2026-11-18",
    "last": "2026-11-19",
    "saidBy": "Alex Doe",
    "saidAt": TIME,
    "entryDay": None,
}
_STATEMENT: Final[Mapping[str, Any]] = {
    "id": IDS["statement_id"],
    "runId": IDS["runId"],
    "state": "matched",
    "status": "complete",
    "bankAccounts": "Giro",
    "fileName": "november.xml",
    "size": 182_044,
    "source": "upload",
    "by": IDS["userId"],
    "createdAt": TIME,
    "format": "camt.053",
    "entries": 212,
    "added": 209,
    "known": 2,
    "booked": 1,
    **dict.fromkeys(("undoneBy", "undoneBecause", "undoneAt")),
}
_STARTED: Final[Mapping[str, Any]] = {
    "runId": IDS["runId"],
    "statementId": IDS["statement_id"],
    "status": "processing",
}
ENTRY: Final[Mapping[str, Any]] = {
    "id": IDS["entry_id"],
    "bankAccountId": IDS["bank_account_id"],
    "statementId": IDS["statement_id"],
    "status": "booked",
    "day": "2026-11-20",
    "valueDay": "2026-11-20",
    "amount": -1250,
    "currency": "EUR",
    "counterparty": "Blue Bottle Coffee",
    "counterpartyShown": None,
    "words": "Card payment 12:31",
    "bankReference": "KF11-20417",
    "endToEndId": None,
    "creditorReference": None,
    "transactionCode": "PMNT-CCRD-POSD",
    "charges": 0,
    "foreignAmount": None,
    "foreignCurrency": None,
    "rate": None,
    "isReversal": False,
    "explained": 0,
    "reason": None,
    "reasonKind": None,
    "reasonBy": None,
    "owedBy": None,
    "askedAt": None,
    "doubt": None,
}
_DETAIL: Final[Mapping[str, Any]] = {
    **_STATEMENT,
    "sections": [
        {
            "number": 1,
            "bankAccountId": IDS["bank_account_id"],
            "currency": "EUR",
            "format": "camt.053",
            "printedId": "2026-11",
            "sequence": 11,
            "page": None,
            "isLastPage": True,
            "statesPeriod": True,
            "firstDay": "2026-11-01",
            "lastDay": "2026-11-20",
            "opening": 1_150_000,
            "closing": 1_204_350,
            "closingDay": "2026-11-20",
            "sum": "closes",
            "entries": 212,
            "overlap": None,
            "isStored": True,
        }
    ],
    "misfits": [],
    "breaks": [],
    "undoable": {"entries": 209, "matches": 31, "matchDays": ["2026-11-03", "2026-11-05"]},
}
_FETCH: Final[Mapping[str, Any]] = {
    "id": "bfe_01M7W5NGV645S0BRJVWMNMGREZ",
    "sourceId": IDS["bank_source_id"],
    "state": "done",
    "by": f"source:{IDS['bank_source_id']}",
    "fromDay": "2026-11-06",
    "toDay": "2026-11-20",
    "pages": 2,
    "records": 74,
    "attempts": 1,
    "nextAttemptAt": TIME,
    "why": None,
    "createdAt": TIME,
    "settledAt": TIME,
    "statementId": IDS["statement_id"],
}
_BEGUN: Final[Mapping[str, Any]] = {
    **_FETCH,
    **dict.fromkeys(("pages", "records", "attempts"), 0),
    **dict.fromkeys(("settledAt", "statementId")),
    "state": "stored",
}
_SOURCE: Final[Mapping[str, Any]] = {
    "id": IDS["bank_source_id"],
    "bankAccountId": IDS["bank_account_id"],
    "kind": "enable-banking",
    "bank": "Nordea",
    "country": "FI",
    "state": "connected",
    "why": None,
    "validUntil": "2027-05-18T09:48:00.120Z",
    "nextAt": "2026-11-21T09:48:00.120Z",
    "createdBy": f"user:{IDS['userId']}",
    "createdAt": TIME,
    "endedAt": None,
    "accounts": [],
    "last": _FETCH,
}
_NEW: Final[Mapping[str, Any]] = {
    **_SOURCE,
    **dict.fromkeys(("validUntil", "nextAt", "last")),
    "state": "new",
}
_MISSING: Final[Sequence[Mapping[str, Any]]] = (
    {"bankAccountId": IDS["bank_account_id"], "bankAccount": "Giro", "days": 10},
)
_KEY: Final = "-----BEGIN PRIVATE KEY-----\nMIIEvQ…\n-----END PRIVATE KEY-----"
_ACCESS: Final[Mapping[str, Any]] = {
    "kind": "enable-banking",
    "applicationId": "3e4d1c4e-0f6a-4b7e-9a59-2f1f6f0b8a11",
    "privateKey": _KEY,
    "bank": "Nordea",
    "country": "FI",
}

BODIES: Final[Mapping[str, Any]] = {
    "POST /api/bank/matches": {
        "pairs": [
            {
                "entryId": IDS["entry_id"],
                "documentKind": "expense",
                "documentId": IDS["expenseId"],
                "amount": -1250,
            }
        ]
    },
    "POST /api/bank/matches/certain": {"account": None, "from": "2026-02-01", "to": "2026-02-28"},
    "POST /api/bank/sources": {
        "bankAccountId": IDS["bank_account_id"],
        "access": _ACCESS,
        "fromDay": "2026-09-01",
    },
    "PUT /api/bank/sources/{bank_source_id}/access": {"access": _ACCESS},
    "PUT /api/bank/sources/{bank_source_id}/bank": {"bank": "Nordea", "country": "FI"},
    "POST /api/bank/source-consents": {"state": "mB0w4tJ1fV0", "code": "4d1c8e2a"},
    "POST /api/bank/sources/{bank_source_id}/account": {
        "id": "07cc67f4-45d6-494b-adac-09b5cbc7e2b5"
    },
}
_MATCH: Final[Mapping[str, Any]] = {
    "id": IDS["match_id"],
    "state": "proposed",
    "kind": "exact",
    "level": "proposed",
    "score": 870,
    "reasons": ["same amount", "one day later", "the same name"],
    "twins": [],
    "pairs": [
        {
            "entryId": IDS["entry_id"],
            "payment": 0,
            "documentKind": "expense",
            "documentId": IDS["expenseId"],
            "amount": -1250,
            "currency": "EUR",
            "settles": -1250,
            "title": "Blue Bottle Coffee, 2026-11-19",
        }
    ],
    "createdAt": TIME,
    "decidedBy": None,
    "decidedAt": None,
    "said": None,
}
_ACCEPTED: Final[Mapping[str, Any]] = {
    **_MATCH,
    "state": "accepted",
    "decidedBy": f"user:{IDS['userId']}",
    "decidedAt": TIME,
}

ANSWERS: Final[Mapping[str, Any]] = {
    "GET /api/bank/accounts 200": {"items": [_ACCOUNT]},
    "POST /api/bank/accounts 201": {
        **_ACCOUNT,
        **dict.fromkeys(("balance", "balanceDay", "firstDay", "lastDay")),
        "entries": 0,
        "open": 0,
        "certain": 0,
    },
    "GET /api/bank/accounts/{bank_account_id} 200": _ACCOUNT,
    "PATCH /api/bank/accounts/{bank_account_id} 200": _ACCOUNT,
    "PUT /api/bank/accounts/{bank_account_id}/holders 200": _ACCOUNT,
    "POST /api/bank/accounts/{bank_account_id}/mending 200": _ACCOUNT,
    "POST /api/bank/accounts/{bank_account_id}/quiet-days 201": _QUIET_DAYS,
    "POST /api/bank/statements 202": _STARTED,
    "POST /api/bank/statements 200": {**_STARTED, "status": "complete"},
    "POST /api/bank/statements/{statement_id}/undo 202": {
        **_DETAIL,
        "undoneBy": f"user:{IDS['user_id']}",
        "undoneBecause": "It was read for the wrong account",
        "undoable": None,
    },
    "GET /api/bank/statements 200": {"items": [_STATEMENT], "nextCursor": None},
    "GET /api/bank/statements/{statement_id} 200": _DETAIL,
    "GET /api/bank/sources 200": {"items": [_SOURCE]},
    "POST /api/bank/sources 201": _NEW,
    "GET /api/bank/sources/{bank_source_id} 200": _SOURCE,
    "PUT /api/bank/sources/{bank_source_id}/access 200": _SOURCE,
    "PUT /api/bank/sources/{bank_source_id}/bank 200": _NEW,
    "GET /api/bank/sources/{bank_source_id}/banks 200": {
        "items": [{"id": "Nordea", "name": "Nordea", "country": "FI", "mostDays": 180}]
    },
    "POST /api/bank/sources/{bank_source_id}/consent 200": {
        "address": "https://tilisy.enablebanking.com/welcome?sessionid=73100c65",
        "expiresAt": "2026-11-20T10:48:00.120Z",
    },
    "POST /api/bank/source-consents 200": _SOURCE,
    "POST /api/bank/sources/{bank_source_id}/account 200": _SOURCE,
    "POST /api/bank/sources/{bank_source_id}/fetches 202": _BEGUN,
    "GET /api/bank/sources/{bank_source_id}/fetches 200": {"items": [_FETCH], "nextCursor": None},
    "DELETE /api/bank/sources/{bank_source_id} 200": {
        **_SOURCE,
        **dict.fromkeys(("validUntil", "nextAt")),
        "state": "ended",
        "endedAt": TIME,
    },
    "GET /api/bank/breaks 200": {
        "items": [
            {
                "kind": "gap",
                "bankAccountId": IDS["bank_account_id"],
                "before": f"{IDS['statement_id']}/1",
                "after": f"{IDS['statement_id']}/2",
                "fromDay": "2026-11-08",
                "toDay": "2026-11-09",
                "amount": -4200,
                "numbers": None,
            }
        ]
    },
    "GET /api/bank/entries 200": {
        "items": [{**ENTRY, "paymentCount": 0, "matches": [_MATCH]}],
        "nextCursor": None,
    },
    "GET /api/bank/entries/{entry_id} 200": {**ENTRY, "payments": [], "matches": [_MATCH]},
    "PUT /api/bank/entries/{entry_id}/explanation 200": {
        **ENTRY,
        "reason": "Private, paid back in cash",
        "reasonKind": "private",
        "reasonBy": f"user:{IDS['userId']}",
        "payments": [],
        "matches": [],
    },
    "PUT /api/bank/entries/{entry_id}/owed-by 200": {
        **ENTRY,
        "owedBy": IDS["userId"],
        "askedAt": TIME,
        "notMailed": "They see the notice in the app only: they have confirmed no mail address.",
        "payments": [],
        "matches": [],
    },
    "GET /api/bank/unpaid 200": {
        "items": [
            {
                "documentKind": "expense",
                "documentId": IDS["expenseId"],
                "title": "Blue Bottle Coffee",
                "day": "2026-09-14",
                "open": -1250,
                "currency": "EUR",
            }
        ]
    },
    "GET /api/bank/months 200": {
        "items": [
            {
                "month": "2026-11",
                "entries": 212,
                "owed": 4,
                "open": 8,
                "uncovered": _MISSING,
                "isComplete": False,
            },
            {
                "month": "2026-10",
                "entries": 198,
                "owed": 1,
                "open": 0,
                "uncovered": [],
                "isComplete": True,
            },
        ]
    },
    "GET /api/bank/months/{month} 200": {
        "month": "2026-11",
        "entries": 212,
        "documented": 180,
        "explained": 20,
        "owed": 4,
        "open": 8,
        "uncovered": [
            {
                "bankAccountId": IDS["bank_account_id"],
                "bankAccount": "Giro",
                "hasStatements": True,
                "first": "2026-11-21",
                "last": "2026-11-30",
            }
        ],
        "quietDays": [_QUIET_DAYS],
        "withoutMoney": 3,
        "isComplete": False,
    },
    "GET /api/bank/months/{month}/entries 200": {
        "items": [
            {
                "entryId": IDS["entry_id"],
                "bankAccountId": IDS["bank_account_id"],
                "bankAccount": "Current account",
                "day": "2026-11-20",
                "amount": -1250,
                "currency": "EUR",
                "counterparty": "Blue Bottle Coffee",
                "words": "Card payment 12:31",
                "standing": "documented",
                "says": "Blue Bottle Coffee, 2026-11-19",
            }
        ],
        "nextCursor": None,
    },
    "GET /api/bank/documents 200": {
        "items": [
            {
                "documentKind": "expense",
                "documentId": IDS["expenseId"],
                "title": "Blue Bottle Coffee",
                "day": "2026-11-19",
                "open": -1250,
                "currency": "EUR",
            }
        ]
    },
    "GET /api/bank/matches 200": {"items": [_MATCH], "nextCursor": None},
    "POST /api/bank/matches/certain 200": {"accepted": 1, "left": 0, "matches": [IDS["match_id"]]},
    "POST /api/bank/matches 201": {
        **_ACCEPTED,
        "kind": "by_hand",
        "level": "by_hand",
        "score": 1000,
        "reasons": ["a person says so"],
    },
    "GET /api/bank/matches/{match_id} 200": _MATCH,
    f"POST /api/bank/matches/{{match_id}}/decision {_OK}": _ACCEPTED,
    "POST /api/bank/matches/{match_id}/undoing 200": {
        **_ACCEPTED,
        "state": "undone",
        "said": "The wrong receipt",
    },
}

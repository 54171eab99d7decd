"""Whole answers of the bank's routes, whose words belong together."""

from collections.abc import Mapping
from typing import Any, Final

from cli.reference.examples.words import IDS, TIME

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
    "lastDay": "2026-11-20",
    "entries": 212,
    "open": 31,
}
_STATEMENT: Final[Mapping[str, Any]] = {
    "id": IDS["statement_id"],
    "runId": IDS["runId"],
    "state": "imported",
    "status": "complete",
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
    "bankReference": "2026112000417",
    "endToEndId": None,
    "creditorReference": None,
    "code": "PMNT-CCRD-POSD",
    "charges": 0,
    "foreignAmount": None,
    "foreignCurrency": None,
    "rate": None,
    "isReversal": False,
    "explained": 0,
    "reason": None,
    "reasonBy": None,
    "owedBy": None,
    "askedAt": None,
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
            "isStored": True,
        }
    ],
    "misfits": [],
    "breaks": [],
}

BANK_ANSWERS: Final[Mapping[str, Any]] = {
    "GET /api/bank/accounts 200": {"items": [_ACCOUNT]},
    "POST /api/bank/accounts 201": {
        **_ACCOUNT,
        **dict.fromkeys(("balance", "balanceDay", "lastDay")),
        "entries": 0,
        "open": 0,
    },
    "GET /api/bank/accounts/{bank_account_id} 200": _ACCOUNT,
    "PATCH /api/bank/accounts/{bank_account_id} 200": _ACCOUNT,
    "POST /api/bank/statements 202": _STARTED,
    "POST /api/bank/statements 200": {**_STARTED, "status": "complete"},
    "GET /api/bank/statements 200": {"items": [_STATEMENT], "nextCursor": None},
    "GET /api/bank/statements/{statement_id} 200": _DETAIL,
    "GET /api/bank/entries 200": {"items": [ENTRY], "nextCursor": None},
    "GET /api/bank/entries/{entry_id} 200": {**ENTRY, "payments": []},
}

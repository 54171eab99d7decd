"""Bodies and answers of the routes of the books."""

from collections.abc import Mapping
from typing import Any, Final

from cli.reference.examples.words import DAY, IDS, TIME

_CLIENT: Final = f"cli_{IDS['sync_id'].removeprefix('syn_')}"
DECIDE: Final = "POST /api/books/conflicts/{conflict_id}/decision"
_ITEM_ID: Final = "bki_8F2C41D09A7745E1B6D30C94F1"
_ACTOR: Final = f"user:{IDS['userId']}"
_CONNECTION: Final = {
    "id": IDS["connectionId"],
    "name": "Books",
    "provider": "xero",
    "isPreview": True,
    "direction": "push",
    "status": "connected",
    "disconnectedWhy": None,
    "company": "Example GmbH",
    "url": None,
    "firstDay": "2026-01-01",
    "onlyApproved": False,
    "onChange": True,
    "chartAt": TIME,
    "syncing": None,
    "firstSyncAt": TIME,
    "createdBy": _ACTOR,
    "createdAt": TIME,
}
_CREATED: Final = {
    **_CONNECTION,
    "status": "asked",
    "company": None,
    "chartAt": None,
    "firstSyncAt": None,
    "secret": None,
    "authorizeUrl": "https://login.xero.com/identity/connect/authorize?response_type=code&state=…",
}
_CHART: Final = {
    "company": "Example GmbH",
    "currency": "EUR",
    "readAt": TIME,
    "accounts": [
        {
            "code": "6640",
            "name": "Entertainment",
            "number": "6640",
            "type": "expense",
            "isActive": True,
        }
    ],
    "taxCodes": [
        {
            "code": "V19",
            "name": "Input tax 19 %",
            "percent": "19",
            "isActive": True,
            "ofPurchases": True,
            "ofSales": False,
        }
    ],
}
_WORDS: Final = [
    {"what": "category", "word": "Meals", "code": "6640"},
    {"what": "tax", "word": "19", "code": "V19"},
    {"what": "person", "word": IDS["userId"], "code": "Ann Lee"},
]
_MAPPING: Final = {
    "words": _WORDS,
    "unmapped": [
        {
            "what": "category",
            "word": "Travel",
            "says": "The category 'Travel' has no account.",
            "items": 3,
        },
    ],
    "isWhole": True,
    "needsTaxCodes": True,
}
_CONTACT: Final = "8d0f1c9e-52a8-4b0e-9d5c-0f7a2f7a5b11"
_LINE: Final = {
    "description": "Blue Bottle Coffee, Meals",
    "net": 1050,
    "tax": 200,
    "account": "6640",
    "taxCode": "V19",
}
_DOCUMENT: Final = {
    "contact": _CONTACT,
    "currency": "EUR",
    "due": DAY,
    "issued": DAY,
    "lines": [_LINE],
    "number": "R-1042",
    "total": 1250,
}
_DRY_RUN: Final = {
    "items": [
        {
            "item": _ITEM_ID,
            "kind": "expense",
            "subject": IDS["expenseId"],
            "title": f"Blue Bottle Coffee, {DAY}",
            "act": "create",
            "reason": None,
            "document": {"kind": "bill", "reference": IDS["expenseId"], **_DOCUMENT},
            "differences": {},
            "contacts": {_CONTACT: "Blue Bottle Coffee"},
            "accounts": {"6640": "6640 Entertainment"},
            "taxCodes": {"V19": "Input tax 19 %"},
        }
    ],
    "nextCursor": None,
}
_SYNC: Final = {
    "id": IDS["sync_id"],
    "connectionId": IDS["connectionId"],
    "state": "completed",
    "begunBy": "hand",
    "actor": _ACTOR,
    "begunAt": TIME,
    "endedAt": TIME,
    "runId": IDS["runId"],
    "outcomes": {"written": 41, "set_aside": 2},
}
_BEGUN: Final = {**_SYNC, "state": "running", "endedAt": None, "outcomes": {}}
_ITEM: Final = {
    "id": _ITEM_ID,
    "connectionId": IDS["connectionId"],
    "connection": "Books",
    "kind": "expense",
    "subject": IDS["expenseId"],
    "title": f"Blue Bottle Coffee, {DAY}",
    "state": "written",
    "isDue": False,
    "code": None,
    "reason": None,
    "says": "In Xero as R-1042, 20 Nov",
    "externalId": "5f1d6a5e-0f0b-4c0c-9a8e-3f1f3d3f9f10",
    "externalNumber": "R-1042",
    "externalUrl": "https://go.xero.com/AccountsPayable/View.aspx?InvoiceID=5f1d6a5e-0f0b-4c0c-9a8e-3f1f3d3f9f10",
    "writtenVersion": 3,
    "writtenAt": TIME,
    "hasFile": True,
    "updatedAt": TIME,
}
_SET_ASIDE: Final = {
    **_ITEM,
    "state": "set_aside",
    "code": "unmapped",
    "reason": "The category 'Travel' has no account.",
    "says": "Not in Xero: The category 'Travel' has no account.",
    "externalId": None,
    "externalNumber": None,
    "externalUrl": None,
    "writtenVersion": None,
    "writtenAt": None,
    "hasFile": False,
}
_NOT_APPROVED: Final = {
    **_SET_ASIDE,
    "state": "left_out",
    "code": "not-approved",
    "reason": "It is not approved.",
    "says": "Not in Xero: It is not approved.",
}
_CONFLICT: Final = {
    "id": IDS["conflict_id"],
    "connectionId": IDS["connectionId"],
    "item": _ITEM_ID,
    "kind": "expense",
    "subject": IDS["expenseId"],
    "title": f"Blue Bottle Coffee, {DAY}",
    "foundAt": TIME,
    "ours": {**_DOCUMENT, "number": "R-1042"},
    "theirs": {**_DOCUMENT, "number": "R-1042 (Ann)"},
    "isVoidThere": False,
    "url": _ITEM["externalUrl"],
    "differences": [{"field": "number", "ours": "R-1042", "theirs": "R-1042 (Ann)"}],
    "contacts": {_CONTACT: "Blue Bottle Coffee"},
    "accounts": {"6640": "6640 Entertainment"},
    "taxCodes": {"V19": "Input tax 19 %"},
    "decision": None,
    "decidedBy": None,
    "decidedAt": None,
}
_STATUS: Final = {
    "isEverything": False,
    "connections": [
        {
            "connection": _CONNECTION,
            "isEverything": False,
            "says": "2 are not in the books as they should be; 3 expenses are not approved yet.",
            "written": 41,
            "leftOut": 3,
            "lacking": [
                {
                    "state": "set_aside",
                    "code": "unmapped",
                    "says": "A category, a tax rate or a person has no place in the books: map it.",
                    "items": 2,
                    "examples": [_SET_ASIDE],
                }
            ],
            "notDue": [
                {
                    "state": "left_out",
                    "code": "not-approved",
                    "says": "They are not approved yet: the books get them once they are.",
                    "items": 3,
                    "examples": [_NOT_APPROVED],
                }
            ],
            "lastSync": _SYNC,
        }
    ],
}


def _page(*items: Mapping[str, Any]) -> dict[str, Any]:
    return {"items": [*items], "nextCursor": None}


BODIES: Final[Mapping[str, Any]] = {
    "POST /api/books/connections": {"name": "Books", "provider": "xero", "firstDay": "2026-01-01"},
    "POST /api/books/authorizations": {"state": "kP0c2m1vXW8", "code": "A1b2C3d4"},
    "PATCH /api/books/connections/{connection_id}": {"onlyApproved": True},
    "PUT /api/books/connections/{connection_id}/mapping": {"words": _WORDS},
    "POST /api/books/connections/{connection_id}/syncs": {"skipUnmapped": False, "compare": False},
    "POST /api/books/connections/{connection_id}/retries": {"code": "refused"},
    "POST /api/books/connections/{connection_id}/corrections": {"decision": "correct"},
    DECIDE: {"decision": "ours"},
}
ANSWERS: Final[Mapping[str, Any]] = {
    "GET /api/books/status 200": _STATUS,
    "GET /api/books/connections 200": {"items": [_CONNECTION]},
    "POST /api/books/connections 201": _CREATED,
    "POST /api/books/authorizations 200": _CONNECTION,
    "GET /api/books/connections/{connection_id} 200": _CONNECTION,
    "PATCH /api/books/connections/{connection_id} 200": {**_CONNECTION, "onlyApproved": True},
    "POST /api/books/connections/{connection_id}/authorization 200": _CREATED,
    "GET /api/books/connections/{connection_id}/chart 200": _CHART,
    "POST /api/books/connections/{connection_id}/chart 200": _CHART,
    "GET /api/books/connections/{connection_id}/mapping 200": _MAPPING,
    "PUT /api/books/connections/{connection_id}/mapping 200": {**_MAPPING, "unmapped": []},
    "GET /api/books/connections/{connection_id}/dry-run 200": _DRY_RUN,
    "POST /api/books/connections/{connection_id}/syncs 202": _BEGUN,
    "GET /api/books/syncs 200": _page(_SYNC),
    "GET /api/books/syncs/{sync_id} 200": _SYNC,
    "GET /api/books/syncs/{sync_id}/outcomes 200": _page(
        {
            "item": _ITEM_ID,
            "kind": "expense",
            "subject": IDS["expenseId"],
            "outcome": "written",
            "reason": None,
            "at": TIME,
        }
    ),
    "GET /api/clients 200": _page(
        {
            "id": _CLIENT,
            "name": "Example GmbH",
            "mail": "ann@example.com",
            **dict.fromkeys(("street", "postalCode", "vatId", "registrationId", "reference")),
            "city": "Köln",
            "country": "DE",
            "language": "de",
            "currency": "EUR",
            "termsDays": 14,
            "debtorAccount": 10001,
            "source": "hubspot",
            "externalId": "company:1042",
            "openProjects": 1,
            "openedAt": TIME,
            "archivedAt": None,
            "mergedInto": None,
            "alike": [],
        }
    ),
    "GET /api/projects 200": _page(
        {
            "id": f"prj_{_CLIENT.removeprefix('cli_')}",
            "name": "Atlas",
            "clientId": _CLIENT,
            "client": "Example GmbH",
            "source": "hubspot",
            "externalId": "2042",
            "amount": "15000.00",
            "currency": "EUR",
            "openedAt": TIME,
            "closedAt": None,
        }
    ),
    "GET /api/books/items 200": _page(_ITEM),
    "GET /api/books/subjects/{subject_id} 200": {"items": [_ITEM]},
    "POST /api/books/connections/{connection_id}/retries 200": {"items": 2},
    "GET /api/books/conflicts 200": _page(_CONFLICT),
    "GET /api/books/conflicts/{conflict_id} 200": _CONFLICT,
    f"{DECIDE} 200": {
        **_CONFLICT,
        "decision": "ours",
        "decidedBy": _ACTOR,
        "decidedAt": TIME,
    },
}

"""Whole answers as they were given, where a kind of workflow adds what no schema says, or the words
belong together.

A test holds that those of a receipt's run have the members of recorded ones.
"""

from collections.abc import Mapping
from typing import Any, Final

from cli.reference.examples.features import of_features
from cli.reference.examples.words import DAY, IDS, TIME

_RUN_ID: Final = IDS["runId"]
_STEPS: Final = ("ocr-extract", "parse-structured", "persist-db", "notify-user")
_TITLES: Final = ("Read the text", "Understand it", "Save the expense", "Notify")

_RUN: Final[Mapping[str, Any]] = {
    "id": _RUN_ID,
    "status": "complete",
    "state": "notified",
    "message": "Your expense is ready.",
    "reason": None,
    "step": None,
    "stateVersion": 6,
    "createdAt": TIME,
    "updatedAt": TIME,
    "receipt": {
        "id": IDS["receiptId"],
        "fileName": "receipt.jpg",
        "mediaType": "image/jpeg",
        "size": 182044,
        "imageUrl": f"/api/receipts/{IDS['receiptId']}/image",
        "receivedMailId": None,
        "paidBy": "company",
    },
    "sentBack": None,
    "expense": {
        "id": IDS["expenseId"],
        "runId": _RUN_ID,
        "receiptId": IDS["receiptId"],
        "status": "ready",
        "version": 1,
        "origin": "receipt",
        "merchant": "GREEN GARDEN CAFE SDN BHD",
        "registeredName": "GREEN GARDEN CAFE SDN BHD",
        "date": DAY,
        "total": "12.90",
        "tax": None,
        "currency": "MYR",
        "category": None,
        "proposedCategory": None,
        "tags": [],
        "parts": [],
        "note": None,
        "project": None,
        "costCenter": None,
        "projectId": None,
        "client": None,
        "clientId": None,
        "paymentMethod": "cash",
        "paidBy": "company",
        "billable": False,
        "person": {"id": IDS["userId"], "name": "Ann"},
        "documentKind": "receipt",
        "receiptNumber": None,
        "dueDate": None,
        "amountDue": None,
        "buyer": None,
        "base": None,
        "baseMissing": None,
        "createdAt": TIME,
        "updatedAt": None,
        "stage": "ready",
    },
    "read": None,
    "error": None,
    "kind": "receipt",
    "subject": IDS["receiptId"],
}
_DETAIL: Final[Mapping[str, Any]] = {
    **_RUN,
    "generation": 1,
    "contractVersion": 1,
    "whatHappened": "The run has done what it was made for.",
    "lastSuccessfulStep": "notify-user",
    "externalIds": {},
    "tried": [f"{step}: completed after 1 attempt" for step in _STEPS],
    "safeToRetry": False,
    "mustNotRepeat": [],
    "outcomeUnknown": False,
    "failureClass": None,
    "nextSafeAction": "none",
    "nextRetryAt": None,
    "requiresHumanReview": False,
    "cancelRequested": False,
    "paused": False,
    "previousRunId": None,
    "steps": [
        {
            "name": step,
            "title": title,
            "outcome": "completed",
            "attempts": 1,
            "startedAt": TIME,
            "endedAt": TIME,
            "error": None,
        }
        for step, title in zip(_STEPS, _TITLES, strict=True)
    ],
    "aiCost": {"calls": 1, "unpriced": 0, "microUsd": 160},
    "extraction": {
        "total": {
            "value": "12.90",
            "confidence": 0.98,
            "evidence": {"line": 3, "start": 21, "end": 26},
        },
    },
    "transcript": {
        "lines": ["GREEN GARDEN CAFE SDN BHD", "TOTAL                12.90"],
        "boxes": [],
    },
    "links": {"splitOf": None, "parts": [], "joinedInto": None, "photos": []},
    "review": None,
}
_BEGUN: Final = {"runId": _RUN_ID, "receiptId": IDS["receiptId"], "status": "processing"}
_STARTED: Final = {**_BEGUN, "paidBy": "company"}

_SPLIT: Final = {"runId": _RUN_ID, "receiptId": IDS["receiptId"], "parts": [_BEGUN]}

# By method, path and status.
ANSWERS: Final[Mapping[str, Any]] = {
    **of_features("ANSWERS"),
    "GET /api/search 200": {
        "items": [
            {
                "kind": "expense",
                "id": IDS["expenseId"],
                "title": "Blue Bottle Coffee",
                "number": None,
                "day": DAY,
                "amount": "12.50",
                "currency": "EUR",
            },
            {
                "kind": "client",
                "id": IDS["clientId"],
                "title": "Blue Lake Ltd",
                "number": None,
                "day": None,
                "amount": None,
                "currency": None,
            },
        ]
    },
    "GET /api/expenses/search-tokens 200": {
        "items": [
            {
                "name": "category",
                "parameter": "category",
                "says": "Its category, or none",
                "example": "category:meals",
                "values": [{"label": "Meals", "value": "Meals"}],
            },
        ]
    },
    "GET /api/inbox 200": {
        "newest": {"items": [_RUN], "nextCursor": None},
        "review": {"items": [], "nextCursor": None},
        "failed": {"items": [], "nextCursor": None},
        "notices": {"unread": 1, "needsYou": 0},
    },
    "GET /api/runs 200": {"items": [_RUN], "nextCursor": None},
    "GET /api/runs/{run_id} 200": _DETAIL,
    "GET /api/workflows/{kind}/status/{run_id} 200": {
        "id": _RUN_ID,
        "status": "completed",
        "output": {"expenseId": IDS["expenseId"]},
        "error": None,
    },
    "POST /api/workflows/{kind}/trigger 202": {"id": _RUN_ID, "status": "started"},
    "POST /api/workflows/{kind}/trigger 200": {"id": _RUN_ID, "status": "completed"},
    "POST /api/receipts 202": _STARTED,
    "POST /api/receipts 200": {**_STARTED, "status": "complete"},
    "POST /api/receipts/joined 202": _BEGUN,
    "POST /api/receipts/joined 200": _BEGUN,
    "GET /api/receipts/{receipt_id}/pieces 200": {"beginsAt": [2, 4], "photos": []},
    "POST /api/receipts/{receipt_id}/undo 200": {"receipts": [_BEGUN]},
    "POST /api/receipts/{receipt_id}/split 202": _SPLIT,
    "POST /api/receipts/{receipt_id}/split 200": _SPLIT,
    "POST /api/receipts/{receipt_id}/parts 202": _SPLIT,
    "POST /api/receipts/{receipt_id}/parts 200": _SPLIT,
    "POST /api/endpoints/{endpoint_id}/test 200": {
        "id": IDS["delivery_id"],
        "endpointId": IDS["endpointId"],
        "eventId": f"evt_test_{IDS['eventId'].removeprefix('evt_')}",
        "topic": "endpoint.test",
        "state": "delivered",
        "attemptsMade": 1,
        "lastStatus": 204,
        "lastError": None,
        "nextAttemptAt": None,
        "createdAt": TIME,
        "settledAt": TIME,
        "isReplay": False,
        "payload": {
            "type": "endpoint.test",
            "timestamp": TIME,
            "data": {"endpointId": IDS["endpointId"]},
        },
        "attempts": [
            {"number": 1, "at": TIME, "durationMs": 41, "status": 204, "error": None, "answer": ""}
        ],
    },
}

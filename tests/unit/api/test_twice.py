"""A request that is sent again under its key is one act: each route that changes something is asked
twice, with ids that exist and a body that it takes. Routes and bodies come from the API's
description, so that a new one is asked too.
"""

import json
import re
from dataclasses import dataclass
from typing import Any, Final

import httpx
import pytest

from cli.reference.complete import operations_of
from local.page import PUBLIC
from tests.support.expenses import Given
from tests.support.host_api import api_client, description
from tests.unit.api.test_another_account import BODIES, everything, made
from tests.unit.expenses.sorting.sorted_books import Books, open_books
from tillroll.access.permissions import Permission
from tillroll.api.dependencies import PERMISSION
from tillroll.api.native import native_route

_CHANGES: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_OPERATIONS: Final = {
    f"{method} {path}": operation
    for method, path, operation in operations_of(description())
    if method in _CHANGES
}
_OPEN: Final = {
    name for name, operation in _OPERATIONS.items() if operation[PERMISSION] == Permission.OPEN
}
# Files have tests of their own: their bytes never come to this application.
_KEYED: Final = [
    name
    for name in sorted(_OPERATIONS, key=lambda each: each.startswith("DELETE"))
    if name not in _OPEN and native_route(*name.split(" ")) is None
]
# What keys themselves need.
_OF_KEYS: Final = frozenset({"idempotency_keys", "idempotency_effects"})
# The ids of examples name nothing here: each is put in the place of one that exists.
_EXAMPLE_ID: Final = re.compile(r"(\w+?)_01M7W5NGV645S0BRJVWMNMGREZ")
_BY_PREFIX: Final = {
    "pay": "payee_id",
    "cli": "client_id",
    "ent": "entry_id",
    "bac": "bank_account_id",
    "usr": "user_id",
    "cat": "category_id",
    "rul": "rule_id",
    "rec": "receipt_id",
    "run": "run_id",
}
_OWN_BODIES: Final[dict[str, Any]] = {
    "POST /api/people": {"name": "Twice", "roles": ["submitter"]},
    "POST /api/clients": {"name": "Twice"},
    "POST /api/categories": {"name": "Twice"},
    "POST /api/closed-periods": {"from": "2026-01-01", "to": "2026-01-31"},
    "POST /api/payouts": {
        "payeeId": "{payee_id}",
        "currency": "EUR",
        "amount": 100,
        "reference": "Twice",
    },
    "POST /api/payout-batches": {
        "name": "Twice",
        "payouts": [
            {"payeeId": "{payee_id}", "currency": "EUR", "amount": 100, "reference": "Batch"}
        ],
    },
    "POST /api/bank/matches": {
        "pairs": [
            {
                "entryId": "{entry_id}",
                "documentKind": "expense",
                "documentId": "exp_000001",
                "amount": -100,
            }
        ]
    },
    "POST /api/duplicates/apart": {"first": "exp_000001", "second": "exp_000002"},
    "POST /api/rules/apply": {"ids": ["{rule_id}"]},
    "POST /api/rules/order": {"ids": ["{rule_id}"]},
    "POST /api/approval-chains": {"name": "Twice", "steps": ["anyone"], "category": "None"},
    "POST /api/export-profiles": {"name": "Twice", "format": "csv", "options": {}},
    "POST /api/ledger/transfers": {
        "kind": "transfer",
        "id": "twice",
        "debit": "bank",
        "credit": "owed",
        "currency": "EUR",
        "amount": 1,
    },
}
# What costs most when it is done twice: here it is carried out, and no refusal is compared.
_COSTLY: Final = frozenset(
    {
        "POST /api/tokens",
        "POST /api/people",
        "POST /api/clients",
        "POST /api/categories",
        "POST /api/policies",
        "POST /api/closed-periods",
        "POST /api/endpoints",
        "POST /api/schedules",
        "POST /api/exports",
        "POST /api/bank/accounts",
        "POST /api/bank/matches",
        "POST /api/payees",
        "POST /api/payouts",
        "POST /api/payout-batches",
        "POST /api/expenses/approve",
        "POST /api/ledger/transfers",
    }
)


@pytest.fixture
async def books() -> Books:
    return await open_books(
        Given(1, merchant="TEO HENG", category="Meals"), Given(2, merchant="TEO HENG")
    )


def _bodies(name: str, ids: dict[str, str]) -> list[Any]:
    """What the route may take, the likeliest first."""
    operation = _OPERATIONS[name]
    if "requestBody" not in operation:
        return [None]
    example = operation["requestBody"]["content"].get("application/json", {}).get("example")
    bodies = [_OWN_BODIES.get(name), BODIES.get(name), example, {"reason": "twice"}]
    return [_filled(each, ids) for each in bodies if each is not None]


def _filled(body: Any, ids: dict[str, str]) -> Any:
    """With ids of what exists."""
    text = json.dumps(body).replace("exp_01M7W5NGV645S0BRJVWMNMGREZ", "exp_000001")
    named = _EXAMPLE_ID.sub(
        lambda match: ids.get(_BY_PREFIX.get(match[1], ""), match[0]),
        text,
    )
    for each, value in ids.items():
        named = named.replace(f"{{{each}}}", value)
    return json.loads(named)


@dataclass
class Twice:
    """A route that is asked twice under one key."""

    books: Books
    client: httpx.AsyncClient
    name: str
    ids: dict[str, str]

    async def is_carried_out(self) -> bool:
        """Ask by the first body that is taken, or by the last one. Whatever comes of it, the second
        request changes nothing and says the same.
        """
        bodies = _bodies(self.name, self.ids)
        for number, body in enumerate(bodies, start=1):
            first = await self._ask(number, body)
            if first.is_success or number == len(bodies):
                await self._ask_again(number, body, first)
                return first.is_success
        return False

    async def _ask_again(self, number: int, body: Any, first: httpx.Response) -> None:
        before = await everything(self.books)
        again = await self._ask(number, body)
        after = await everything(self.books)
        changed = {table for table in after if after[table] != before.get(table)} - _OF_KEYS
        assert (changed, again.status_code) == (set(), first.status_code), (self.name, again.text)
        if first.is_success:
            assert again.headers.get("idempotent-replayed") == "true", self.name

    async def _ask(self, number: int, body: Any) -> httpx.Response:
        method, path = self.name.split(" ")
        headers = {"idempotency-key": f"{self.name} {number}"}
        address = path.format_map(self.ids)
        return await self.client.request(method, address, json=body, headers=headers)


async def test_each_route_does_it_once_under_a_key(books: Books) -> None:
    ids = {**await made(books), "by": "category"}
    assert len(_KEYED) > 200
    carried_out: set[str] = set()
    async with api_client(books.host.platform) as client:
        for name in _KEYED:
            if await Twice(books, client, name, ids).is_carried_out():
                carried_out.add(name)
    assert _COSTLY - carried_out == set()
    assert len(carried_out) > len(_KEYED) / 2


def test_what_the_page_sends_without_a_key_is_open_to_anybody() -> None:
    """And all that is open and has a form of the page: none of these is done twice by two presses,
    as `WITHOUT_PERSON` says.
    """
    keys = (PUBLIC / "js" / "api" / "keys.ts").read_text(encoding="utf-8")
    [written] = re.findall(r"WITHOUT_PERSON =\s*/(.+)/;", keys)
    pattern = re.compile(written.replace("\\/", "/"))
    without = {name for name in _OPERATIONS if pattern.search(name.split(" ")[1])}
    by_others = {"POST /api/mail/events", "POST /api/inbound/{source_id}"}
    assert {name for name in without if name.startswith("POST")} == _OPEN - by_others

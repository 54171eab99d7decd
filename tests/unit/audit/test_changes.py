"""The audit says what changed from what to what, and keeps personal values out of its events."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.support.expenses import Given, add_expenses
from tests.support.host_api import api_client
from tests.unit.tillroll_durable.sealing.records import open_audit, rows
from tillroll.audit.changes import ChangedValue, values_in
from tillroll_durable.audit import values_changed
from tillroll_durable.platform.json import JsonObject
from tillroll_testing.host.platform import HostPlatform

LUNCH = Given(1, merchant="Green Garden Cafe")


@pytest.fixture
async def host() -> HostPlatform:
    host = await open_audit()
    await add_expenses(host.database, LUNCH)
    return host


@pytest.fixture
async def client(host: HostPlatform) -> AsyncIterator[httpx.AsyncClient]:
    async with api_client(host.platform) as client:
        yield client


async def newest(client: httpx.AsyncClient) -> dict[str, Any]:
    answer = await client.get("/api/audit/entries", params={"limit": 1})
    return answer.raise_for_status().json()["items"][0]


def value(field: str, before: Any, after: Any) -> dict[str, Any]:
    return {"field": field, "before": before, "after": after, "isKnown": True}


def unknown(field: str) -> dict[str, Any]:
    return {"field": field, "before": None, "after": None, "isKnown": False}


async def test_an_expenses_values_come_from_its_history_and_go_with_it(
    host: HostPlatform, client: httpx.AsyncClient
) -> None:
    [before] = await rows(host, "SELECT note FROM expenses")
    change = {"note": "lunch with Ann", "reason": "it was missing"}
    path = f"/api/expenses/{LUNCH.id}"
    etag = (await client.get(path)).raise_for_status().headers["etag"]
    answer = await client.patch(path, json=change, headers={"if-match": etag})
    answer.raise_for_status()
    entry = await newest(client)
    assert entry["action"] == "expense.edited"
    assert entry["changes"] == [value("note", before["note"], "lunch with Ann")]
    [event] = await rows(host, "SELECT detail FROM audit_events WHERE action = 'expense.edited'")
    assert "lunch with Ann" not in str(event["detail"])
    await rows(host, "DELETE FROM expense_change_values")
    assert (await newest(client))["changes"] == [unknown("note")]


async def test_a_clients_personal_values_are_named_alone(
    host: HostPlatform, client: httpx.AsyncClient
) -> None:
    made = await client.post("/api/clients", json={"name": "ACME", "currency": "EUR"})
    id_ = made.raise_for_status().json()["id"]
    change = {"name": "Ann Example", "currency": "CHF", "termsDays": 14}
    (await client.patch(f"/api/clients/{id_}", json=change)).raise_for_status()
    entry = await newest(client)
    assert entry["changes"] == [
        value("currency", "EUR", "CHF"),
        value("termsDays", None, 14),
        unknown("name"),
    ]
    [event] = await rows(host, "SELECT detail FROM audit_events WHERE action = 'client.changed'")
    assert "Ann" not in str(event["detail"])


async def test_roles_and_settings_say_from_what_to_what(client: httpx.AsyncClient) -> None:
    person = {"name": "Vera", "roles": ["submitter"]}
    made = (await client.post("/api/people", json=person)).raise_for_status().json()
    path = f"/api/people/{made['userId']}/roles"
    (await client.put(path, json={"roles": ["approver", "auditor"]})).raise_for_status()
    [roles] = (await newest(client))["changes"]
    assert roles == value("roles", ["submitter"], ["approver", "auditor"])
    for currency in ("EUR", "CHF"):
        change = {"baseCurrency": currency}
        (await client.patch("/api/account", json=change)).raise_for_status()
    [base] = (await newest(client))["changes"]
    assert base == value("baseCurrency", "EUR", "CHF")


async def test_a_category_says_its_codes(client: httpx.AsyncClient) -> None:
    made = await client.post("/api/categories", json={"name": "Travel", "ledgerCode": "4670"})
    id_ = made.raise_for_status().json()["id"]
    change = {"ledgerCode": "6650", "state": "archived"}
    (await client.patch(f"/api/categories/{id_}", json=change)).raise_for_status()
    assert (await newest(client))["changes"] == [
        value("ledgerCode", "4670", "6650"),
        value("state", "active", "archived"),
    ]


def test_only_values_that_became_others_are_kept() -> None:
    before: JsonObject = {"a": 1, "b": None, "c": [1]}
    assert values_changed(before, {"a": 1, "b": None, "c": [1]}) == {}
    assert values_changed(before, {"a": 2, "c": [1], "d": "new"}) == {
        "before": {"a": 1, "d": None},
        "after": {"a": 2, "d": "new"},
    }


@pytest.mark.parametrize("spoilt", [{"before": 1, "after": {}}, {"fields": "x"}, {"change": 7}])
def test_what_an_intruder_wrote_is_no_change(spoilt: dict[str, Any]) -> None:
    assert values_in(spoilt, {}) == []


def test_a_value_is_named_once() -> None:
    detail: dict[str, Any] = {"fields": ["terms_days"], **values_changed({}, {"termsDays": 14})}
    known = ChangedValue(field="termsDays", before=None, after=14, is_known=True)
    assert values_in(detail, {}) == [known]

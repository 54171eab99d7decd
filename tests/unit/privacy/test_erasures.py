"""Deleting for good, by HTTP: who may, what is refused, and taking it back."""

from typing import Any

import httpx
import pytest

from tests.support.expenses import Given, add_expenses
from tests.support.host_api import api_client
from tests.support.host_platform import OTHER_ACCOUNT, assemble, migrated_database
from tests.support.roles import roles_given
from tillroll_durable.platform.bindings.database import statement
from tillroll_testing.host.platform import HostPlatform


@pytest.fixture
async def host() -> HostPlatform:
    host = assemble(await migrated_database(), {})
    await add_expenses(host.database, Given(1), Given(2), Given(3, account=OTHER_ACCOUNT))
    await host.database.batch(
        [statement("UPDATE expenses SET status = 'voided' WHERE id = 'exp_000001'")]
    )
    return host


async def ask(
    host: HostPlatform, method: str, path: str, body: dict[str, Any] | None = None
) -> httpx.Response:
    async with api_client(host.platform) as client:
        return await client.request(method, path, json=body)


async def test_a_receipt_is_deleted_in_thirty_days_or_kept(host: HostPlatform) -> None:
    path = "/api/receipts/rec_000001/erasure"
    asked = await ask(host, "POST", path)
    again = await ask(host, "POST", path)
    assert (asked.status_code, again.json()) == (202, asked.json())
    assert asked.json()["status"] == "waiting"
    assert asked.json()["dueAt"] == "2026-03-31T09:00:00.000Z"
    [listed] = (await ask(host, "GET", "/api/erasures")).json()["items"]
    assert listed == asked.json()
    kept = await ask(host, "DELETE", path)
    assert (kept.status_code, kept.json()["status"]) == (200, "kept")
    assert (await ask(host, "DELETE", path)).status_code == 404
    actions = await host.database.all(
        statement("SELECT action FROM audit_events WHERE action LIKE 'erasure.%'")
    )
    assert [row["action"] for row in actions] == ["erasure.requested", "erasure.taken_back"]


async def test_what_counts_is_not_deleted(host: HostPlatform) -> None:
    refused = await ask(host, "POST", "/api/receipts/rec_000002/erasure")
    assert (refused.status_code, refused.json()["reason"]) == (409, "counts")
    assert "void it first" in refused.json()["detail"]


async def test_an_account_is_deleted_by_its_name(host: HostPlatform) -> None:
    wrong = await ask(host, "POST", "/api/account/erasure", {"name": "books"})
    assert (wrong.status_code, wrong.json()["type"]) == (
        422,
        "urn:tillroll:problem:confirmation-needed",
    )
    right = await ask(host, "POST", "/api/account/erasure", {"name": "Books"})
    assert (right.status_code, right.json()["what"], right.json()["target"]) == (
        202,
        "account",
        "acc_first",
    )
    assert (await ask(host, "DELETE", "/api/account/erasure")).json()["status"] == "kept"


async def test_a_person_is_removed_first(host: HostPlatform) -> None:
    present = await ask(host, "POST", "/api/people/usr_first/erasure")
    assert (present.status_code, present.json()["reason"]) == (409, "still_here")
    bob = (await ask(host, "POST", "/api/people", {"name": "Bob"})).json()["userId"]
    assert (await ask(host, "DELETE", f"/api/people/{bob}")).status_code == 204
    assert (await ask(host, "POST", f"/api/people/{bob}/erasure")).status_code == 202
    assert (await ask(host, "DELETE", f"/api/people/{bob}/erasure")).json()["status"] == "kept"


async def test_only_an_owner_insists(host: HostPlatform) -> None:
    await host.database.batch(roles_given("usr_first", "submitter"))
    path = "/api/receipts/rec_000001/erasure"
    assert (await ask(host, "POST", path, {"insist": True})).status_code == 403
    assert (await ask(host, "POST", path)).status_code == 202
    assert (await ask(host, "POST", "/api/account/erasure", {"name": "Books"})).status_code == 403

"""Roles are given and taken, people are removed, and an account keeps an owner. It holds from the
next request on.
"""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace

import httpx
import pytest

from tests.simulation.verbs.journey import JOURNEY
from tests.support.host_api import api_client
from tests.support.host_platform import OTHER_TOKEN
from tests.unit.identity.test_passkeys import registered, sign_in
from tests.unit.identity.test_people import HOME, link, opened, people
from tillroll.api.app import create_app
from tillroll.api.dependencies import UndeclaredKindError
from tillroll.identity.repository import Person
from tillroll.identity.tokens import new_token
from tillroll_durable import Allowed, Registry, Schedule, Trigger, Workflow
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.json import load_object
from tillroll_testing.host.platform import HostPlatform


@pytest.fixture
async def owner(host: HostPlatform) -> AsyncGenerator[httpx.AsyncClient]:
    async with api_client(host.platform) as client:
        yield client


async def invited(owner: httpx.AsyncClient, *roles: str, name: str = "Bob") -> str:
    return str((await link(owner, "/api/people", {"name": name, "roles": [*roles]}))["userId"])


async def token_of(host: HostPlatform, user_id: str) -> str:
    made = new_token(
        Person("acc_first", user_id), "script", None, "operator", host.pieces.clock.now()
    )
    await host.platform.database.batch(made.statements)
    return made.secret


def code(answer: httpx.Response) -> str:
    return answer.json()["type"].rpartition(":")[2]


async def test_roles_hold_from_the_next_request_on(
    host: HostPlatform, owner: httpx.AsyncClient
) -> None:
    bob = await invited(owner, "auditor")
    token = await token_of(host, bob)
    async with api_client(host.platform, token) as client:
        session = (await client.get("/api/session")).json()
        assert session["user"]["roles"] == ["auditor"]
        assert {"read", "audit", "credentials", "signed-in"} <= {*session["may"]}
        assert {"submit", "edit", "approve", "people"}.isdisjoint(session["may"])
        refused = await client.post(
            "/api/expenses/approve", json={"ids": ["exp_1"], "versions": [1]}
        )
        assert (refused.status_code, code(refused), refused.json()["permission"]) == (
            403,
            "not-permitted",
            "approve",
        )
        assert "owner, approver" in refused.json()["detail"]
        changed = await owner.put(
            f"/api/people/{bob}/roles", json={"roles": ["submitter", "approver"]}
        )
        assert changed.json() == {"userId": bob, "roles": ["approver", "submitter"]}
        assert (
            await client.post("/api/expenses/approve", json={"ids": ["exp_1"], "versions": [1]})
        ).status_code == httpx.codes.OK
        assert (await client.get("/api/audit")).status_code == httpx.codes.FORBIDDEN
    assert (await people(owner))["Bob"]["roles"] == ["approver", "submitter"]
    rows = await host.database.all(
        statement("SELECT actor, detail FROM audit_events WHERE action = 'user.roles_changed'")
    )
    assert [(row["actor"], load_object(str(row["detail"]))) for row in rows] == [
        (
            "token:tok_usr_first",
            {
                "user": bob,
                "roles": ["approver", "submitter"],
                "before": {"roles": ["auditor"]},
                "after": {"roles": ["approver", "submitter"]},
            },
        )
    ]


async def test_an_account_keeps_an_owner(host: HostPlatform, owner: httpx.AsyncClient) -> None:
    demoted = await owner.put("/api/people/usr_first/roles", json={"roles": ["approver"]})
    assert (demoted.status_code, code(demoted)) == (409, "last-owner")
    removed = await owner.delete("/api/people/usr_first")
    assert (removed.status_code, code(removed)) == (409, "last-owner")
    bob = await invited(owner, "owner", "approver")
    async with api_client(host.platform, await token_of(host, bob)) as client:
        answers = await asyncio.gather(
            owner.delete(f"/api/people/{bob}"),
            client.put("/api/people/usr_first/roles", json={"roles": ["auditor"]}),
        )
    assert sum(answer.is_success for answer in answers) == 1, "of two who end each other, one does"
    left = """
      SELECT count(*) AS n FROM users u JOIN user_roles r ON r.user_id = u.id AND r.role = 'owner'
      WHERE u.account_id = 'acc_first' AND u.removed_at IS NULL
    """
    row = await host.database.first(statement(left))
    assert row == {"n": 1}


async def test_who_is_removed_is_out_for_good_and_what_they_did_stays(
    host: HostPlatform, owner: httpx.AsyncClient
) -> None:
    made = await link(owner, "/api/people", {"name": "Bob", "roles": ["submitter"]})
    bob, token = str(made["userId"]), await token_of(host, str(made["userId"]))
    async with (
        api_client(host.platform, token=None) as browser,
        api_client(host.platform, token) as script,
    ):
        await opened(browser, made)
        browser.headers.update(HOME)
        device = await registered(browser)
        unused = await link(owner, f"/api/people/{bob}/links")
        assert (await owner.delete(f"/api/people/{bob}")).status_code == httpx.codes.NO_CONTENT
        assert (await browser.get("/api/session")).status_code == httpx.codes.UNAUTHORIZED
        assert (await script.get("/api/session")).status_code == httpx.codes.UNAUTHORIZED
        assert (await sign_in(browser, device)).status_code == httpx.codes.UNAUTHORIZED
        assert (await opened(browser, unused)).status_code == httpx.codes.UNAUTHORIZED
    for path, method in ((f"/api/people/{bob}/links", "POST"), (f"/api/people/{bob}", "DELETE")):
        assert (await owner.request(method, path)).status_code == httpx.codes.NOT_FOUND
    again = await owner.put(f"/api/people/{bob}/roles", json={"roles": ["owner"]})
    assert again.status_code == httpx.codes.NOT_FOUND
    shown = (await people(owner))["Bob"]
    assert shown["removedAt"] is not None
    query = "SELECT action FROM audit_events WHERE action <> 'sign_in.refused' ORDER BY id"
    events = await host.database.all(statement(query))
    assert [row["action"] for row in events][-2:] == ["user.removed", "sessions.ended"]


async def test_an_owner_signs_a_person_out_everywhere(
    host: HostPlatform, owner: httpx.AsyncClient
) -> None:
    made = await link(owner, "/api/people", {"name": "Bob"})
    async with api_client(host.platform, token=None) as browser:
        await opened(browser, made)
        assert (await browser.get("/api/session")).status_code == httpx.codes.OK
        assert (
            await owner.delete(f"/api/people/{made['userId']}/sessions")
        ).status_code == httpx.codes.NO_CONTENT
        assert (await browser.get("/api/session")).status_code == httpx.codes.UNAUTHORIZED


@pytest.mark.parametrize(
    "body",
    [
        {"roles": []},
        {"roles": ["chief"]},
        {"roles": ["owner"] * 6},
        {},
        {"roles": ["owner"], "name": "x"},
    ],
)
async def test_roles_that_there_are_not_are_refused(
    owner: httpx.AsyncClient, body: dict[str, object]
) -> None:
    assert (await owner.put("/api/people/usr_first/roles", json=body)).status_code == 422


async def test_another_accounts_person_is_nobodys(host: HostPlatform) -> None:
    async with api_client(host.platform, OTHER_TOKEN) as other:
        for method, path in (("PUT", "/roles"), ("DELETE", ""), ("DELETE", "/sessions")):
            body = {"roles": ["auditor"]} if method == "PUT" else None
            assert (
                await other.request(method, f"/api/people/usr_first{path}", json=body)
            ).status_code == 404


@pytest.mark.parametrize(
    ("allowed", "says"),
    [
        (Allowed(signals={"confrim": "operate"}), "signals that its contract has not: confrim"),
        (Allowed(signals={"confirm": "chief"}), "no permission of ours: chief"),
        (Allowed(trigger="operate"), "who may trigger it, and not how"),
    ],
)
def test_a_kind_that_says_wrongly_who_may_is_not_deployed(allowed: Allowed, says: str) -> None:
    with pytest.raises(UndeclaredKindError, match=says):
        create_app(Registry([replace(JOURNEY, trigger=None, allowed=allowed)]))


def test_what_a_kind_leaves_open_needs_more_than_the_route_does() -> None:
    kind = replace(JOURNEY, trigger=Trigger(), schedule=Schedule(), allowed=None)
    assert kind.permissions == Allowed("approve", "operate", "operate", {"confirm": "operate"})
    assert kind.schedule is not None
    assert (kind.schedule.permission, kind.schedule.params) == ("operate", kind.params)
    create_app(Registry([kind]))


def test_who_may_not_begin_a_run_by_name_has_none_begun_by_time() -> None:
    kind = replace(JOURNEY, trigger=Trigger(), schedule=Schedule(), allowed=Allowed(trigger="pay"))
    assert kind.schedule is not None
    assert kind.schedule.permission == "pay"


def test_a_kind_that_is_not_triggered_is_begun_by_nobody() -> None:
    kind = replace(JOURNEY, trigger=None, allowed=Allowed())
    assert kind.permissions == Allowed("approve", "operate", None, {"confirm": "operate"})


def test_a_kind_is_begun_by_its_name_unless_something_else_begins_it() -> None:
    own = Workflow(JOURNEY.contract, JOURNEY.body, params=JOURNEY.params)
    assert own.permissions.trigger == "operate"
    begun = Workflow(
        JOURNEY.contract, JOURNEY.body, params=JOURNEY.params, begun_by="POST /api/journeys"
    )
    assert (begun.trigger, begun.permissions.trigger) == (None, None)

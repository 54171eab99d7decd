"""Tokens are listed, made with an end, and revoked; by members their own, by owners those of the
account.
"""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.support.host_api import api_client
from tests.support.host_platform import OTHER_TOKEN
from tests.support.roles import MEMBER, roles_given
from tillroll.identity.repository import Person
from tillroll.identity.tokens import new_token
from tillroll_durable.platform.bindings.database import statement
from tillroll_testing.host.platform import HostPlatform


async def member(host: HostPlatform) -> tuple[str, str]:
    """A member of the first account: the id and the secret of their token."""
    await host.database.all(
        statement(
            """
            INSERT INTO users (id, account_id, name, created_at)
            VALUES ('usr_bob', 'acc_first', 'Bob', '2026-01-01T00:00:00.000Z')
            """
        )
    )
    await host.database.batch(roles_given("usr_bob", *MEMBER))
    made = new_token(
        Person("acc_first", "usr_bob"), "bob's", None, "operator", host.pieces.clock.now()
    )
    await host.database.batch(made.statements)
    return made.id, made.secret


async def tokens(client: httpx.AsyncClient) -> dict[str, dict[str, Any]]:
    """What is listed, by id."""
    return {item["id"]: item for item in (await client.get("/api/tokens")).json()["items"]}


async def test_a_token_is_made_listed_and_ends_by_itself(host: HostPlatform) -> None:
    async with api_client(host.platform) as ann:
        answer = await ann.post("/api/tokens", json={"name": " script ", "expiresInDays": 30})
        assert answer.status_code == httpx.codes.CREATED
        made = answer.json()
        async with api_client(host.platform, made["token"]) as script:
            assert (await script.get("/api/session")).status_code == httpx.codes.OK
            listed = await tokens(ann)
            newest, first = listed[made["id"]], listed["tok_usr_first"]
            assert (newest["name"], newest["status"]) == ("script", "active")
            assert newest["expiresAt"] == made["expiresAt"]
            assert (first["userName"], first["expiresAt"], first["status"]) == (
                "Ann",
                None,
                "active",
            )
            host.pieces.clock.advance(timedelta(days=30))
            assert (await script.get("/api/session")).status_code == httpx.codes.UNAUTHORIZED
        assert (await tokens(ann))[made["id"]]["status"] == "expired"
    stored = await host.database.all(statement("SELECT hash FROM tokens"))
    assert made["token"] not in str(stored)


async def test_a_revoked_token_is_refused_at_once_and_stays_revoked(host: HostPlatform) -> None:
    token_id, secret = await member(host)
    async with api_client(host.platform, secret) as bob, api_client(host.platform) as ann:
        assert (await ann.delete(f"/api/tokens/{token_id}")).status_code == httpx.codes.NO_CONTENT
        assert (await bob.get("/api/session")).status_code == httpx.codes.UNAUTHORIZED
        assert (await ann.delete(f"/api/tokens/{token_id}")).status_code == httpx.codes.NO_CONTENT
        assert (await tokens(ann))[token_id]["status"] == "revoked"
    events = await host.database.all(
        statement("SELECT actor, action FROM audit_events WHERE action LIKE 'token.%' ORDER BY id")
    )
    assert [(event["actor"], event["action"]) for event in events] == [
        ("operator", "token.created"),
        ("token:tok_usr_first", "token.revoked"),
    ]


async def test_members_see_and_revoke_their_own_only(host: HostPlatform) -> None:
    token_id, secret = await member(host)
    async with api_client(host.platform, secret) as bob:
        assert [item["id"] for item in (await bob.get("/api/tokens")).json()["items"]] == [token_id]
        assert (await bob.delete("/api/tokens/tok_usr_first")).status_code == httpx.codes.NOT_FOUND
        assert (await bob.delete(f"/api/tokens/{token_id}")).status_code == httpx.codes.NO_CONTENT


async def test_another_accounts_tokens_do_not_exist(host: HostPlatform) -> None:
    async with api_client(host.platform, OTHER_TOKEN) as other:
        assert [item["userId"] for item in (await other.get("/api/tokens")).json()["items"]] == [
            "usr_other"
        ]
        assert (
            await other.delete("/api/tokens/tok_usr_first")
        ).status_code == httpx.codes.NOT_FOUND
    async with api_client(host.platform) as ann:
        assert (await ann.get("/api/session")).status_code == httpx.codes.OK


async def test_the_list_has_pages(host: HostPlatform) -> None:
    async with api_client(host.platform) as ann:
        for name in ("a", "b"):
            await ann.post("/api/tokens", json={"name": name})
        first = await ann.get("/api/tokens", params={"limit": 2})
        rest = await ann.get(
            "/api/tokens", params={"limit": 2, "cursor": first.json()["nextCursor"]}
        )
    names = [item["name"] for page in (first, rest) for item in page.json()["items"]]
    assert sorted(names) == ["a", "b", "first"]
    assert rest.json()["nextCursor"] is None
    assert 'rel="next"' in first.headers["link"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": " "},
        {"name": "a\nb"},
        {"name": "x" * 201},
        {"name": "x", "expiresInDays": 0},
        {"name": "x", "expiresInDays": 3651},
        {"name": "x", "expiresInDays": True},
        {"name": "x", "scopes": []},
    ],
)
async def test_another_shape_is_refused(host: HostPlatform, body: dict[str, object]) -> None:
    async with api_client(host.platform) as ann:
        answer = await ann.post("/api/tokens", json=body)
    assert answer.json()["type"] == "urn:tillroll:problem:invalid-request"


async def test_a_session_says_whether_its_person_is_alone(host: HostPlatform) -> None:
    async with api_client(host.platform) as ann:
        assert (await ann.get("/api/session")).json()["isAlone"] is True
        await member(host)
        assert (await ann.get("/api/session")).json()["isAlone"] is False
        leave = "UPDATE users SET removed_at = '2026-01-01T00:00:00.000Z' WHERE id <> 'usr_first'"
        await host.database.batch([statement(leave)])
        assert (await ann.get("/api/session")).json()["isAlone"] is True

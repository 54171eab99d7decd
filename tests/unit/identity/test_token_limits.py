"""A token may no more than its scopes, never more than its person, from its addresses only; its
last use is known.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.support.host_api import api_client
from tests.support.roles import roles_given
from tillroll.access.permissions import SCOPES, is_within
from tillroll_testing.host.platform import HostPlatform


async def made(host: HostPlatform, **limits: object) -> str:
    async with api_client(host.platform) as ann:
        answer = await ann.post("/api/tokens", json={"name": "script", **limits})
        assert answer.status_code == httpx.codes.CREATED, answer.text
        return str(answer.json()["token"])


async def asked(
    host: HostPlatform, token: str, method: str, path: str, **more: Any
) -> tuple[int, str]:
    async with api_client(host.platform, token) as client:
        answer = await client.request(method, path, **more)
    is_problem = answer.headers.get("content-type", "").startswith("application/problem")
    return answer.status_code, answer.json()["type"].rpartition(":")[2] if is_problem else ""


async def test_a_token_may_its_scopes_and_nothing_that_would_outdo_it(host: HostPlatform) -> None:
    token = await made(host, scopes=["read", "administer"])
    assert await asked(host, token, "GET", "/api/expenses") == (200, "")
    assert await asked(host, token, "GET", "/api/session") == (200, "")
    assert await asked(
        host, token, "POST", "/api/policies", json={"name": "All", "effect": "warn"}
    ) == (200, "")
    for method, path in (
        ("POST", "/api/expenses/approve"),
        ("GET", "/api/metrics"),
        ("POST", "/api/tokens"),
        ("POST", "/api/sign-in-codes"),
        ("POST", "/api/people"),
        ("POST", "/api/people/usr_first/links"),
        ("DELETE", "/api/sessions"),
    ):
        assert await asked(host, token, method, path) == (403, "beyond-token"), path


async def test_a_token_for_reading_changes_nothing_of_its_persons_own(host: HostPlatform) -> None:
    reading, personal = (
        await made(host, scopes=["read"]),
        await made(host, scopes=["read", "personal"]),
    )
    choice = {"topic": "run.failed", "inApp": False, "byMail": False}
    for method, path, body in (
        ("PUT", "/api/notices/choices", choice),
        ("POST", "/api/notices/read", {"until": "2099-01-01T00:00:00Z"}),
    ):
        assert await asked(host, reading, method, path, json=body) == (403, "beyond-token")
        assert await asked(host, personal, method, path, json=body) == (200, "")
    assert await asked(host, reading, "GET", "/api/notices") == (200, "")
    await host.database.batch(roles_given("usr_first", "auditor"))
    assert await asked(host, personal, "PUT", "/api/notices/choices", json=choice) == (200, ""), (
        "whatever their roles"
    )


async def test_a_token_never_exceeds_what_its_person_may_now(host: HostPlatform) -> None:
    token = await made(host, scopes=["read", "approve"])
    body = {"ids": ["exp_1"], "versions": [1]}
    assert await asked(host, token, "POST", "/api/expenses/approve", json=body) == (200, "")
    await host.database.batch(roles_given("usr_first", "auditor"))
    assert await asked(host, token, "POST", "/api/expenses/approve", json=body) == (
        403,
        "not-permitted",
    )
    assert await asked(host, token, "GET", "/api/audit") == (403, "beyond-token")
    assert await asked(host, token, "GET", "/api/expenses") == (200, "")


async def test_a_token_is_good_from_its_addresses_only(host: HostPlatform) -> None:
    token = await made(host, addresses=["192.0.2.7", "2001:db8::1/32"])
    for address, status in (
        ("192.0.2.7", 200),
        ("2001:db8:1::9", 200),
        ("192.0.2.8", 403),
        ("::1", 403),
        (None, 403),
    ):
        headers = {} if address is None else {"cf-connecting-ip": address}
        found = await asked(host, token, "GET", "/api/expenses", headers=headers)
        assert found == (status, "" if status == 200 else "address-not-allowed"), address
    away = {"cf-connecting-ip": "192.0.2.7"}
    assert await asked(host, token, "POST", "/api/tokens", headers=away, json={"name": "x"}) == (
        403,
        "beyond-token",
    )


async def test_the_last_use_is_written_once_in_five_minutes_and_nobody_waits_for_it(
    host: HostPlatform,
) -> None:
    token, later = await made(host), list[Any]()

    async def set_aside(work: Any) -> None:
        later.append(work)

    platform = replace(host.platform, later=set_aside)
    for minutes, expected in ((0, 1), (0, 0), (4, 0), (2, 1)):
        host.pieces.clock.advance(timedelta(minutes=minutes))
        async with api_client(platform, token) as client:
            assert (await client.get("/api/session")).status_code == httpx.codes.OK
        assert len(later) == expected
        for work in later:
            await work
        later.clear()
    async with api_client(host.platform) as ann:
        listed = {each["name"]: each for each in (await ann.get("/api/tokens")).json()["items"]}
    assert listed["script"]["lastUsedAt"] is not None
    assert (listed["script"]["scopes"], listed["script"]["addresses"]) == (None, None)


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        ({"scopes": ["people"]}, "No limited token may have `people`"),
        ({"scopes": ["credentials"]}, "No limited token"),
        ({"scopes": ["chief"]}, "There is no `chief`"),
        ({"scopes": []}, "at least 1"),
        ({"addresses": ["here"]}, "Give an address or a network"),
        ({"addresses": ["192.0.2.0/24"] * 21}, "at most 20"),
    ],
)
async def test_limits_that_cannot_be_are_refused(
    host: HostPlatform, limits: dict[str, Any], says: str
) -> None:
    async with api_client(host.platform) as ann:
        answer = await ann.post("/api/tokens", json={"name": "script", **limits})
    assert answer.status_code == 422
    assert says in str(answer.json()["errors"])


async def test_nobody_gives_a_token_what_they_may_not(host: HostPlatform) -> None:
    await host.database.batch(roles_given("usr_first", "auditor"))
    async with api_client(host.platform) as ann:
        answer = await ann.post("/api/tokens", json={"name": "script", "scopes": ["approve"]})
    assert (answer.status_code, "You may not `approve`" in answer.text) == (422, True)


def test_addresses_are_compared_as_what_they_are() -> None:
    assert is_within("::ffff:192.0.2.7", ["192.0.2.0/24"])
    assert not is_within("unknown", ["0.0.0.0/0"])
    assert {"people", "credentials", "signed-in", "open"}.isdisjoint(SCOPES)

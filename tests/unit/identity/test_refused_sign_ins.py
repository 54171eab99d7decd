"""Refused sign-ins are counted by person, way and network, told in the audit and to people, and
cannot fill either.
"""

from collections.abc import AsyncGenerator
from datetime import timedelta

import httpx
import pytest

from tests.support.host_api import api_client
from tests.support.host_platform import (
    OTHER_TOKEN,
    TOKEN,
    assemble,
    migrated_database,
    product_pieces,
)
from tests.unit.identity.test_passkeys import registered, sign_in
from tests.unit.identity.test_people import HOME, link, opened
from tillroll.identity.authentication import secret_hash
from tillroll.identity.refusals import network_of, note_refused, sweep_sign_ins
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.json import load_object
from tillroll_testing.host.memory import MemoryAttempts
from tillroll_testing.host.platform import HostPlatform


@pytest.fixture
async def host() -> HostPlatform:
    return assemble(await migrated_database(), {})


@pytest.fixture
async def owner(host: HostPlatform) -> AsyncGenerator[httpx.AsyncClient]:
    async with api_client(host.platform) as client:
        yield client


async def tried(host: HostPlatform, code: str, address: str = "192.0.2.7") -> int:
    async with api_client(host.platform, token=None) as nobody:
        headers = {"cf-connecting-ip": address}
        return (await nobody.post("/api/session", json={"code": code}, headers=headers)).status_code


async def asked(host: HostPlatform, token: str, address: str = "192.0.2.7") -> int:
    async with api_client(host.platform, token) as client:
        return (await client.get("/api/session", headers={"cf-connecting-ip": address})).status_code


async def listed(client: httpx.AsyncClient, path: str = "") -> list[tuple[object, ...]]:
    items = (
        (await client.get(f"/api/sign-in-refusals{path}?limit=100"))
        .raise_for_status()
        .json()["items"]
    )
    return [(each["how"], each["userId"], each["network"], each["refused"]) for each in items]


async def events(host: HostPlatform) -> list[dict[str, object]]:
    rows = await host.database.all(
        statement("SELECT detail FROM audit_events WHERE action = 'sign_in.refused'")
    )
    return [dict(load_object(str(row["detail"]))) for row in rows]


async def test_what_is_refused_of_a_person_is_theirs(
    host: HostPlatform, owner: httpx.AsyncClient
) -> None:
    made = await link(owner, "/api/people", {"name": "Bob", "roles": ["submitter"]})
    bob, code = str(made["userId"]), str(made["url"]).partition("code=")[2]
    async with api_client(host.platform, token=None) as browser:
        await opened(browser, made)
        browser.headers.update(HOME)
        device = await registered(browser)
        assert await tried(host, code) == 401, "it was used"
        token = (await browser.post("/api/tokens", json={"name": "script"})).json()
        assert (await owner.delete(f"/api/tokens/{token['id']}")).status_code == 204
        assert await asked(host, token["token"], "2001:db8:1:2::7") == 401
        browser.cookies.clear()
        assert (await owner.post(f"/api/people/{bob}/lock-out")).status_code == 204
        assert (await sign_in(browser, device)).status_code == 401
    assert await listed(owner) == [
        ("token", bob, "2001:db8:1::/48", 1),
        ("passkey", bob, "unknown", 1),
        ("code", bob, "192.0.2.0/24", 1),
    ]
    assert [(each["how"], each["user"], each["refused"]) for each in await events(host)] == [
        ("code", bob, 1),
        ("token", bob, 1),
        ("passkey", bob, 1),
    ]
    assert "192.0.2" not in str(await host.database.all(statement("SELECT * FROM audit_events")))
    async with api_client(host.platform, OTHER_TOKEN) as other:
        assert await listed(other) == []


async def test_what_is_nobodys_is_for_whoever_runs_the_deployment(
    host: HostPlatform, owner: httpx.AsyncClient
) -> None:
    assert await tried(host, "guessed") == 401
    assert await asked(host, "till_guessed") == 401
    assert await listed(owner) == []
    assert await listed(owner, "/of-nobody") == [
        ("token", None, "192.0.2.0/24", 1),
        ("code", None, "192.0.2.0/24", 1),
    ]
    async with api_client(host.platform, OTHER_TOKEN) as other:
        assert (await other.get("/api/sign-in-refusals/of-nobody")).status_code == 403
    assert await events(host) == []


async def test_a_thousand_tries_are_four_events_and_one_notice(
    host: HostPlatform, owner: httpx.AsyncClient
) -> None:
    made = await link(owner, "/api/people", {"name": "Bob", "roles": ["submitter"]})
    code = str(made["url"]).partition("code=")[2]
    async with api_client(host.platform, token=None) as browser:
        await opened(browser, made)
    hashed = secret_hash(code)
    for each in range(1000):
        await note_refused(host.platform, "code", hashed, f"198.51.{each % 200}.7")
    assert [each["refused"] for each in await events(host)] == [1, 10, 100, 1000]
    found = await listed(owner)
    assert len(found) == 51, "fifty networks, and all others"
    assert sum(int(str(each[3])) for each in found) == 1000
    notices = (await owner.get("/api/notices")).json()["items"]
    assert [each["topic"] for each in notices] == ["sign_in.refused"]


async def test_guessing_tokens_ends_and_good_ones_go_on() -> None:
    host = assemble(await migrated_database(), {}, product_pieces(attempts=MemoryAttempts(2)))
    assert [await asked(host, "till_guessed") for _ in range(4)] == [401, 401, 429, 429]
    assert await asked(host, TOKEN) == 200
    assert await asked(host, "till_guessed", "198.51.100.7") == 401
    [row] = await host.database.all(
        statement("SELECT SUM(refused) AS refused FROM sign_in_refusals")
    )
    assert row == {"refused": 3}, "what is not looked at is not written either"


async def test_of_nobody_too_an_hour_has_so_many_rows(host: HostPlatform) -> None:
    for each in range(520):
        await note_refused(host.platform, "code", "guessed", f"10.{each % 256}.{each // 256}.7")
    [row] = await host.database.all(
        statement("SELECT count(*) AS n, SUM(refused) AS refused FROM sign_in_refusals")
    )
    assert row == {"n": 501, "refused": 520}


async def test_what_is_old_is_deleted(host: HostPlatform, owner: httpx.AsyncClient) -> None:
    made = await link(owner, "/api/people", {"name": "Bob", "roles": ["submitter"]})
    await tried(host, "guessed")
    host.pieces.clock.advance(timedelta(days=29))
    await sweep_sign_ins(host.platform)
    assert await host.database.all(statement("SELECT 1 FROM sign_in_refusals")) != []
    host.pieces.clock.advance(timedelta(days=5))
    await sweep_sign_ins(host.platform)
    assert await host.database.all(statement("SELECT 1 FROM sign_in_refusals")) == []
    assert await host.database.all(statement("SELECT 1 FROM sign_in_codes")) == []
    assert await tried(host, str(made["url"]).partition("code=")[2]) == 401


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("", "unknown"),
        (None, "unknown"),
        ("somewhere", "unknown"),
    ],
)
def test_an_address_is_cut_to_its_network(address: str | None, network: str) -> None:
    assert network_of(address) == network

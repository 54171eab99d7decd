"""Grants at a provider over HTTP: asked for, renewed, rotated, revoked, and encrypted before they
are used.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from local.books.counterpart import Answered, Fault, FaultKind
from local.books.hubspot import HubSpotCounterpart
from local.books.quickbooks import QuickBooksCounterpart
from local.books.server import BooksServer
from local.books.xero import XeroCounterpart
from tests.support.host_platform import ACCOUNT, OTHER_ACCOUNT
from tests.unit.books.worlds import host
from tillroll.books.connections import grants
from tillroll.books.connections.grants import (
    GrantTokens,
    NoGrant,
    NotConnected,
    begin,
    disconnect,
    finish,
    load_grant,
    provider_asked,
)
from tillroll.books.connections.oauth import Provider, TokenSet, withdraw
from tillroll.books.connections.providers import PROVIDERS
from tillroll.books.cron import GRANTS, SECRETS
from tillroll.books.settings import App, BooksSettings
from tillroll.books.targets.errors import Busy, GrantRevoked, TargetUncertain
from tillroll.books.targets.target import Company
from tillroll.books.targets.xero import Xero, company_of
from tillroll_durable.errors import AccessDenied
from tillroll_durable.platform.bindings.database import Row, statement
from tillroll_durable.platform.bindings.http import HttpRequest
from tillroll_durable.platform.encryption import (
    EncryptionSettings,
    UnreadableSecret,
    decrypt,
    encrypt,
    key_name,
)
from tillroll_durable.platform.kept_secrets import reencrypt
from tillroll_durable.platform.settings import InvalidSetting
from tillroll_testing.host.platform import HostPlatform

REDIRECT = "https://till.example/api/books/connected"


@dataclass
class World:
    host: HostPlatform
    there: XeroCounterpart
    url: str
    provider: Provider

    async def answer(self, url: str) -> dict[str, str]:
        """What a person comes back with."""
        reply = await self.host.platform.exchange.send(HttpRequest("GET", url))
        assert reply.status == 302
        came = urlsplit(reply.headers["location"])
        assert came.geturl().startswith(REDIRECT)
        return {name: values[0] for name, values in parse_qs(came.query).items()}

    async def company_of(self, tokens: TokenSet) -> Company:
        return await company_of(self.host.platform, tokens.access, self.url)

    async def connect(self, grant_id: str | None = None) -> str:
        asked = await begin(
            self.host.platform,
            self.provider,
            ACCOUNT,
            "user:usr_1",
            REDIRECT,
            grant_id,
            person="usr_1",
        )
        came = await self.answer(asked.url)
        grant = await finish(
            self.host.platform,
            self.provider,
            ACCOUNT,
            came["state"],
            came["code"],
            self.company_of,
            person="usr_1",
        )
        assert grant.is_connected
        return grant.id

    def tokens(self, grant_id: str) -> GrantTokens:
        return GrantTokens(self.host.platform, self.provider, grant_id, account_id=ACCOUNT)

    async def row(self, grant_id: str) -> Row:
        found = await self.host.database.first(
            statement("SELECT * FROM books_grants WHERE id = ?", [grant_id])
        )
        assert found is not None
        return found

    def later(self, **by: int) -> None:
        self.host.pieces.clock.advance(timedelta(**by))

    def order(self, kind: FaultKind, times: int = 1) -> None:
        self.there.disturbances.orders.append(Fault(kind, "/connect/token", times, retry_after=9))


@pytest.fixture
async def world() -> AsyncIterator[World]:
    found = await host()
    there = XeroCounterpart("client", "sécret", found.pieces.clock.now)
    with BooksServer(0, [there]) as server:
        url = f"{server.url}/xero"
        provider = BooksSettings(xero=App("client", "sécret", url)).provider("xero")
        yield World(found, there, url, provider)


async def test_a_grant_lets_the_target_in_and_names_its_company(world: World) -> None:
    grant_id = await world.connect()
    grant = await load_grant(world.host.platform, ACCOUNT, grant_id)
    assert (grant.provider, grant.company, grant.company_name) == (
        "xero",
        world.there.tenant,
        "Example Ltd",
    )
    target = Xero(world.host.platform, world.tokens(grant_id), grant.company or "", world.url)
    assert (await target.read_chart()).company == "Example Ltd"
    with pytest.raises(NoGrant):
        await load_grant(world.host.platform, OTHER_ACCOUNT, grant_id)


async def test_no_token_lies_in_the_database_as_it_is(world: World) -> None:
    grant_id = await world.connect()
    access = await world.tokens(grant_id).token()
    row = await world.row(grant_id)
    kept = TokenSet.from_json(
        await decrypt(world.host.platform, str(row["kept"]), GRANTS.row(grant_id))
    )
    assert kept.access == access
    assert kept.refresh
    assert all(
        secret not in str(value) for secret in (kept.access, kept.refresh) for value in row.values()
    )
    assert access not in repr(kept)


async def test_a_token_is_renewed_shortly_before_its_end_and_kept_first(world: World) -> None:
    grant_id = await world.connect()
    first = await world.tokens(grant_id).token()
    world.later(minutes=28)
    assert await world.tokens(grant_id).token() == first
    world.later(minutes=1, seconds=1)
    second = await world.tokens(grant_id).token()
    assert second != first
    kept = await decrypt(
        world.host.platform, str((await world.row(grant_id))["kept"]), GRANTS.row(grant_id)
    )
    assert TokenSet.from_json(kept).access == second


async def test_refresh_tokens_rotate_for_months(world: World) -> None:
    grant_id = await world.connect()
    for _ in range(30):
        world.later(days=3)
        await world.tokens(grant_id).token()
    assert world.there.grants.refreshed == 30


@pytest.mark.parametrize("fault", ["lost_after", "lost_before", "broken", "down", "throttled"])
async def test_a_lost_answer_of_the_provider_loses_no_grant(world: World, fault: FaultKind) -> None:
    grant_id = await world.connect()
    world.later(hours=1)
    world.order(fault)
    with pytest.raises(Busy) as busy:
        await world.tokens(grant_id).token()
    assert busy.value.seconds == (9 if fault == "throttled" else 5)
    world.later(minutes=10)
    await world.tokens(grant_id).token()
    assert (await load_grant(world.host.platform, ACCOUNT, grant_id)).is_connected


async def test_a_refresh_that_was_lost_for_longer_than_the_provider_allows_calls_a_person(
    world: World,
) -> None:
    grant_id = await world.connect()
    world.later(hours=1)
    world.order("lost_after")
    with pytest.raises(Busy):
        await world.tokens(grant_id).token()
    world.later(hours=1)
    with pytest.raises(GrantRevoked):
        await world.tokens(grant_id).token()


async def test_of_many_at_once_one_renews(world: World) -> None:
    grant_id = await world.connect()
    world.later(hours=1)
    world.there.disturbances.orders.append(Fault("slow", "/connect/token", seconds=0.1))
    found = await asyncio.gather(
        *(world.tokens(grant_id).token() for _ in range(8)), return_exceptions=True
    )
    got = [each for each in found if isinstance(each, str)]
    assert (len(got), world.there.grants.refreshed) == (1, 1)
    assert all(isinstance(each, Busy) for each in found if not isinstance(each, str))
    assert await world.tokens(grant_id).token() == got[0]


async def test_who_died_while_renewing_holds_nobody_up_for_long(world: World) -> None:
    grant_id = await world.connect()
    world.later(hours=1)
    until = (
        "UPDATE books_grants SET renewing_until = strftime('%Y-%m-%dT%H:%M:%fZ', '2026-03-01 "
        "10:01:00')"
    )
    await world.host.database.batch([statement(until)])
    with pytest.raises(Busy):
        await world.tokens(grant_id).token()
    world.later(minutes=1)
    await world.tokens(grant_id).token()


async def test_a_token_that_the_api_refuses_is_renewed(world: World) -> None:
    grant_id = await world.connect()
    grant = await load_grant(world.host.platform, ACCOUNT, grant_id)
    world.there.act("expire", {})
    target = Xero(world.host.platform, world.tokens(grant_id), grant.company or "", world.url)
    await target.read_chart()
    assert world.there.grants.refreshed == 1


async def test_a_revoked_grant_is_named_once_and_connected_again(world: World) -> None:
    grant_id = await world.connect()
    world.there.act("revoke", {})
    grant = await load_grant(world.host.platform, ACCOUNT, grant_id)
    target = Xero(world.host.platform, world.tokens(grant_id), grant.company or "", world.url)
    for _ in range(2):
        with pytest.raises(GrantRevoked) as revoked:
            await target.read_chart()
        assert isinstance(revoked.value, AccessDenied)
    ended = await load_grant(world.host.platform, ACCOUNT, grant_id)
    assert (ended.is_connected, ended.ended_why) == (False, "revoked")
    assert world.there.asked["POST /connect/token"] == 2
    assert await world.connect(grant_id) == grant_id
    await target.read_chart()


async def test_a_secret_that_is_wrong_ends_no_grant(world: World) -> None:
    grant_id = await world.connect()
    world.later(hours=1)
    wrong = BooksSettings(xero=App("client", "other", world.url)).provider("xero")
    with pytest.raises(GrantRevoked):
        await GrantTokens(world.host.platform, wrong, grant_id, account_id=ACCOUNT).token()
    await world.tokens(grant_id).token()


async def test_a_person_who_says_no_connects_nothing(world: World) -> None:
    world.there.act("deny", {"is": True})
    asked = await begin(
        world.host.platform, world.provider, ACCOUNT, "user:usr_1", REDIRECT, person="usr_1"
    )
    came = await world.answer(asked.url)
    assert came["error"] == "access_denied"
    assert not (await load_grant(world.host.platform, ACCOUNT, asked.grant_id)).is_connected
    with pytest.raises(GrantRevoked):
        await world.tokens(asked.grant_id).token()


async def test_a_state_is_good_once_for_its_account_and_for_a_quarter_of_an_hour(
    world: World,
) -> None:
    platform = world.host.platform
    asked = await begin(platform, world.provider, ACCOUNT, "user:usr_1", REDIRECT, person="usr_1")
    came = await world.answer(asked.url)
    given = (came["state"], came["code"], world.company_of)
    assert await provider_asked(platform, ACCOUNT, came["state"], person="usr_1") == "xero"
    for account, state in ((OTHER_ACCOUNT, came["state"]), (ACCOUNT, "guessed")):
        with pytest.raises(NotConnected):
            await finish(platform, world.provider, account, state, *given[1:], person="usr_1")
    await finish(platform, world.provider, ACCOUNT, *given, person="usr_1")
    with pytest.raises(NotConnected):
        await finish(platform, world.provider, ACCOUNT, *given, person="usr_1")
    late = await begin(platform, world.provider, ACCOUNT, "user:usr_1", REDIRECT, person="usr_1")
    came = await world.answer(late.url)
    world.later(minutes=16)
    # By itself: the provider's code is over, too.
    with pytest.raises(NotConnected):
        await provider_asked(platform, ACCOUNT, came["state"], person="usr_1")
    with pytest.raises(NotConnected):
        await finish(
            platform,
            world.provider,
            ACCOUNT,
            came["state"],
            came["code"],
            world.company_of,
            person="usr_1",
        )


async def test_an_answer_that_comes_twice_at_once_is_used_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have found the request before one of them is written."""
    platform = world.host.platform
    asked = await begin(platform, world.provider, ACCOUNT, "user:usr_1", REDIRECT, person="usr_1")
    came = await world.answer(asked.url)
    [request] = await platform.database.all(statement("SELECT * FROM books_grants"))

    async def found_before(*_: object, **__: object) -> Row:
        return request

    monkeypatch.setattr(grants, "_find_request", found_before)
    given = (came["state"], came["code"], world.company_of)
    await finish(platform, world.provider, ACCOUNT, *given, person="usr_1")
    with pytest.raises(NotConnected, match="used before"):
        await finish(platform, world.provider, ACCOUNT, *given, person="usr_1")


async def test_only_the_person_who_began_finishes(world: World) -> None:
    """Else somebody sends the link with their own company to another, whose session connects it."""
    platform = world.host.platform
    asked = await begin(platform, world.provider, ACCOUNT, "user:usr_1", REDIRECT, person="usr_1")
    came = await world.answer(asked.url)
    answer = (came["state"], came["code"], world.company_of)
    with pytest.raises(NotConnected):
        await provider_asked(platform, ACCOUNT, came["state"], person="usr_2")
    with pytest.raises(NotConnected):
        await finish(platform, world.provider, ACCOUNT, *answer, person="usr_2")
    grant = await finish(platform, world.provider, ACCOUNT, *answer, person="usr_1")
    assert grant.is_connected


async def test_a_stolen_code_is_of_no_use(world: World) -> None:
    mine = await begin(
        world.host.platform, world.provider, ACCOUNT, "user:usr_1", REDIRECT, person="usr_1"
    )
    theirs = await begin(
        world.host.platform, world.provider, OTHER_ACCOUNT, "user:usr_2", REDIRECT, person="usr_2"
    )
    came, stolen = await world.answer(mine.url), await world.answer(theirs.url)
    with pytest.raises(NotConnected):
        await finish(
            world.host.platform,
            world.provider,
            ACCOUNT,
            came["state"],
            stolen["code"],
            world.company_of,
            person="usr_1",
        )


async def test_a_connection_stays_with_its_company(world: World) -> None:
    grant_id = await world.connect()
    first = world.there.tenant
    world.there.tenant = "another"
    with pytest.raises(NotConnected):
        await world.connect(grant_id)
    assert (await load_grant(world.host.platform, ACCOUNT, grant_id)).company == first


async def test_disconnecting_ends_the_grant_on_both_sides(world: World) -> None:
    grant_id = await world.connect()
    assert await disconnect(world.host.platform, world.provider, ACCOUNT, grant_id)
    assert world.there.asked["POST /connect/revocation"] == 1
    ended = await load_grant(world.host.platform, ACCOUNT, grant_id)
    assert (ended.is_connected, ended.ended_why) == (False, "disconnected")
    with pytest.raises(GrantRevoked):
        await world.tokens(grant_id).token()
    await disconnect(world.host.platform, world.provider, ACCOUNT, grant_id)
    with pytest.raises(NoGrant):
        await disconnect(world.host.platform, world.provider, OTHER_ACCOUNT, grant_id)


@pytest.mark.parametrize("name", ["quickbooks", "xero", "hubspot"])
async def test_each_provider_takes_the_revocation_as_it_is_sent(world: World, name: str) -> None:
    """Intuit's own client sends JSON; Xero and HubSpot take a form (RFC 7009)."""
    there = {
        "quickbooks": QuickBooksCounterpart,
        "xero": XeroCounterpart,
        "hubspot": HubSpotCounterpart,
    }[name]("client", "secret", world.host.pieces.clock.now)
    with BooksServer(0, [there]) as server:
        provider = PROVIDERS[name](App("client", "secret", f"{server.url}/{name}"))
        access, refresh = there.grants.give()
        later = world.host.pieces.clock.now() + timedelta(hours=1)
        await withdraw(world.host.platform, provider, TokenSet(access, refresh, later))
        assert there.grants.state()["refresh"] == {}
        # Once more it knows no such token, which is no error.
        await withdraw(world.host.platform, provider, TokenSet(access, refresh, later))
        other = replace(provider, revokes_by_json=not provider.revokes_by_json)
        with pytest.raises(TargetUncertain, match="415"):
            await withdraw(world.host.platform, other, TokenSet(access, refresh, later))


@pytest.mark.parametrize("expires_in", ["1800", "soon", None, 1800.0])
async def test_a_lifetime_in_other_words_throws_no_rotated_token_away(
    world: World, expires_in: object
) -> None:
    """Xero's refresh token is replaced by the answer: without it, nothing lets anybody in."""
    grant_id = await world.connect()
    made: Any = world.there.grants
    original = made._made

    def told(scope: str, refresh: str = "") -> Answered:
        answered = original(scope, refresh)
        return Answered(200, {**answered.body, "expires_in": expires_in})

    made._made = told
    world.later(minutes=40)
    access = await world.tokens(grant_id).token()
    world.later(hours=2)
    assert await world.tokens(grant_id).token() != access
    world.later(days=3)
    await world.tokens(grant_id).token()
    assert (await load_grant(world.host.platform, ACCOUNT, grant_id)).is_connected


async def test_disconnecting_needs_no_answer(world: World) -> None:
    grant_id = await world.connect()
    world.there.disturbances.orders.append(Fault("lost_before", "/connect/revocation"))
    assert not await disconnect(world.host.platform, world.provider, ACCOUNT, grant_id)
    assert not (await load_grant(world.host.platform, ACCOUNT, grant_id)).is_connected


async def test_tokens_are_encrypted_under_the_newest_key(world: World) -> None:
    grant_id = await world.connect()
    token = await world.tokens(grant_id).token()
    keys = {2: bytes(range(1, 33)), 1: bytes(range(32))}
    platform = world.host.platform
    world.host.platform = replace(
        platform, settings=platform.settings.changed(EncryptionSettings(keys))
    )
    await reencrypt(world.host.platform, SECRETS)
    assert str((await world.row(grant_id))["kept"]).startswith(f"{key_name(2, keys[2])}.")
    assert await world.tokens(grant_id).token() == token


async def test_tokens_of_another_row_let_nobody_in(world: World) -> None:
    grant_id = await world.connect()
    moved = await encrypt(world.host.platform, "{}", GRANTS.row("grn_other"))
    await world.host.database.batch(
        [statement("UPDATE books_grants SET kept = ? WHERE id = ?", [moved, grant_id])]
    )
    with pytest.raises(UnreadableSecret):
        await world.tokens(grant_id).token()


async def test_a_lost_key_ends_no_connection_and_it_is_good_again_once_the_key_is_back(
    world: World,
) -> None:
    grant_id = await world.connect()
    token = await world.tokens(grant_id).token()
    before = world.host.platform
    lost = before.settings.changed(EncryptionSettings({1: bytes(range(1, 33))}))
    world.host.platform = replace(before, settings=lost)
    with pytest.raises(UnreadableSecret):
        await world.tokens(grant_id).token()
    assert (await load_grant(world.host.platform, ACCOUNT, grant_id)).is_connected
    world.host.platform = before
    assert await world.tokens(grant_id).token() == token
    world.host.platform = replace(before, settings=lost)
    assert not await disconnect(world.host.platform, world.provider, ACCOUNT, grant_id)
    assert not (await load_grant(world.host.platform, ACCOUNT, grant_id)).is_connected


def test_settings_say_what_is_missing() -> None:
    read = {"XERO_CLIENT_ID": "id", "XERO_CLIENT_SECRET": "secret"}
    assert BooksSettings.read(lambda name: read.get(name, "")).names == ["xero"]
    with pytest.raises(InvalidSetting):
        BooksSettings.read(lambda name: {"XERO_CLIENT_ID": "id"}.get(name, ""))
    for name in ("xero", "nobody"):
        with pytest.raises(AccessDenied):
            BooksSettings().provider(name)

"""One person with several companies: which are theirs, and what a switch may and may not give."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, LiteralString, TypeAlias

import httpx
import pytest

from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, OTHER_ACCOUNT, OTHER_TOKEN, TOKEN, USER
from tests.support.two_databases import over_both, second_account
from tests.unit.identity.test_passkeys import registered, sign_in
from tests.unit.identity.test_sessions import HOME, new_code
from tillroll.identity.authentication import SESSION_COOKIE
from tillroll.identity.people import lock_out, remove_person
from tillroll.identity.repository import Person, end_sessions, write
from tillroll.identity.repository import new_code as code_of
from tillroll.mail.addresses import ask_to_confirm, set_confirmed
from tillroll_durable.platform.bindings.database import Database, Row, Statement, statement
from tillroll_durable.platform.refusals import Refusal
from tillroll_durable.platform.services import Platform
from tillroll_testing.host.platform import HostPlatform

ADDRESS: Final = "ann@example.com"
OTHER: Final = Person(OTHER_ACCOUNT, "usr_other")
Change: TypeAlias = "Callable[[HostPlatform, Person], list[Statement]]"
ANN: Final = Person(ACCOUNT, USER)
_SINCE: Final = "2026-01-01T00:00:00.000Z"
_SWITCH: Final = f"/api/companies/{OTHER_ACCOUNT}/switch"
_BACK: Final = f"/api/companies/{ACCOUNT}/switch"


async def confirmed(host: HostPlatform, *addresses: tuple[Person, str]) -> None:
    await host.database.batch(
        [set_confirmed(person.user_id, address, _SINCE) for person, address in addresses]
    )


@asynccontextmanager
async def by_link(
    platform: Platform, person: Person = ANN, address: str = ADDRESS
) -> AsyncGenerator[httpx.AsyncClient]:
    """A browser whose person came by a link that was mailed to their address."""
    code = code_of(person, "system:door", platform.clock.now(), purpose="link", mailed_to=address)
    await platform.database.batch(code.statements)
    async with api_client(platform, token=None) as browser:
        (await browser.post("/api/session", json={"code": code.code})).raise_for_status()
        browser.headers.update(HOME)
        yield browser


async def named(browser: httpx.AsyncClient) -> tuple[list[str], str | None]:
    answer = (await browser.get("/api/companies")).json()
    return [each["id"] for each in answer["items"]], answer["lacks"]


async def here(browser: httpx.AsyncClient) -> str | int:
    answer = await browser.get("/api/session")
    return answer.json()["account"]["id"] if answer.is_success else answer.status_code


async def rows(host: HostPlatform, query: LiteralString) -> list[Row]:
    return await host.database.all(statement(query))


async def refused(browser: httpx.AsyncClient, path: str = _SWITCH) -> None:
    """Nothing tells why, or whether there is such a company; the browser stays where it is."""
    answer = await browser.post(path)
    assert answer.status_code == httpx.codes.NOT_FOUND, answer.text
    assert "set-cookie" not in answer.headers


# Which companies are mine


async def test_the_same_confirmed_address_makes_one_person(host: HostPlatform) -> None:
    await confirmed(host, (ANN, ADDRESS), (OTHER, "Ann@EXAMPLE.com"))
    async with by_link(host.platform) as browser:
        answer = (await browser.get("/api/companies")).json()
    assert answer["lacks"] is None
    by_id = {each["id"]: each for each in answer["items"]}
    assert by_id.keys() == {ACCOUNT, OTHER_ACCOUNT}
    assert [by_id[each]["isPresent"] for each in (ACCOUNT, OTHER_ACCOUNT)] == [True, False]
    assert all(each["name"] and each["roles"] == ["owner"] for each in answer["items"])


@pytest.mark.parametrize("token", [TOKEN, OTHER_TOKEN])
async def test_a_token_names_its_own_company_alone(host: HostPlatform, token: str) -> None:
    await confirmed(host, (ANN, ADDRESS), (OTHER, ADDRESS))
    async with api_client(host.platform, token) as script:
        ids, lacks = await named(script)
    assert (ids, lacks) == ([ACCOUNT if token == TOKEN else OTHER_ACCOUNT], "link")


async def test_an_address_that_waits_for_its_link_names_nothing(host: HostPlatform) -> None:
    await confirmed(host, (ANN, ADDRESS))
    now = host.platform.clock.now()
    _, waiting = ask_to_confirm(OTHER.account_id, OTHER.user_id, ADDRESS, now)
    await host.database.batch([waiting])
    async with by_link(host.platform) as browser:
        assert await named(browser) == ([ACCOUNT], None)
        await refused(browser)


async def test_who_has_no_address_is_told_so(host: HostPlatform) -> None:
    await rows(host, "DELETE FROM mail_addresses")
    async with api_client(host.platform) as script:
        assert await named(script) == ([ACCOUNT], "address")


# Switching


async def test_a_browser_goes_there_and_back(host: HostPlatform) -> None:
    await confirmed(host, (ANN, ADDRESS), (OTHER, ADDRESS))
    async with by_link(host.platform) as browser:
        before = browser.cookies[SESSION_COOKIE]
        answer = await browser.post(_SWITCH)
        assert answer.json()["account"]["id"] == OTHER_ACCOUNT
        assert answer.json()["user"]["id"] == OTHER.user_id
        assert all(word in answer.headers["set-cookie"] for word in ("HttpOnly", "SameSite=strict"))
        assert await here(browser) == OTHER_ACCOUNT
        assert set((await named(browser))[0]) == {ACCOUNT, OTHER_ACCOUNT}
        (await browser.post(_BACK)).raise_for_status()
        assert await here(browser) == ACCOUNT
    async with api_client(host.platform, token=None) as thief:
        thief.cookies.set(SESSION_COOKIE, before)
        assert await here(thief) == httpx.codes.UNAUTHORIZED, "the session before has ended"
    assert len(await rows(host, "SELECT id FROM sessions")) == 1


async def test_the_audit_of_both_says_it_and_names_no_other_company(host: HostPlatform) -> None:
    await confirmed(host, (ANN, ADDRESS), (OTHER, ADDRESS))
    async with by_link(host.platform) as browser:
        await browser.post(_SWITCH)
    told = await rows(
        host,
        "SELECT account_id, actor, action, detail FROM audit_events "
        "WHERE action IN ('session.left', 'session.created') ORDER BY id DESC LIMIT 2",
    )
    assert [(each["account_id"], each["actor"], each["action"]) for each in told] == [
        (ACCOUNT, f"user:{USER}", "session.left"),
        (OTHER_ACCOUNT, f"user:{OTHER.user_id}", "session.created"),
    ]
    assert [each["detail"] for each in told] == [
        f'{{"user":"{USER}"}}',
        f'{{"isSwitch":true,"user":"{OTHER.user_id}"}}',
    ]


async def test_the_present_company_changes_nothing(host: HostPlatform) -> None:
    async with by_link_of_ann(host) as browser:
        before = await rows(host, "SELECT * FROM sessions")
        events = await rows(host, "SELECT id FROM audit_events")
        for _ in range(2):
            answer = await browser.post(_BACK)
            assert answer.json()["account"]["id"] == ACCOUNT
            assert "set-cookie" not in answer.headers
        assert await rows(host, "SELECT * FROM sessions") == before
        assert await rows(host, "SELECT id FROM audit_events") == events


@asynccontextmanager
async def by_link_of_ann(host: HostPlatform) -> AsyncGenerator[httpx.AsyncClient]:
    """Ann's browser, where both accounts have her address."""
    await confirmed(host, (ANN, ADDRESS), (OTHER, ADDRESS))
    async with by_link(host.platform) as browser:
        yield browser


# Attacks


@pytest.mark.parametrize("path", [_SWITCH, _BACK])
async def test_no_token_switches(host: HostPlatform, path: str) -> None:
    await confirmed(host, (ANN, ADDRESS), (OTHER, ADDRESS))
    async with api_client(host.platform) as script:
        await refused(script, path)


async def test_another_site_switches_nobody(host: HostPlatform) -> None:
    async with by_link_of_ann(host) as browser:
        answer = await browser.post(_SWITCH, headers={"origin": "https://evil.example"})
        assert answer.status_code == httpx.codes.FORBIDDEN
        assert await here(browser) == ACCOUNT


async def test_whom_a_code_that_somebody_saw_let_in_goes_nowhere(host: HostPlatform) -> None:
    """An owner makes a person with the address of somebody else, who confirms it without a thought,
    and comes as that person by the link that was shown.
    """
    await confirmed(host, (ANN, ADDRESS), (OTHER, ADDRESS))
    async with api_client(host.platform, token=None) as browser:
        browser.headers.update(HOME)
        await browser.post("/api/session", json={"code": await new_code(host)})
        assert await named(browser) == ([ACCOUNT], "link")
        await refused(browser)
        assert await here(browser) == ACCOUNT


async def test_a_passkey_says_nothing_of_a_mailbox(host: HostPlatform) -> None:
    await confirmed(host, (ANN, ADDRESS), (OTHER, ADDRESS))
    async with api_client(host.platform) as script:
        device = await registered(script)
    async with api_client(host.platform, token=None) as browser:
        (await sign_in(browser, device)).raise_for_status()
        browser.headers.update(HOME)
        assert await named(browser) == ([ACCOUNT], "link")
        await refused(browser)


@pytest.mark.parametrize("person", [ANN, OTHER])
async def test_an_address_that_changed_on_either_side_leads_nowhere(
    host: HostPlatform, person: Person
) -> None:
    async with by_link_of_ann(host) as browser:
        await confirmed(host, (person, "new@example.com"))
        await refused(browser)
        assert (await named(browser))[0] == [ACCOUNT]


async def test_addresses_that_only_look_alike_are_two_people(host: HostPlatform) -> None:
    """Their hashes are the same, as they are made of casefolded text."""
    await confirmed(host, (ANN, "strasse@example.com"), (OTHER, "straße@example.com"))
    async with by_link(host.platform, address="strasse@example.com") as browser:
        assert await named(browser) == ([ACCOUNT], None)
        await refused(browser)


async def test_a_mailbox_of_two_people_of_a_company_opens_neither(host: HostPlatform) -> None:
    async with by_link_of_ann(host) as browser:
        await rows(
            host,
            "INSERT INTO users (id, account_id, name, created_at) "
            "VALUES ('usr_third', 'acc_other', 'Third', '2026')",
        )
        await confirmed(host, (Person(OTHER_ACCOUNT, "usr_third"), ADDRESS))
        assert await named(browser) == ([ACCOUNT], None)
        await refused(browser)


def _removed(host: HostPlatform, person: Person) -> list[Statement]:
    del host
    return [
        statement("UPDATE users SET removed_at = '2026' WHERE id = ?", [person.user_id]),
    ]


def _locked(host: HostPlatform, person: Person) -> list[Statement]:
    return lock_out(person, "operator", host.platform.clock.now())


def _closed(host: HostPlatform, person: Person) -> list[Statement]:
    del host
    return [statement("UPDATE accounts SET closed_at = '2026' WHERE id = ?", [person.account_id])]


def _bounced(host: HostPlatform, person: Person) -> list[Statement]:
    del host
    query = """
      INSERT INTO mail_suppressions (address_hash, reason, message_id, created_at)
      SELECT address_hash, 'bounced', 'msg', '' FROM mail_addresses WHERE user_id = ?
    """
    return [statement(query, [person.user_id])]


@pytest.mark.parametrize("change", [_removed, _locked, _closed, _bounced])
async def test_whom_no_link_would_let_in_is_not_switched_there(
    host: HostPlatform, change: Change
) -> None:
    async with by_link_of_ann(host) as browser:
        await host.database.batch(change(host, OTHER))
        await refused(browser)
        assert (await named(browser))[0] == [ACCOUNT]


@pytest.mark.parametrize("change", [_removed, _locked])
async def test_who_was_put_out_here_takes_no_session_along(
    host: HostPlatform, change: Change
) -> None:
    async with by_link_of_ann(host) as browser:
        await host.database.batch(change(host, ANN))
        answer = await browser.post(_SWITCH)
        assert answer.status_code == httpx.codes.UNAUTHORIZED


def _signed_out(now: datetime) -> list[Statement]:
    return end_sessions(ANN, "operator", now)


def _removed_now(now: datetime) -> list[Statement]:
    return remove_person(ANN, "operator", now)


def _locked_now(now: datetime) -> list[Statement]:
    return lock_out(ANN, "operator", now)


def _ended_now(now: datetime) -> list[Statement]:
    del now
    return [statement("DELETE FROM sessions WHERE user_id = ?", [USER])]


@pytest.mark.parametrize("ending", [_signed_out, _removed_now, _locked_now, _ended_now])
async def test_a_session_that_ends_while_it_is_switched_leaves_none(
    host: HostPlatform,
    monkeypatch: pytest.MonkeyPatch,
    ending: Callable[[datetime], list[Statement]],
) -> None:
    # Somebody else owns the account too, so that Ann can be removed.
    await rows(
        host,
        "INSERT INTO users (id, account_id, name, created_at) "
        "VALUES ('usr_more', 'acc_first', 'More', '2026')",
    )
    await rows(host, "INSERT INTO user_roles (user_id, role) VALUES ('usr_more', 'owner')")
    written: list[Sequence[Statement]] = []

    async def then_ended(
        database: Database, statements: Sequence[Statement], refusal: Refusal
    ) -> None:
        await write(database, statements, refusal)
        written.append(statements)
        if len(written) == 1:
            await host.database.batch(ending(host.platform.clock.now()))

    async with by_link_of_ann(host) as browser:
        monkeypatch.setattr("tillroll.identity.companies.service.write", then_ended)
        answer = await browser.post(_SWITCH)
        assert answer.status_code == httpx.codes.UNAUTHORIZED
        assert "set-cookie" not in answer.headers
    others = "SELECT id FROM sessions WHERE user_id = 'usr_other'"
    assert await rows(host, others) == []


async def test_a_switch_is_no_fresh_sign_in(host: HostPlatform) -> None:
    async with by_link_of_ann(host) as browser:
        host.pieces.clock.advance(timedelta(minutes=15, seconds=1))
        (await browser.post(_SWITCH)).raise_for_status()
        # There Ann has no passkey, and would not be asked where she had signed in.
        answer = await browser.post("/api/passkeys/options")
        assert answer.json()["type"] == "urn:tillroll:problem:sign-in-again"
        (await browser.post(_BACK)).raise_for_status()
        answer = await browser.post("/api/tokens", json={"name": "mine"})
        assert answer.json()["type"] == "urn:tillroll:problem:sign-in-again"


async def test_a_fresh_sign_in_stays_one(host: HostPlatform) -> None:
    async with by_link_of_ann(host) as browser:
        (await browser.post(_SWITCH)).raise_for_status()
        assert (await browser.post("/api/passkeys/options")).is_success
        host.pieces.clock.advance(timedelta(minutes=15, seconds=1))
        assert (await browser.post("/api/passkeys/options")).status_code == httpx.codes.FORBIDDEN


async def test_going_to_and_fro_makes_no_session_longer(host: HostPlatform) -> None:
    async with by_link_of_ann(host) as browser:
        for path in (_SWITCH, _BACK, _SWITCH):
            host.pieces.clock.advance(timedelta(days=9))
            (await browser.post(path)).raise_for_status()
        host.pieces.clock.advance(timedelta(days=3, seconds=1))
        assert await here(browser) == httpx.codes.UNAUTHORIZED


class NoneOfAnn:
    """Ann signed in too often."""

    async def may_try(self, key: str) -> bool:
        return key != f"sign-in:user:{USER}"


async def test_switching_counts_as_signing_in(host: HostPlatform) -> None:
    async with by_link_of_ann(host) as browser:
        host.platform = replace(host.platform, attempts=NoneOfAnn())
        async with api_client(host.platform, token=None) as same:
            same.headers.update(HOME)
            same.cookies.update(browser.cookies)
            answer = await same.post(_SWITCH)
            assert answer.status_code == httpx.codes.TOO_MANY_REQUESTS
            assert await here(same) == ACCOUNT


async def test_a_company_of_another_database_is_named_and_reached(host: HostPlatform) -> None:
    second, account = await second_account()
    there = Person(account.account_id, account.user_id)
    await second.batch([set_confirmed(there.user_id, ADDRESS, _SINCE)])
    await confirmed(host, (ANN, ADDRESS))
    platform = over_both(host.platform, second)
    async with by_link(platform) as browser:
        assert set((await named(browser))[0]) == {ACCOUNT, there.account_id}
        (await browser.post(f"/api/companies/{there.account_id}/switch")).raise_for_status()
        assert browser.cookies[SESSION_COOKIE].endswith(".2")
        assert await here(browser) == there.account_id
        assert await rows(host, "SELECT id FROM sessions") == []
        (await browser.post(_BACK)).raise_for_status()
        assert await here(browser) == ACCOUNT
    assert await second.all(statement("SELECT id FROM sessions")) == []

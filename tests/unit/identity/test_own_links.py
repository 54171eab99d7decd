"""Links that people have mailed to their confirmed address: whom they let in, once, and what ends
them.
"""

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from local.mail.counterpart import Counterpart
from tests.simulation import mail
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, OTHER_ACCOUNT, TOKEN, USER
from tests.unit.mail.test_mail import code_in
from tillroll.identity.own_links import ONE_ASKING
from tillroll.identity.people import lock_out, remove_person
from tillroll.identity.repository import Person
from tillroll.mail.addresses import forget, set_confirmed
from tillroll_durable.platform.encryption import EncryptionSettings
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

ADDRESS = "Ann@example.com"
BOB = Person(ACCOUNT, "usr_bob")


async def opened() -> tuple[World, Counterpart]:
    """A world that sends mail, in which one person has a confirmed address."""
    world, provider = await mail.open_mail(Faults())
    await world.rows("DELETE FROM mail_addresses")
    await world.host.database.batch([set_confirmed(USER, ADDRESS, "2026-01-01T00:00:00.000Z")])
    return world, provider


async def ask(world: World, address: str = ADDRESS) -> httpx.Response:
    async with api_client(world.host.platform, None) as nobody:
        answer = await nobody.post("/api/sign-in-links", json={"address": address})
    await world.settle()
    return answer


async def ask_a_minute_later(world: World) -> httpx.Response:
    world.host.pieces.clock.advance(ONE_ASKING)
    return await ask(world)


async def come(world: World, code: str) -> int:
    async with api_client(world.host.platform, None) as nobody:
        answer = await nobody.post("/api/session", json={"code": code})
    assert answer.status_code == 401 or answer.json()["purpose"] == "link"
    return answer.status_code


async def test_a_link_signs_in_once_and_the_answer_says_nothing() -> None:
    world, provider = await opened()
    answers = [await ask(world, given) for given in (" ann@EXAMPLE.com ", "nobody@example.com")]
    assert [(each.status_code, each.json()) for each in answers] == [
        (202, {"validMinutes": 15})
    ] * 2
    [email] = provider.emails
    assert (email.to, "within 15 minutes" in email.text) == ([ADDRESS], True)
    code = code_in(provider, "/sign-in")
    assert code not in str(await world.rows("SELECT * FROM sign_in_codes"))
    assert [await come(world, code) for _ in range(2)] == [200, 401]
    sql = (
        "SELECT action, actor FROM audit_events "
        "WHERE action IN ('code.created', 'session.created') ORDER BY id"
    )
    rows = await world.rows(sql)
    assert [(row["action"], row["actor"]) for row in rows] == [
        ("code.created", "system:door"),
        ("session.created", f"user:{USER}"),
    ]


async def test_it_ends_after_fifteen_minutes_and_by_a_newer_one() -> None:
    world, provider = await opened()
    await ask(world)
    first = code_in(provider, "/sign-in")
    world.host.pieces.clock.advance(timedelta(minutes=1))
    await ask(world)
    second = code_in(provider, "/sign-in")
    assert await come(world, first) == 401
    world.host.pieces.clock.advance(timedelta(minutes=15))
    assert await come(world, second) == 401


async def test_what_is_asked_for_twice_at_once_is_one_link_that_stays_good() -> None:
    world, provider = await opened()
    assert [(await ask(world)).status_code for _ in range(2)] == [202, 202]
    [_] = provider.emails
    assert await come(world, code_in(provider, "/sign-in")) == 200
    await ask(world)  # that one is used up
    assert len(provider.emails) == 2


async def test_five_an_hour_are_mailed() -> None:
    world, provider = await opened()
    answers = [await ask_a_minute_later(world) for _ in range(7)]
    assert ({each.status_code for each in answers}, len(provider.emails)) == ({202}, 5)
    fifth = code_in(provider, "/sign-in")
    assert await come(world, fifth) == 200  # those that were not mailed have ended none
    world.host.pieces.clock.advance(timedelta(hours=1, minutes=1))
    await ask(world)
    assert len(provider.emails) == 6


async def test_an_address_that_is_theirs_no_more_lets_nobody_in() -> None:
    world, provider = await opened()
    await ask(world)
    await world.host.database.batch(
        [set_confirmed(USER, "ann@new.example", "2026-03-01T09:00:00.000Z")]
    )
    assert await come(world, code_in(provider, "/sign-in")) == 401
    await ask(world)  # the address before
    await world.host.database.batch([forget(USER)])
    await ask(world, "ann@new.example")
    assert len(provider.emails) == 1


async def test_an_address_that_waits_for_its_link_or_came_back_gets_none() -> None:
    world, provider = await opened()
    async with api_client(world.host.platform) as client:
        await client.put("/api/mail-address", json={"address": "ann@new.example"})
    await world.settle()
    await ask(world, "ann@new.example")
    await world.rows(
        "INSERT INTO mail_suppressions (address_hash, reason, message_id, created_at) "
        "SELECT address_hash, 'bounced', 'msg', '' FROM mail_addresses WHERE address IS NOT NULL"
    )
    await ask(world)
    assert [email.subject for email in provider.emails] == ["Confirm your address for Tillroll"]


async def test_who_is_in_two_accounts_gets_a_link_for_each() -> None:
    world, provider = await opened()
    await world.host.database.batch(
        [set_confirmed("usr_other", ADDRESS.lower(), "2026-01-01T00:00:00.000Z")]
    )
    await ask(world)
    assert len(provider.emails) == 2
    await world.rows("UPDATE accounts SET closed_at = '2026' WHERE id = ?", OTHER_ACCOUNT)
    await ask_a_minute_later(world)
    assert len(provider.emails) == 3


async def test_a_lock_out_holds_until_an_owner_lets_the_person_in() -> None:
    world, provider = await opened()
    await world.rows(
        "INSERT INTO users (id, account_id, name, created_at) VALUES ('usr_bob', ?, 'Bob', '2026')",
        ACCOUNT,
    )
    await world.host.database.batch(
        [set_confirmed("usr_bob", "bob@example.com", "2026-01-01T00:00:00.000Z")]
    )
    await ask(world, "bob@example.com")
    before = code_in(provider, "/sign-in")
    now = world.host.pieces.clock.now()
    await world.host.database.batch(lock_out(BOB, f"user:{USER}", now))
    assert await come(world, before) == 401
    await ask(world, "bob@example.com")
    assert len(provider.emails) == 1
    async with (
        api_client(world.host.platform, TOKEN) as owner,
        api_client(world.host.platform, None) as nobody,
    ):
        (await owner.post("/api/people/usr_bob/links")).raise_for_status()
        await world.settle()
        code = code_in(provider, "/sign-in")
        assert (await nobody.post("/api/session", json={"code": code})).json()[
            "purpose"
        ] == "recovery"
    await ask(world, "bob@example.com")
    assert await come(world, code_in(provider, "/sign-in")) == 200
    await ask(world, "bob@example.com")
    last = code_in(provider, "/sign-in")
    await world.host.database.batch(remove_person(BOB, f"user:{USER}", now))
    assert await come(world, last) == 401


@pytest.mark.parametrize("given", ["", "no address", "a@b", "x" * 400])
async def test_what_is_no_address_is_refused(given: str) -> None:
    world, _ = await opened()
    assert (await ask(world, given)).status_code in {400, 422}


async def test_without_mail_nothing_is_offered() -> None:
    world, _ = await opened()
    platform = world.host.platform
    async with api_client(platform, None) as nobody:
        assert (await nobody.get("/api/sign-in-links")).json() == {"isOffered": True}
    world.host.platform = replace(
        platform, settings=platform.settings.changed(EncryptionSettings())
    )
    async with api_client(world.host.platform, None) as nobody:
        assert (await nobody.get("/api/sign-in-links")).json() == {"isOffered": False}
    assert (await ask(world)).status_code == 409

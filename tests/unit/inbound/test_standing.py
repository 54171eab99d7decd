"""An event may do what the people behind its source may do when it comes: not what they could when
it was set up.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.simulation.verbs.journey import JOURNEY, JourneyParams
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, TOKEN
from tests.support.inbound import INBOUND, START, ask, event, post, source
from tests.support.sql import sql
from tests.unit.inbound.test_receiving import CONFIRM, opened, sources, stored, work
from tillroll.identity.authentication import secret_hash
from tillroll.payouts.four_eyes import may_decide_on
from tillroll_durable import Actor, begin, statement
from tillroll_durable.platform.json import load_object
from tillroll_testing.simulation.world import World

BOB = "till_bob"


async def opened_with_bob(*roles: str) -> World:
    """A world with a second owner, or somebody of other roles."""
    world = await opened()
    database = world.host.platform.database
    await database.batch(
        [
            statement(
                "INSERT INTO users (id, account_id, name, created_at) "
                "VALUES ('usr_bob', ?, 'Bob', '')",
                [ACCOUNT],
            ),
            *(
                statement("INSERT INTO user_roles (user_id, role) VALUES ('usr_bob', ?)", [role])
                for role in roles or ("owner",)
            ),
            statement(
                "INSERT INTO tokens (id, user_id, hash, name, created_at) "
                "VALUES ('tok_bob', 'usr_bob', ?, 'b', '')",
                [secret_hash(BOB)],
            ),
        ]
    )
    return world


async def replayed(world: World, event_id: str, token: str = BOB) -> list[Any]:
    await ask(world.host.platform, "POST", f"/api/inbound-events/{event_id}/replay", token=token)
    return await work(world)


@pytest.mark.parametrize(
    "lost",
    [
        "DELETE FROM user_roles WHERE user_id = 'usr_first'",
        "UPDATE users SET removed_at = '2026-01-01' WHERE id = 'usr_first'",
        "DELETE FROM inbound_source_people",
    ],
    ids=["the right", "the person", "everybody"],
)
async def test_each_event_asks_again_whether_the_people_behind_it_may(lost: str) -> None:
    """Whatever takes the right away, also where nothing stops the source by it."""
    world = await opened_with_bob()
    platform = world.host.platform
    made = await source(platform)
    await world.rows(sql(lost))
    assert (await post(platform, made["path"], event())).status == 202
    (row,) = await work(world)
    assert (row["state"], await world.rows("SELECT id FROM runs")) == ("unmapped", [])
    assert "an owner has to take it over" in row["why"]
    fresh = await ask(platform, "POST", f"{sources(made)}/take-over", {}, token=BOB)
    (row,) = await replayed(world, row["id"])
    assert row["state"] == "started", row["why"]
    await post(platform, made["path"], event("evt_2"), secret=fresh["secret"])
    assert [each["state"] for each in await work(world)] == ["started", "started"]


def _user(_: object) -> str:
    return "user:42"


async def test_a_signal_asks_too() -> None:
    world = await opened_with_bob()
    platform = world.host.platform
    about = replace(JOURNEY, subject=_user)
    await begin(platform, about, JourneyParams(), Actor(ACCOUNT, "user:usr_first"), key="one")
    made = await source(platform, CONFIRM)
    await world.rows("UPDATE user_roles SET role = 'submitter' WHERE user_id = 'usr_first'")
    await post(platform, made["path"], event(run="user:42", by="Ann"))
    (row,) = await work(world)
    assert (
        row["why"]
        == "somebody behind the source may not `operate` any more: an owner has to take it over"
    )
    assert await world.rows("SELECT * FROM signals") == []


async def test_whoever_leaves_takes_their_sources_with_them_until_somebody_takes_these_over() -> (
    None
):
    world = await opened_with_bob()
    platform = world.host.platform
    made = await source(platform)
    other = await source(platform, name="Of Bob", token=BOB)
    await post(platform, made["path"], event())
    await ask(platform, "DELETE", "/api/people/usr_first", token=BOB)
    (before,) = await work(world)
    assert before["state"] == "unmapped", "it came before, and is worked off afterwards"
    assert (await post(platform, made["path"], event("evt_2"))).status == 404
    assert (await post(platform, other["path"], event("evt_3"))).status == 202
    shown = {
        each["name"]: each
        for each in (await ask(platform, "GET", "/api/inbound-sources", token=BOB))["items"]
    }
    assert shown["Of Bob"]["stopped"] is None
    assert (shown["Acme"]["stopped"]["name"], shown["Acme"]["secrets"]) == ("Ann", [])
    world.host.pieces.clock.advance(timedelta(minutes=1))
    # Another secret alone does not set it going: somebody has to answer for it.
    await ask(
        platform, "POST", f"{sources(made)}/secrets", {"secret": "a secret of Bob's own"}, token=BOB
    )
    assert (
        await post(platform, made["path"], event("evt_2"), secret="a secret of Bob's own")
    ).status == 404
    taken = await ask(platform, "POST", f"{sources(made)}/take-over", {}, token=BOB)
    assert ([each["userId"] for each in taken["people"]], taken["stopped"]) == (["usr_bob"], None)
    assert (await post(platform, made["path"], event("evt_2"))).status == 401, (
        "the one who left knows that secret"
    )
    assert (
        await post(platform, made["path"], event("evt_2"), secret=taken["secret"])
    ).status == 202
    (audit,) = await world.rows(
        "SELECT actor, detail FROM audit_events WHERE action = 'source.taken_over'"
    )
    assert audit["actor"] == "token:tok_bob"
    detail = load_object(str(audit["detail"]))
    assert detail == {"source": made["id"], "from": ["usr_first", "usr_bob"]}


async def test_another_role_stops_what_needs_the_one_that_is_lost_and_nothing_else() -> None:
    world = await opened_with_bob()
    platform = world.host.platform
    starts = await source(platform)
    signals = await source(platform, CONFIRM, name="Signals")
    await ask(platform, "PUT", "/api/people/usr_first/roles", {"roles": ["submitter"]}, token=BOB)
    items = (await ask(platform, "GET", "/api/inbound-sources", token=BOB))["items"]
    assert {each["name"]: each["stopped"] is not None for each in items} == {
        "Acme": False,
        "Signals": True,
    }
    assert [each["needs"] for each in items] == [["trigger"], ["operate"]]
    assert (await post(platform, starts["path"], event())).status == 202
    assert (await work(world))[0]["state"] == "started"
    assert (await post(platform, signals["path"], event())).status == 404


async def test_a_source_is_taken_over_by_who_may_do_what_it_does() -> None:
    world = await opened_with_bob()
    platform = world.host.platform
    made = await source(platform)
    limited_token = """
      INSERT INTO tokens (id, user_id, hash, name, created_at, scopes)
      VALUES ('tok_l', 'usr_bob', ?, 'l', '', '["administer"]')
    """
    await world.host.database.batch([statement(limited_token, [secret_hash("till_limited")])])
    async with api_client(platform, "till_limited", registry=INBOUND.registry) as limited:
        refused = await limited.post(f"{sources(made)}/take-over", json={})
    assert (refused.status_code, "trigger" in refused.text) == (403, True)
    assert (await post(platform, made["path"], event())).status == 202, "nothing has changed"


async def test_whoever_replays_an_event_asks_for_what_it_asks_for() -> None:
    world = await opened_with_bob()
    platform = world.host.platform
    made = await source(platform, {"when": {"/type": "never"}, "ignore": True})
    await post(platform, made["path"], event())
    (row,) = await work(world)
    body = {"name": "Acme", "mapping": {"rules": [START]}}
    await ask(platform, "PUT", sources(made), body, token=TOKEN)
    world.host.pieces.clock.advance(timedelta(hours=1))
    await replayed(world, row["id"])
    payee = """
      INSERT INTO payees (id, account_id, name, recipient, method, paid_to, created_by, created_at)
      VALUES ('pay_1', ?, 'P', 'r', 'm', 'r', 'usr_first', '')
    """
    payout = """
      INSERT INTO payouts (run_id, account_id, payee_id, currency, amount, reference, asked_by,
          created_at)
      VALUES (?, ?, 'pay_1', 'EUR', 1, 'r', ?, '')
    """
    run = (await world.rows("SELECT id FROM runs"))[0]["id"]
    asked = statement(payout, [run, ACCOUNT, f"event:{row['id']}"])
    await world.host.database.batch([statement(payee, [ACCOUNT]), asked])
    assert await may_decide_on("payout", platform, str(run), "usr_bob") is not None
    world.host.pieces.clock.advance(timedelta(minutes=1))
    await post(platform, made["path"], event("evt_2"))
    later = (await stored(world))[1]["id"]
    # The test's own.
    await world.rows(sql(f"UPDATE payouts SET asked_by = 'event:{later}'"))
    assert await may_decide_on("payout", platform, str(run), "usr_bob") is None, (
        "Bob has nothing to do with this one"
    )

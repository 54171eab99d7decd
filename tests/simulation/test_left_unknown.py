"""Behind a restore nothing new is paid, and no number given out, before somebody has said what left
the old place.
"""

import json

import pytest

from cli.operations.leaving import LARGEST, numbers_of_rows
from cli.operations.repeating import endings_of_rows, plan, standing_of, standing_queries
from tests.simulation.claiming import ask as ask_for_claim
from tests.simulation.claiming import open_claims
from tests.simulation.paying import Order, ask, open_payout
from tests.simulation.test_restored_payouts import backup_of, come_to_ends, go_back, states
from tests.simulation.test_strange_payments import lift, restore
from tests.support.host_platform import ACCOUNT
from tillroll.claims.repository import raise_floor
from tillroll.restored_place import LeftUnknown
from tillroll_command.sql import as_text
from tillroll_durable.platform.bindings.database import Row, integer
from tillroll_testing.host.sqlite import SqliteDatabase
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World


async def test_a_payout_waits_until_it_was_said_what_left() -> None:
    world, provider = await open_payout(Faults(), Order())
    backup = backup_of(world)
    await ask(world)
    await come_to_ends(world)
    await go_back(world, backup)
    restore(world)
    with pytest.raises(LeftUnknown):
        await ask(world)
    lift(world)
    await ask(world)
    await come_to_ends(world)
    assert (len(provider.payments), await states(world)) == (1, ["paid"])


async def test_one_that_was_under_way_is_looked_for_though_the_provider_forgot_its_key() -> None:
    world, provider = await open_payout(Faults(), Order())
    await ask(world)
    backup = backup_of(world)
    await come_to_ends(world)
    await go_back(world, backup)
    restore(world)
    provider.keys.clear()
    await come_to_ends(world)
    assert (len(provider.payments), await states(world)) == (1, ["paid"])


async def test_the_list_says_what_left_and_the_numbers_go_on() -> None:
    world, _ = await open_payout(Faults(), Order())
    backup = backup_of(world)
    await ask(world)
    await come_to_ends(world)
    left = endings_of_rows(
        await world.rows(
            "SELECT action, account_id, event_key, at, detail FROM audit_events "
            "WHERE action = 'effect.intended'"
        )
    )
    await go_back(world, backup)
    standing = standing_of(answers(world))
    numbers = endings_of_rows(
        numbers_of_rows(
            [{"account_id": "acc_first", "series": "invoice", "year": 2026, "number": 7}]
        )
    )
    planned = plan([*left, *numbers], standing, world.host.pieces.clock.now())
    assert [("(pay)" in line) for line in planned.by_hand] == [True]
    [step] = planned.steps
    execute(world, step.sql)
    floors = await world.rows("SELECT series, number FROM claim_number_floors")
    assert [(row["series"], row["number"]) for row in floors] == [("invoice", 7)]
    assert not await world.rows(LARGEST)
    line = json.loads(numbers[0].line())
    assert line["eventKey"].endswith(":7")


async def numbers(world: World) -> list[int]:
    rows = await world.rows("SELECT number FROM claims ORDER BY created_at, run_id")
    return [integer(row, "number") for row in rows if row["number"] is not None]


async def test_a_claim_waits_and_its_number_follows_the_list() -> None:
    world = await open_claims(Faults())
    restore(world)
    with pytest.raises(LeftUnknown):
        await ask_for_claim(world)
    execute(world, as_text([raise_floor(ACCOUNT, "claim", 2026, 7)]))
    lift(world)
    await ask_for_claim(world)
    await world.settle({})
    assert await numbers(world) == [8]


async def test_a_claim_that_was_under_way_is_given_no_number_before_it_was_said() -> None:
    world = await open_claims(Faults())
    await ask_for_claim(world)
    restore(world)
    await world.settle({})
    assert await numbers(world) == []


async def test_without_the_numbers_a_new_series_begins_that_shows_it() -> None:
    """As behind the copies of seals: they say that numbers were given out, and not which."""
    world = await open_claims(Faults())
    issued = endings_of_rows(
        [
            {
                "action": "claim.issued",
                "account_id": ACCOUNT,
                "event_key": "run_lost:issue:claimed",
                "at": "2026-03-01T08:00:00.000Z",
                "detail": '{"claim": "run_lost"}',
            }
        ]
    )
    for steps in (1, 0):
        standing = standing_of(answers(world))
        planned = plan(issued, standing, world.host.pieces.clock.now())
        assert len(planned.steps) == steps
        for step in planned.steps:
            assert "new series" in step.sentence
            execute(world, step.sql)
    await ask_for_claim(world)
    await world.settle({})
    assert await numbers(world) == [10_001]


def answers(world: World) -> list[list[Row]]:
    """What the database answers to the queries of the command."""
    database = world.host.database
    assert isinstance(database, SqliteDatabase)
    lists: list[list[Row]] = []
    for query in standing_queries():
        cursor = database.connection.execute(query)
        lists.append(
            [
                {
                    column[0]: value
                    for column, value in zip(cursor.get_description(), row, strict=True)
                }
                for row in cursor
            ]
        )
    return lists


def execute(world: World, sql: str) -> None:
    database = world.host.database
    assert isinstance(database, SqliteDatabase)
    database.connection.execute(sql)

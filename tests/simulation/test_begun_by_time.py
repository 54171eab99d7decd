"""Runs that are begun by time, under what can happen to the cron: each tick begins one run an
account, and what was missed is done as declared.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest

from tests.simulation.bank import Bank
from tests.simulation.opening import open_world
from tests.simulation.payout.workflow import TABLES, PayoutParams, Payouts
from tests.support.host_platform import ACCOUNT, OTHER_ACCOUNT
from tillroll_durable import Actor, NothingBegun, Registry, Schedule, Tick, Workflow, begin
from tillroll_durable.declared import Overlap
from tillroll_durable.platform.bindings.database import statement, text
from tillroll_durable.platform.services import Platform
from tillroll_durable.schedules.management import Keeper, find_schedule, make_schedule
from tillroll_durable.schedules.rows import (
    CatchUp,
    Planned,
)
from tillroll_durable.schedules.ticks import (
    MOST_AT_ONCE,
    PATIENT_WITH,
    begin_due,
)
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.together import together
from tillroll_testing.simulation.world import Deployed, World

_ANN: Final = Keeper(ACCOUNT, "usr_first", "user:usr_first")
_HOUR: Final = timedelta(hours=1)
_MINUTE: Final = timedelta(minutes=1)


async def _begin(
    platform: Platform, workflow: Workflow, actor: Actor, params: PayoutParams, tick: Tick
) -> None:
    if params.employee == "nobody":
        raise NothingBegun("There is nobody to pay.")
    if params.employee == actor.account_id:
        raise RuntimeError("a row that poisons")
    if params.employee == "once" and await platform.database.first(
        statement("SELECT id FROM runs")
    ):
        raise NothingBegun("The account has changed since.")
    await begin(platform, workflow, params, actor, key=tick.key)
    if params.employee == "changed":
        await platform.database.batch(
            [statement("UPDATE schedules SET next_tick = '2027-01-01T00:00:00.000Z'")]
        )


class Scheduled:
    """A world with a schedule that is due every hour, from ten o'clock on."""

    def __init__(self, world: World, registry: Registry, schedule_id: str) -> None:
        self.world, self.registry, self.id = world, registry, schedule_id

    async def minute(self) -> int:
        """One minute of the cron, or of several crons at once, whatever dies."""
        crons = range(self.world.copies)

        async def tick() -> list[int]:
            return await together(
                *[begin_due(self.world.host.platform, self.registry) for _ in crons]
            )

        begun = await self.world.surviving(tick)
        self.world.host.pieces.clock.advance(_MINUTE)
        return max(begun)

    async def minutes(self, count: int) -> list[int]:
        return [await self.minute() for _ in range(count)]

    async def ticks_begun(self, account_id: str = ACCOUNT) -> list[str]:
        """When the account's runs were due, as their keys say."""
        found = await self.world.rows(
            "SELECT begin_key FROM runs WHERE account_id = ? ORDER BY begin_key", account_id
        )
        return [text(row, "begin_key").removeprefix(f"schedule:{self.id}:")[11:16] for row in found]

    async def recorded(self) -> list[tuple[str, str]]:
        found = await self.world.rows(
            "SELECT tick, outcome FROM schedule_ticks ORDER BY tick, account_id"
        )
        return [(text(row, "tick")[11:16], text(row, "outcome")) for row in found]

    async def next_tick(self) -> str:
        return (await find_schedule(self.world.host.database, ACCOUNT, self.id)).kept.next_tick[
            11:16
        ]


async def scheduled(
    faults: Faults | None = None,
    *,
    catch_up: CatchUp = "latest",
    overlap: Overlap = "allow",
    employee: str = "employee_1",
    for_all_accounts: bool = False,
) -> Scheduled:
    faults = faults or Faults()
    schedule = Schedule(
        begin=_begin, params=PayoutParams, permission="operate", for_all_accounts=True
    )
    workflow = replace(Payouts(Bank(Faults())).workflow, schedule=schedule)
    world = await open_world(faults, Deployed(workflow), tables=TABLES)
    planned = Planned(
        "Each hour",
        "0 * * * *",
        "UTC",
        catch_up,
        {"employee": employee, "amount": 100},
        overlap=overlap,
    )
    plan, faults.plan = faults.plan, {}
    made = await make_schedule(
        world.host.platform, workflow, _ANN, planned, for_all_accounts=for_all_accounts
    )
    faults.plan = {len(faults.passed) + at: act for at, act in plan.items()}
    world.host.pieces.clock.advance(_HOUR)  # ten o'clock
    return Scheduled(world, Registry([workflow]), made.kept.id)


async def add_accounts(world: World, count: int) -> None:
    add = "INSERT INTO accounts (id, name, created_at) VALUES (?, 'x', '2026-01-01T00:00:00.000Z')"
    await world.host.database.batch(
        [statement(add, [f"acc_{number:04}"]) for number in range(count)]
    )


async def test_a_tick_begins_one_run_and_moves_on() -> None:
    at = await scheduled()
    assert await at.minutes(3) == [1, 0, 0]
    assert (await at.ticks_begun(), await at.recorded(), await at.next_tick()) == (
        ["10:00"],
        [("10:00", "begun")],
        "11:00",
    )
    assert list(at.world.instances.by_id)  # the engine has it


@pytest.mark.parametrize("copies", [1, 3])
@pytest.mark.parametrize("for_all_accounts", [False, True])
async def test_killed_at_each_point_and_racing_each_tick_is_one_run(
    copies: int, for_all_accounts: bool
) -> None:
    accounts = [ACCOUNT, OTHER_ACCOUNT] if for_all_accounts else [ACCOUNT]
    points = 0
    for point in range(1, 200):
        faults = Faults()
        faults.plan[point] = faults.kill
        at = await scheduled(faults, for_all_accounts=for_all_accounts)
        at.world.copies = copies
        await at.minutes(2)
        if not faults.has_died:
            break
        points += 1
        for account in accounts:
            assert await at.ticks_begun(account) == ["10:00"], f"killed at {point}"
        assert await at.recorded() == [("10:00", "begun")] * len(accounts)
        assert await at.next_tick() == "11:00"
    assert points >= 4 * len(accounts)


@pytest.mark.parametrize("for_all_accounts", [False, True])
async def test_whatever_call_errs_each_tick_is_one_run(for_all_accounts: bool) -> None:
    accounts = [ACCOUNT, OTHER_ACCOUNT] if for_all_accounts else [ACCOUNT]
    for call in range(1, 200):
        faults = Faults()
        at = await scheduled(faults, for_all_accounts=for_all_accounts)
        faults.errs[len(faults.called) + call] = 1
        await at.minutes(3)
        for account in accounts:
            assert await at.ticks_begun(account) == ["10:00"], f"call {call} erred"
        assert await at.next_tick() == "11:00"
        if not faults.raised:
            break
    else:
        pytest.fail("it never ended")


@pytest.mark.parametrize(
    ("catch_up", "minutes_late", "begun", "recorded"),
    [
        ("latest", 30, ["09:00"], [("10:00", "skipped"), ("09:00", "begun")]),
        ("skip", 30, [], [("10:00", "skipped")]),
        ("skip", 5, ["09:00"], [("10:00", "skipped"), ("09:00", "begun")]),
    ],
)
async def test_of_what_a_days_outage_missed_the_latest_is_done_or_nothing(
    catch_up: CatchUp, minutes_late: int, begun: list[str], recorded: list[tuple[str, str]]
) -> None:
    at = await scheduled(catch_up=catch_up)
    at.world.host.pieces.clock.advance(23 * _HOUR + minutes_late * _MINUTE)
    await at.minutes(3)
    assert (await at.ticks_begun(), await at.recorded(), await at.next_tick()) == (
        begun,
        recorded,
        "10:00",
    )
    [skipped] = await at.world.rows("SELECT * FROM schedule_ticks WHERE outcome = 'skipped'")
    assert text(skipped, "until")[11:16] == ("09:00" if begun else "10:00")
    assert (
        len(await at.world.rows("SELECT 1 FROM audit_events WHERE action = 'schedule.skipped'"))
        == 1
    )


async def test_each_of_what_a_days_outage_missed_is_done_a_few_a_minute() -> None:
    at = await scheduled(catch_up="each")
    at.world.host.pieces.clock.advance(23 * _HOUR + 30 * _MINUTE)
    assert await at.minutes(6) == [5, 5, 5, 5, 4, 0]
    assert sorted(await at.ticks_begun()) == [f"{hour:02}:00" for hour in range(24)]


async def test_a_tick_of_many_accounts_goes_on_minute_by_minute_and_each_gets_one_run() -> None:
    at = await scheduled(for_all_accounts=True)
    await add_accounts(at.world, 120)
    assert await at.minutes(4) == [MOST_AT_ONCE, MOST_AT_ONCE, 22, 0]
    found = await at.world.rows("SELECT account_id, COUNT(*) AS runs FROM runs GROUP BY account_id")
    assert (len(found), {row["runs"] for row in found}) == (122, {1})
    assert await at.next_tick() == "11:00"


async def test_an_account_that_poisons_a_tick_keeps_nobody_from_theirs() -> None:
    at = await scheduled(for_all_accounts=True, employee="acc_0001")
    await add_accounts(at.world, 3)
    await at.minutes(PATIENT_WITH)
    found = await at.world.rows("SELECT account_id FROM runs ORDER BY account_id")
    assert [text(row, "account_id") for row in found] == [
        "acc_0000",
        "acc_0002",
        ACCOUNT,
        OTHER_ACCOUNT,
    ]
    [given_up] = await at.world.rows("SELECT * FROM schedule_ticks WHERE outcome = 'refused'")
    assert given_up["account_id"] == "acc_0001"
    assert "a fault of ours" in text(given_up, "reason")


async def test_why_nothing_was_begun_is_recorded_once_also_for_racing_ticks() -> None:
    at = await scheduled(employee="nobody")
    at.world.copies = 3
    await at.minutes(2)
    shown = await find_schedule(at.world.host.database, ACCOUNT, at.id)
    assert shown.last is not None
    assert (shown.last.outcome, shown.last.reason) == ("refused", "There is nobody to pay.")
    assert (
        len(await at.world.rows("SELECT 1 FROM audit_events WHERE action = 'schedule.refused'"))
        == 1
    )


async def test_a_schedule_without_its_kind_is_tried_then_paused_and_says_why() -> None:
    at = await scheduled()
    at.registry = Registry([])
    await at.minutes(PATIENT_WITH - 1)
    assert (await find_schedule(at.world.host.database, ACCOUNT, at.id)).kept.paused_at is None
    await at.minutes(2)
    shown = await find_schedule(at.world.host.database, ACCOUNT, at.id)
    assert shown.kept.paused_at is not None
    assert shown.last is not None
    assert "disbursement" in (shown.last.reason or "")


async def test_a_tick_that_began_its_run_has_begun_it_whatever_the_account_becomes() -> None:
    for point in range(1, 200):
        faults = Faults()
        faults.plan[point] = faults.kill
        at = await scheduled(faults, employee="once")
        await at.minutes(2)
        assert (await at.ticks_begun(), await at.recorded()) == (["10:00"], [("10:00", "begun")]), (
            f"killed at {point}"
        )
        if not faults.has_died:
            break


async def test_a_schedule_that_a_person_changed_meanwhile_stays_as_they_want_it() -> None:
    at = await scheduled(employee="changed")
    await at.minutes(2)
    assert (await at.ticks_begun(), await at.recorded()) == (["10:00"], [("10:00", "begun")])
    assert (
        await find_schedule(at.world.host.database, ACCOUNT, at.id)
    ).kept.next_tick == "2027-01-01T00:00:00.000Z"

"""Schedules whose runs must not overlap, under what can happen to the cron: what is due while a run
goes on is left out, or begins behind it, and never beside it.
"""

from datetime import timedelta
from typing import Final

import pytest

from tests.simulation.test_begun_by_time import Scheduled, scheduled
from tests.support.host_platform import ACCOUNT
from tillroll_durable import operations
from tillroll_durable.declared import Overlap
from tillroll_durable.platform.bindings.database import text
from tillroll_durable.platform.json import JsonObject, load_object
from tillroll_durable.runs import run_from_row
from tillroll_durable.schedules.management import (
    Keeper,
    NotDue,
    find_schedule,
    remove_schedule,
    run_now,
)
from tillroll_durable.schedules.rows import (
    kept_from,
)
from tillroll_testing.simulation.faults import Faults

_ANN: Final = Keeper(ACCOUNT, "usr_first", "user:usr_first")
_HOUR: Final = timedelta(hours=1)
_EACH: Final = ("skip", "queue-one", "cancel-older")


class _Overlapping:
    """A schedule that is due at each hour from ten o'clock on, whose runs end when they are told
    to.
    """

    def __init__(self, at: Scheduled) -> None:
        self.at = at
        self.world = at.world

    async def hours(self, count: int) -> None:
        """Let the cron of so many hours fire, twice at each, while no run does anything."""
        for _ in range(count):
            await self.at.minutes(2)
            self.world.host.pieces.clock.advance(_HOUR - timedelta(minutes=2))

    async def live(self) -> list[str]:
        found = await self.world.rows(
            "SELECT begin_key FROM runs WHERE status IN ('processing', 'needs_review') ORDER BY id"
        )
        return [text(row, "begin_key").rpartition("T")[2][:5] for row in found]

    async def became(self) -> list[tuple[str, str]]:
        """Each time with its outcome."""
        found = await self.world.rows("SELECT tick, outcome FROM schedule_ticks ORDER BY tick")
        return [(text(row, "tick")[11:16], text(row, "outcome")) for row in found]

    async def audited(self) -> list[JsonObject]:
        found = await self.world.rows(
            "SELECT detail FROM audit_events WHERE action = 'schedule.overlapped' ORDER BY id"
        )
        return [load_object(text(row, "detail")) for row in found]


async def _overlapping(overlap: Overlap, faults: Faults | None = None) -> _Overlapping:
    return _Overlapping(await scheduled(faults, overlap=overlap))


async def test_what_is_due_while_a_run_goes_on_is_left_out() -> None:
    here = await _overlapping("skip")
    await here.hours(3)
    assert await here.became() == [("10:00", "begun"), ("11:00", "skipped"), ("12:00", "skipped")]
    [run] = await here.world.rows("SELECT id FROM runs")
    assert [each["run"] for each in await here.audited()] == [run["id"]] * 2
    shown = await find_schedule(here.world.host.database, ACCOUNT, here.at.id)
    assert shown.last is not None
    assert shown.last.reason == f"The run {run['id']} that it began before still goes on."
    await here.world.settle()
    await here.hours(1)
    assert (await here.became())[-1] == ("13:00", "begun")


async def test_one_waits_for_the_end_and_no_second_one() -> None:
    here = await _overlapping("queue-one")
    await here.hours(3)
    assert await here.became() == [("10:00", "begun"), ("11:00", "queued"), ("12:00", "skipped")]
    assert await here.live() == ["10:00"]
    await here.world.settle()
    await here.at.minute()
    assert await here.live() == ["11:00"]
    assert dict(await here.became())["11:00"] == "begun"
    assert [each["decided"] for each in await here.audited()] == ["queued", "skipped", "queued"]


async def test_the_older_run_is_cancelled_and_the_newest_time_begins() -> None:
    here = await _overlapping("cancel-older")
    await here.hours(3)
    assert await here.became() == [("10:00", "begun"), ("11:00", "skipped"), ("12:00", "queued")]
    await here.world.settle()
    [older] = await here.world.rows("SELECT status FROM runs")
    assert older["status"] == "cancelled"
    await here.at.minute()
    assert await here.live() == ["12:00"]
    asked = await here.world.rows(
        "SELECT actor FROM audit_events WHERE action = 'run.cancel_requested'"
    )
    assert [row["actor"] for row in asked] == ["system:schedules"]


@pytest.mark.parametrize("copies", [1, 3])
@pytest.mark.parametrize("overlap", _EACH)
async def test_killed_at_each_point_and_racing_nothing_overlaps(
    overlap: Overlap, copies: int
) -> None:
    calm = await _overlapping(overlap)
    await calm.hours(3)
    points = 0
    for point in range(1, 300):
        faults = Faults()
        faults.plan[point] = faults.kill
        here = await _overlapping(overlap, faults)
        here.world.copies = copies
        await here.hours(3)
        if not faults.has_died:
            break
        points += 1
        assert await here.live() == ["10:00"], f"killed at {point}"
        assert await here.became() == await calm.became(), f"killed at {point}"
        assert len(await here.audited()) == len(await calm.audited()), f"killed at {point}"
        await here.world.settle()
        await here.at.minutes(2)
        assert len(await here.live()) == 1, f"killed at {point}"
    assert points >= 10


@pytest.mark.parametrize("overlap", _EACH)
async def test_whatever_call_errs_nothing_overlaps(overlap: Overlap) -> None:
    for call in range(1, 300):
        faults = Faults()
        here = await _overlapping(overlap, faults)
        faults.errs[len(faults.called) + call] = 1
        await here.hours(3)
        assert len(await here.live()) == 1, f"call {call} erred"
        assert dict(await here.became())["10:00"] == "begun", f"call {call} erred"
        if not faults.raised:
            break
    else:
        pytest.fail("it never ended")


async def test_who_runs_it_now_is_bound_by_it() -> None:
    here = await _overlapping("skip")
    await here.hours(1)
    [row] = await here.world.rows("SELECT * FROM schedules")
    workflow = here.at.registry.newest[here.world.deployed.contract.kind]
    platform = here.world.host.platform
    with pytest.raises(NotDue, match="still goes on"):
        await run_now(platform, workflow, _ANN, kept_from(row), "first")
    await here.world.settle()
    for _ in range(2):  # once under the same key
        await run_now(platform, workflow, _ANN, kept_from(row), "second")
    assert len(await here.live()) == 1


async def test_what_waits_is_left_out_when_the_schedule_is_removed() -> None:
    here = await _overlapping("queue-one")
    await here.hours(2)
    [row] = await here.world.rows("SELECT * FROM schedules")
    await remove_schedule(here.world.host.platform, _ANN, kept_from(row))
    await here.world.settle()
    await here.at.minutes(2)
    assert (await here.live(), (await here.became())[-1]) == ([], ("11:00", "skipped"))


async def test_a_run_that_has_ended_holds_nothing_up() -> None:
    here = await _overlapping("skip")
    await here.hours(1)
    [row] = await here.world.rows("SELECT * FROM runs")
    request = operations.Request("user:usr_first", "because of the test")
    await operations.cancel(here.world.host.platform, run_from_row(row), request)
    await here.world.settle()
    await here.hours(1)
    assert (await here.became())[-1] == ("11:00", "begun")

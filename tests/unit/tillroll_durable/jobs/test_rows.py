"""Rows of a job that are taken up together: none is left alone for another, nor asked for twice."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.simulation.populations.many import open_accounts
from tests.simulation.populations.of_arrivals import POPULATIONS
from tests.support.host_platform import assemble, migrated_database
from tillroll_durable.jobs.inbox import Inbox
from tillroll_durable.jobs.scans import IN_TURN, IS_DUE, JOIN, each_row
from tillroll_durable.platform.bindings.database import Row, statement, text
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.limits import Turn
from tillroll_testing.host.platform import HostPlatform
from tillroll_testing.simulation.faults import Crash

_DUE = f"""
  SELECT value AS id, s.failures AS setbacks FROM json_each('["a", "b", "c", "d"]')
  {JOIN.format(part="'job'", subject="value")} WHERE {IS_DUE} ORDER BY {IN_TURN}, value
"""
_INBOX = Inbox("inbound_events", "inbound", "id", (5,))


class Turns:
    """Turns of a job whose rows are due still when they were done."""

    def __init__(self, host: HostPlatform, deadly: str = "") -> None:
        self.host = host
        self.deadly = deadly
        self.done: list[str] = []

    async def do(self, row: Row) -> None:
        if text(row, "id") == self.deadly:
            raise Crash
        self.done.append(text(row, "id"))
        self.host.platform.spending.statements += 5

    async def due(self) -> Sequence[Row]:
        return await self.host.database.all(
            statement(_DUE, [to_text(self.host.pieces.clock.now())])
        )

    async def take(self, share: int = 1_000) -> list[str]:
        """One turn, and the ids that were done in it."""
        self.done.clear()
        platform = self.host.platform
        turn = Turn(platform.spending, platform.spending.statements + share)
        await each_row(
            replace(platform, turn=turn), "job", await self.due(), "id", self.do, stays=True
        )
        return [*self.done]


async def opened(deadly: str = "") -> Turns:
    return Turns(assemble(await migrated_database(), {}), deadly)


async def test_rows_for_which_the_turn_has_no_room_come_in_the_next() -> None:
    turns = await opened()
    assert [await turns.take(10), await turns.take(10), await turns.take(10)] == [
        ["a", "b"],
        ["c", "d"],
        [],
    ]


async def test_a_row_that_ends_the_isolate_holds_up_the_others_for_a_minute() -> None:
    turns = await opened("a")
    with pytest.raises(Crash):
        await turns.take()
    assert await turns.due() == []
    turns.host.pieces.clock.advance(timedelta(minutes=1))
    with pytest.raises(Crash):
        await turns.take()
    assert await turns.take() == ["b", "c", "d"]


async def test_rows_that_another_has_set_aside_meanwhile_are_not_given_back() -> None:
    """Two invocations read the same rows; the turn of one has no room for what the other has
    done.
    """
    turns = await opened()
    platform, rows = turns.host.platform, await turns.due()

    async def other_comes_first(row: Row) -> None:
        if text(row, "id") == "a":
            await each_row(platform, "job", rows[1:], "id", turns.do, stays=True)
        platform.spending.statements += 100

    turn = Turn(platform.spending, platform.spending.statements + 50)
    await each_row(replace(platform, turn=turn), "job", rows, "id", other_comes_first, stays=True)
    assert turns.done == ["b", "c", "d"]
    assert await turns.due() == []


@pytest.mark.parametrize(
    ("tried_before", "fails", "goes_on"),
    [
        ([], "abcde", True),
        (["a", "b", "c", "d"], "abcde", True),
        ([*"abcde"], "abcde", False),
        ([*"abcde"], "abc", True),
    ],
)
async def test_a_job_goes_on_for_rows_that_were_never_tried_or_where_one_was_done(
    tried_before: Sequence[str], fails: str, goes_on: bool
) -> None:
    """Five rows are a page, behind which more may be."""
    platform = assemble(await migrated_database(), {}).platform
    rows: list[Row] = [
        {"id": id_, "setbacks": 1 if id_ in tried_before else None} for id_ in "abcde"
    ]

    async def do(row: Row) -> None:
        if text(row, "id") in fails:
            raise ValueError

    turn = Turn()
    await each_row(replace(platform, turn=turn), "job", rows, "id", do)
    assert turn.is_cut == goes_on


class Sweeps:
    """Sweeps of an inbox with three events that are due."""

    def __init__(self, host: HostPlatform) -> None:
        self.host = host
        self.worked: list[str] = []

    @classmethod
    async def opened(cls) -> "Sweeps":
        host = assemble(await migrated_database(), {})
        await open_accounts(host.database, ["acc_1"], to_text(host.pieces.clock.now()))
        inbound = next(each for each in POPULATIONS if each.job == "inbound")
        for number in range(3):
            await host.database.batch(
                inbound.rows(f"row_{number}", "acc_1", host.pieces.clock.now())
            )
        return cls(host)

    async def sweep(self, most: int = 0) -> list[object]:
        """What is nudged by one, which works so many off itself."""

        async def work_off(row_id: str) -> None:
            self.worked.append(row_id)

        await _INBOX.sweep(self.host.platform, work_off, most, 100)
        nudged: list[object] = [message["id"] for message in self.host.pieces.queue.messages]
        self.host.pieces.queue.messages.clear()
        return nudged


ALL = ["ine_row_0", "ine_row_1", "ine_row_2"]


async def test_what_was_nudged_has_a_minute_and_whoever_is_nudged_finds_it_due() -> None:
    sweeps = await Sweeps.opened()
    now = to_text(sweeps.host.pieces.clock.now())
    assert await sweeps.sweep() == ALL
    due = "SELECT id FROM inbound_events WHERE next_attempt_at <= ?"
    assert len(await sweeps.host.database.all(statement(due, [now]))) == 3
    # Nor does a sweep work off what a message is on its way for: an attempt would count twice.
    assert (await sweeps.sweep(most=3), sweeps.worked) == ([], [])
    for _ in range(3):  # however often that was
        sweeps.host.pieces.clock.advance(timedelta(minutes=1))
        assert await sweeps.sweep() == ALL


async def test_what_the_queue_did_not_take_is_nudged_as_soon_as_it_does() -> None:
    sweeps = await Sweeps.opened()
    queue = sweeps.host.pieces.queue
    queue.is_down = True
    for _ in range(10):
        assert await sweeps.sweep() == []
        sweeps.host.pieces.clock.advance(timedelta(minutes=1))
    queue.is_down = False
    assert await sweeps.sweep() == ALL

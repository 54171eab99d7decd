"""Callbacks by turns: one for all that are ready, and none waits for ever where a turn is lost."""

import asyncio
from collections.abc import Iterator

import pytest

from tillroll.platform import turns
from tillroll.platform.turns import Turns


class Planned:
    """Turns on a loop that does not run by itself; `count` of them were planned."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.count = 0
        self.turns = Turns(loop, self._plan, lambda: None)
        self.ran: list[str] = []

    def _plan(self) -> None:
        self.count += 1

    def soon(self, *names: str) -> None:
        for name in names:
            self.turns.call_soon(self.ran.append, name)


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    made = asyncio.new_event_loop()
    yield made
    made.close()


@pytest.fixture
def planned(loop: asyncio.AbstractEventLoop) -> Planned:
    return Planned(loop)


def test_one_turn_runs_all_that_are_ready_in_order(planned: Planned) -> None:
    planned.soon("first")
    planned.turns.call_soon(planned.soon, "last")
    planned.soon("second")

    planned.turns.run()

    assert (planned.ran, planned.count) == (["first", "second", "last"], 1)


def test_a_cancelled_callback_does_not_run(planned: Planned) -> None:
    planned.turns.call_soon(planned.ran.append, "cancelled").cancel()
    planned.soon("other")

    planned.turns.run()

    assert planned.ran == ["other"]


def test_what_ends_a_turn_leaves_the_rest_to_another(planned: Planned) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    planned.turns.call_soon(interrupt)
    planned.soon("behind")

    with pytest.raises(KeyboardInterrupt):
        planned.turns.run()
    assert planned.count == 2
    planned.turns.run()

    assert planned.ran == ["behind"]


def test_a_turn_that_was_lost_is_planned_again(planned: Planned, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(turns.time, "monotonic", lambda: now)
    planned.soon("before")
    planned.soon("at once")
    assert planned.count == 1

    now += 2
    planned.soon("later")
    assert planned.count == 2
    planned.turns.run()

    assert planned.ran == ["before", "at once", "later"]


def test_a_task_that_was_ended_within_its_turn_keeps_no_other_from_running(
    planned: Planned, loop: asyncio.AbstractEventLoop
) -> None:
    async def nothing() -> None: ...

    ended = loop.create_task(nothing())
    asyncio._enter_task(loop, ended)  # pyright: ignore[reportAttributeAccessIssue] - documented for such tests
    planned.turns.call_soon(lambda: planned.ran.append(str(asyncio.current_task(loop))))

    planned.turns.run()

    assert planned.ran == ["None"]
    loop.run_until_complete(ended)

"""Callbacks by turns: one for all that are ready, and none waits for ever where a turn is lost."""

import asyncio
from collections.abc import Iterator
from contextvars import Context, copy_context

import pytest

from tillroll_durable.platform.cloudflare import turns
from tillroll_durable.platform.cloudflare.turns import Turns
from tillroll_durable.platform.ids import begin_request, request_id


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


def test_a_turn_that_was_lost_is_planned_again(
    planned: Planned, monkeypatch: pytest.MonkeyPatch
) -> None:
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
    # Documented for such tests.
    asyncio._enter_task(loop, ended)
    planned.turns.call_soon(lambda: planned.ran.append(str(asyncio.current_task(loop))))

    planned.turns.run()

    assert planned.ran == ["None"]
    loop.run_until_complete(ended)


class Request:
    """A request beside others: its callbacks note in which request they ran."""

    def __init__(self, planned: Planned) -> None:
        self.planned = planned
        self.context: Context = copy_context()
        self.id = self.context.run(begin_request)
        self.seen: list[tuple[str, str | None]] = []

    def note(self, name: str) -> None:
        self.seen.append((name, request_id()))
        self.planned.ran.append(name)

    def soon(self, name: str) -> None:
        self.context.run(self.planned.turns.call_soon, self.note, name)


def test_a_request_that_is_ended_in_the_middle_runs_nothing_beside_another(
    planned: Planned, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr(turns.time, "monotonic", lambda: now)
    ended = Request(planned)
    other = Request(planned)
    ended.soon("left 1")
    ended.soon("left 2")
    # The runtime ends it: the turn that is planned never comes.
    now += 2
    other.soon("first")
    other.soon("second")
    assert planned.count == 2
    planned.turns.run()

    assert planned.ran == ["first", "second"], (
        "what the ended request left ran in the turn of the other"
    )
    assert other.seen == [("first", other.id), ("second", other.id)]
    assert ended.seen == []

    # It lives after all: what it left comes before what it asks for now, in a turn of its own.
    ended.soon("later")
    assert planned.count == 3
    planned.turns.run()
    assert planned.ran == ["first", "second", "left 1", "left 2", "later"]
    assert {request for _, request in ended.seen} == {ended.id}


def test_what_ended_requests_left_is_bounded(
    planned: Planned, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr(turns.time, "monotonic", lambda: now)
    requests = [Request(planned) for _ in range(103)]
    for request in requests:
        request.soon("left")
        now += 2
    requests[0].soon("forgotten before")
    requests[-1].soon("remembered")
    assert len(planned.turns._aside) <= 100  # pyright: ignore[reportPrivateUsage] - it is memory

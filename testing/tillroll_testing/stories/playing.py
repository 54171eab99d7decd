"""Plays a story, disturbed at one point or at none, and checks what must always hold."""

import math
import os
from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Generic, TypeVar

from tillroll_testing import invariants
from tillroll_testing.invariants.of_elsewhere import check_elsewhere
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World
from tillroll_testing.stories.putting_right import Operator
from tillroll_testing.stories.story import Scene, Story

_MOST_PAUSES = 15
# The share of all points that `make points` plays, in percent; 0 for the fixed part that
# `make test` plays.
_SHARE = int(os.environ.get("SHARE") or 0)
# With a share, where it begins: another seed meets other points.
_SEED = int(os.environ.get("SEED") or 0)
_POINTS_OF_A_TEST = 1
Disturb = Callable[[World], Awaitable[None]]
Subject = TypeVar("Subject")


@dataclass(frozen=True)
class Disturbance:
    """What happens at a point. `keeps_ending`: the story must end as if nothing had happened;
    `needs_mending`: the reconciler may have to give the run a new instance; `is_of_attempts`: it
    happens to what runs inside a step; `only_at`: only points whose names begin so are its own.
    """

    def fits(self, point: str) -> bool:
        """Whether it can make a difference at a point of this name."""
        if self.only_at:
            return point.startswith(self.only_at)
        return not self.is_of_attempts or point.startswith(
            ("database", "bank", "model", "objects", "other side", "queue", "step")
        )

    @contextmanager
    def at(self, number: int, point: str) -> Generator[None]:
        """Says of what is found wrong here that it is so when disturbed at this point."""
        try:
            yield
        except AssertionError as error:
            raise AssertionError(f"{self.name} at point {number}, {point}: {error}") from error

    name: str
    act: Disturb
    keeps_ending: bool = True
    needs_mending: bool = False
    is_of_attempts: bool = False
    only_at: tuple[str, ...] = ()


async def state_of(world: World) -> str:
    """That of the newest run of the kind which the story is about."""
    kind = world.deployed.contract.kind
    rows = await world.rows("SELECT state FROM runs WHERE kind = ? ORDER BY id DESC LIMIT 1", kind)
    return str(rows[0]["state"]) if rows else "nothing"


async def play(story: Story, disturbance: Disturbance | None = None, at: int = 0) -> Scene:
    """Play a story with `disturbance` at point number `at`. Raises: as `play_disturbed`."""
    return await play_disturbed(story, {at: disturbance} if disturbance else {})


async def play_disturbed(
    story: Story, disturbances: Mapping[int, Disturbance], errors: Mapping[int, int] | None = None
) -> Scene:
    """Play a story with something happening at each of these points. `errors` says from which call
    on an adapter errs, and how often in a row.

    Raises:
        AssertionError: an invariant is broken, or the end is not the story's.
    """
    faults = Faults()
    scene = await story.open(faults)
    world = scene.world
    for at, disturbance in disturbances.items():
        faults.plan[at] = partial(disturbance.act, world)
    faults.errs = dict(errors or {})
    ends_otherwise = (story.is_touchy and (disturbances or errors)) or (
        story.is_short_of_attempts and errors
    )
    # More errors in a row than a step has attempts to spare.
    is_out = max((errors or {}).values(), default=1) > 1
    must_end = (
        not ends_otherwise
        and not is_out
        and all(item.keeps_ending for item in disturbances.values())
    )
    await world.surviving(scene.begin)
    await _come_to_rest(scene, story)
    await _follow(scene, story)
    if not story.operator:
        await world.faults.release()
        await scene.afterwards()
        await _come_to_rest(scene, story)
        # What comes afterwards can send, too.
        await _follow(scene, story)
        await world.faults.release()
    await check(scene, story.ending if must_end else None)
    if story.operator:
        await scene.mend()
        act = {"retry": world.retry, "abandon": world.abandon, "resend": world.resend}[
            story.operator
        ]
        await world.surviving(lambda: world.at_once(act, act))
        await _come_to_rest(scene, story)
        await _follow(scene, story)
        await world.faults.release()
        await check(scene, story.final if must_end else None)
        if must_end:
            left = await world.rows("SELECT id FROM runs WHERE failure_class = 'rollback_failed'")
            assert not left, "what was not undone could not be tried again"
    if not errors and not any(item.needs_mending for item in disturbances.values()):
        resumed = await world.rows("SELECT seq FROM audit_events WHERE action = 'run.resumed'")
        assert not resumed, "the run was left alone, and only the reconciler found it"
    return scene


async def _follow(scene: Scene, story: Story) -> None:
    """Let come what others owe, until they owe nothing."""
    while await scene.world.follow():
        await _come_to_rest(scene, story)


async def _come_to_rest(scene: Scene, story: Story) -> None:
    """Until nothing more happens by itself; what was paused, or stands still, is checked as it
    stands, then resumed. What a broken body has done to it is put right, as far as it can be.
    """
    world = scene.world
    operator = Operator(world)
    await world.settle(story.decision)
    for _ in range(_MOST_PAUSES):
        if await world.stands_still():
            await invariants.check(world)
            await operator.bring_on()
        elif await world.is_paused():
            await invariants.check(world)
            # Long enough for the reconciler to note a pause that the record has missed.
            world.host.pieces.clock.advance(timedelta(minutes=11))
            await world.surviving(world.turn)
            await world.surviving(world.unpause)
        elif await operator.broken_dead_letters():
            await invariants.check(world)
            await operator.retry()
        else:
            return
        await world.settle(story.decision)
    says = (
        "a run that is paused, or stands still, cannot be resumed, or failed by its code for good"
    )
    raise AssertionError(f"{says}{await _why(world)}")


async def check(scene: Scene, ending: str | None = None) -> None:
    """Check what must hold, and that the story's run ended so. Raises AssertionError."""
    await invariants.check(scene.world)
    await check_elsewhere(scene.world)
    await scene.check()
    state = await state_of(scene.world)
    assert ending is None or state == ending, (
        f"it ended as {state}, not as {ending}{await _why(scene.world)}"
    )


async def _why(world: World) -> str:
    """What the record says of the failure, as the end of a sentence."""
    kind = world.deployed.contract.kind
    [row] = await world.rows(
        "SELECT error_summary AS why FROM runs WHERE kind = ? ORDER BY id DESC LIMIT 1", kind
    )
    return "" if row["why"] is None else f": {row['why']}"


def some_of(
    points: Sequence[str], turn: int, disturbance: Disturbance | None = None
) -> list[tuple[int, str]]:
    """One of these points that the disturbance fits, by number from 1, or a few. `turn` moves it,
    so that each disturbance meets another. `make points` plays its SHARE of the points instead.
    """
    fitting = [
        (at, name)
        for at, name in enumerate(points, start=1)
        if disturbance is None or disturbance.fits(name)
    ]
    every = max(1, round(100 / _SHARE) if _SHARE else math.ceil(len(fitting) / _POINTS_OF_A_TEST))
    return fitting[(turn + _SEED) % every :: every]


async def play_at_some_points(story: Story, disturbance: Disturbance, turn: int) -> None:
    """Play a story once for `some_of` its points. Raises: as `play_disturbed`."""
    trace = await trace_of(story)
    for at, name in some_of(trace.points, turn, disturbance):
        with disturbance.at(at, name):
            await play(story, disturbance, at)


@dataclass(frozen=True)
class Trace:
    """What a story passes when it is undisturbed.

    `points` are those of `Faults`. `calls` are the calls of adapters, and the ways back from those
    that write.
    """

    points: Sequence[str]
    calls: Sequence[str]


class Traces(Generic[Subject]):
    """The traces of subjects, each of which is played once in a process.

    A subject passes the same each time, so dozens of tests of one story need not play it again to
    number its points. It is known by its identity: two stories of one name may differ. Where the
    code is broken on purpose it may pass something else, so a test of that plays for itself
    (`points_of`).
    """

    def __init__(self, play_one: Callable[[Subject], Awaitable[Faults]]) -> None:
        self._play_one = play_one
        # A subject stays here, so that no other gets its identity.
        self._by_identity: dict[int, tuple[Subject, Trace]] = {}

    async def of(self, subject: Subject) -> Trace:
        """Raises: whatever an undisturbed play of it raises."""
        if id(subject) not in self._by_identity:
            faults = await self._play_one(subject)
            trace = Trace(tuple(faults.passed), tuple(faults.called))
            self._by_identity[id(subject)] = (subject, trace)
        return self._by_identity[id(subject)][1]


async def _undisturbed(story: Story) -> Faults:
    return (await play(story)).world.faults


_traces = Traces(_undisturbed)


async def trace_of(story: Story) -> Trace:
    """What an undisturbed story passes; it is played once in a process. Raises: as
    `play_disturbed`.
    """
    return await _traces.of(story)


async def points_of(story: Story) -> list[str]:
    """The points that an undisturbed story passes, played now. Raises: as `play_disturbed`."""
    return (await play(story)).world.faults.passed

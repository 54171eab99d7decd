"""Plays all of it, on as many processes as the machine has, and tells of the first that breaks."""

import logging
import multiprocessing
import os
import random
import re
import signal
import sys
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import Any, TypeAlias

from tillroll_durable.platform.ids import drawn_by
from tillroll_testing.play.journal import Journal
from tillroll_testing.play.plays import KINDS, Passed, Play, check_places, pairs, singles
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World
from tillroll_testing.stories.deadline import NoEnd, run_within
from tillroll_testing.stories.playing import play_disturbed
from tillroll_testing.stories.story import Scene, Story

# Alone a play takes some hundredths of a second.
DEADLINE_SECONDS = 30.0
_RANDOM_BITS, _FIRST_MILLISECOND = 80, 1_767_225_600_000
# What says what must hold: the invariants here, and the stories of an author.
_INVARIANTS = re.compile(r"tillroll_testing[/\\]invariants|[/\\]kinds[/\\]|[/\\]test_\w+\.py$")


@dataclass(frozen=True)
class Broken:
    """What does not hold: `says` is the sentence; `must_hold`, where it is known, what was to hold
    instead.
    """

    says: str
    must_hold: str | None = None


# How many were played, by kind, and the first that broke, by its number in the order.
_Share: TypeAlias = tuple[Counter[str], tuple[int, Broken] | None]


@dataclass(frozen=True)
class Finding:
    """The first play that broke: the `number`th, with its story in order. It `is_repeated` where it
    broke again when it was played for the telling.
    """

    number: int
    play: Play
    broken: Broken
    lines: Sequence[str]
    is_repeated: bool


@dataclass(frozen=True)
class Played:
    """`of` is how many plays there are of one thing each; `pairs` of those that were played had
    two. `kinds` has for each kind of thing how many plays were made, of how many. To the steps
    `never_begun` no story comes undisturbed.
    """

    plays: int
    of: int
    pairs: int
    seconds: float
    finding: Finding | None
    kinds: Mapping[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])
    never_begun: Sequence[str] = ()


def play_one(
    stories: Sequence[Story], play: Play, seed: int, journal: Journal | None = None
) -> Broken | None:
    """Play it; what does not hold, or None. The seed gives every id, and every chance of
    `random`.
    """
    story = stories[play.story]
    random.seed(f"{seed}:{play.story}:{play.label}")

    async def opened(faults: Faults) -> Scene:
        if journal:
            journal.listen_to(faults)
        scene = await story.open(faults)
        if journal:
            journal.world = scene.world
        return scene

    async def played() -> None:
        await play_disturbed(replace(story, open=opened), play.disturbances, play.errors)

    broken: Broken | None = None
    with drawn_by(_ids(seed)):
        try:
            run_within(DEADLINE_SECONDS, played)
        except TimeoutError:
            broken = Broken(f"it did not end in {DEADLINE_SECONDS:g} s")
        except (Exception, NoEnd) as error:  # noqa: BLE001 - any error is a finding
            broken = _broken(error)
    if journal:
        journal.catch_up()
    return broken


def what_it_passes(stories: Sequence[Story], seed: int) -> list[Passed] | Finding:
    """What each story passes when nothing comes between; or what breaks already then."""
    found: list[Passed] = []
    for number, story in enumerate(stories):
        opened_with: list[tuple[Faults, int, int, World]] = []

        async def opened(
            faults: Faults, story: Story = story, noted: list[Any] = opened_with
        ) -> Scene:
            scene = await story.open(faults)
            noted.append((faults, len(faults.passed), len(faults.called), scene.world))
            return scene

        watched = [*stories[:number], replace(story, open=opened), *stories[number + 1 :]]
        broken = play_one(watched, Play(number), seed)
        if broken:
            return _told(stories, number + 1, Play(number), broken, seed)
        [(faults, points, calls, world)] = opened_with
        steps = [each.name for each in world.deployed.contract.steps]
        found.append(Passed(faults.passed, faults.called, points, calls, steps))
    return found


def play_all(
    stories: Sequence[Story],
    seed: int,
    *,
    seconds: float | None = None,
    goes_on_with_pairs: bool = False,
    processes: int = 0,
) -> Played:
    """Play each story undisturbed, and with everything that can come between at every point of it.
    With `seconds`, no play is begun after them; what is left of them may go to two things in one
    play.
    """
    began = time.monotonic()
    with _quiet():
        passed = what_it_passes(stories, seed)
        if isinstance(passed, Finding):
            return Played(passed.number, 0, 0, time.monotonic() - began, passed)
        one = singles(passed, seed)

        def every() -> Iterator[Play]:
            return chain(one, pairs(stories, passed, seed)) if goes_on_with_pairs else iter(one)

        until = None if seconds is None else began + seconds
        played, first = _shared(stories, every, seed, until, processes or os.cpu_count() or 1)
        finding = None
        if first is not None:
            number, broken = first
            play = next(islice(every(), number, None))
            finding = _told(stories, len(stories) + number + 1, play, broken, seed)
    plays = len(stories) + played.total()
    of = Counter(each.kind for each in one)
    # A play of two things is none of its kind.
    kinds = {kind: (min(played[kind], of[kind]), of[kind]) for kind in KINDS if of[kind]}
    more = max(0, played.total() - len(one))
    never = [step for step in passed[0].steps if all(step in each.never_begun for each in passed)]
    return Played(
        plays, len(stories) + len(one), more, time.monotonic() - began, finding, kinds, never
    )


def play_again(stories: Sequence[Story], play: Play, seed: int) -> Finding | None:
    """Play one of them again, as a command says it.

    Raises:
        NoSuchPlay: something is to come between where its story does not come to.
    """
    with _quiet():
        passed = what_it_passes([stories[play.story]], seed) if play.between else None
        if isinstance(passed, list):  # else it breaks undisturbed, and no place is wrong
            check_places(play, passed[0])
        broken = play_one(stories, play, seed)
        return _told(stories, 1, play, broken, seed) if broken else None


def _told(stories: Sequence[Story], number: int, play: Play, broken: Broken, seed: int) -> Finding:
    journal = Journal(play)
    again = play_one(stories, play, seed, journal)
    return Finding(number, play, broken, journal.lines, again == broken)


def _shared(
    stories: Sequence[Story],
    every: Callable[[], Iterator[Play]],
    seed: int,
    until: float | None,
    processes: int,
) -> _Share:
    """How many were played, and the first of their order that broke: who finds one lets the
    others go on to it.
    """
    context = multiprocessing.get_context("fork")
    first = context.Value("q", sys.maxsize)

    def share(which: int) -> _Share:
        played = Counter[str]()
        for number, play in islice(enumerate(every()), which, None, processes):
            if number > first.value or (until is not None and time.monotonic() >= until):
                break
            broken = play_one(stories, play, seed)
            played[play.kind] += 1
            if broken:
                with first.get_lock():
                    first.value = min(first.value, number)
                return played, (number, broken)
        return played, None

    def answer(which: int, to: Connection) -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        to.send(share(which))

    others: list[tuple[BaseProcess, Connection]] = []
    for which in range(1, processes):
        here, there = context.Pipe(duplex=False)
        other = context.Process(target=answer, args=(which, there), daemon=True)
        other.start()
        there.close()  # so that a process that dies without an answer is heard of
        others.append((other, here))
    try:
        shares: list[_Share] = [share(0), *(here.recv() for _, here in others)]
    finally:
        for other, _ in others:
            other.terminate()
            other.join()
    found = [each for _, each in shares if each]
    return sum((played for played, _ in shares), Counter[str]()), min(
        found, key=lambda each: each[0]
    ) if found else None


def _ids(seed: int) -> Callable[[], int]:
    """Ids that sort in the order in which they are made, each the same in every repetition."""
    chance, made = random.Random(seed), iter(range(_FIRST_MILLISECOND, sys.maxsize))
    return lambda: next(made) << _RANDOM_BITS | chance.getrandbits(_RANDOM_BITS)


def _broken(error: BaseException) -> Broken:
    says = str(error).partition("\n")[0]
    if isinstance(error, AssertionError):
        if not says:
            last = traceback.extract_tb(error.__traceback__)[-1]
            says = f"{last.line} ({Path(last.filename).name}:{last.lineno})"
        return Broken(says, _must_hold(error.__traceback__))
    last = traceback.extract_tb(error.__traceback__)[-1]
    return Broken(f"{type(error).__name__}: {says} ({Path(last.filename).name}:{last.lineno})")


def _must_hold(at: TracebackType | None) -> str | None:
    """What the invariant that was broken says of itself."""
    said: str | None = None
    while at is not None:
        code, names = at.tb_frame.f_code, at.tb_frame.f_globals
        function: Any = names.get(code.co_name)
        if (
            _INVARIANTS.search(code.co_filename)
            and code.co_name != "check"
            and getattr(function, "__doc__", None)
        ):
            first = " ".join(str(function.__doc__).split("\n\n")[0].split())
            rule = first.removeprefix("Assert that ")
            said = f"{rule[:1].upper()}{rule[1:]}"
        at = at.tb_next
    return said


@contextmanager
def _quiet() -> Generator[None]:
    """What a broken play leaves behind is not what is looked for."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            logging.disable(before)

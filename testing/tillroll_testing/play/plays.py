"""What is played: a story with nothing, with one thing, or with two things that come between."""

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from typing import Final

from tillroll_durable.step import step_name
from tillroll_testing.stories import disturbances as by
from tillroll_testing.stories.pair import Pair, Pairs, PairsOfStory
from tillroll_testing.stories.playing import Disturbance
from tillroll_testing.stories.search import order_of
from tillroll_testing.stories.story import Story

ALL: Final = (
    *by.DISTURBANCES,
    *by.OF_THE_SURROUNDINGS,
    *by.REFUSALS,
    *by.LOST_ANSWERS,
    *by.OF_SIGNALS,
)
_ERROR: Final = "error"
_PART = re.compile(r"([a-z-]+)@([1-9][0-9]{0,5})")


def word_of(disturbance: Disturbance) -> str:
    """A disturbance as one word of a command."""
    return re.sub(r"[^a-z]+", "-", disturbance.name.lower())


BY_WORD: Final = {word_of(each): each for each in ALL}


# What can come between, by kinds, as a summary counts them.
KINDS: Final[Mapping[str, Sequence[Disturbance]]] = {
    "deaths": (by.KILL,),
    "hangs": (
        by.OVERLAP,
        by.OVERLAP_LATE,
        by.HANG_TO_THE_END,
        by.HANG_TO_THE_RETRY,
        by.HANG_ELSEWHERE,
    ),
    "lost instances": (by.TERMINATE, by.FORGET, by.LOSE_SIGHT, by.STRAY_EVENTS),
    "pauses": (by.PAUSE, by.PAUSE_AND_FORGET),
    "cancellations": (by.CANCEL,),
    "clocks and crons": (by.STEP_BACK, by.DOUBLE),
    "deployments": (by.ROLL_BACK, by.GO_ASTRAY, by.CANCEL_ASTRAY),
    "errors": (),
    "refusals": by.REFUSALS,
    "lost answers": by.LOST_ANSWERS,
    "signals": by.OF_SIGNALS,
}
KIND_OF: Final = {word_of(each): kind for kind, things in KINDS.items() for each in things} | {
    _ERROR: "errors"
}


class NoSuchPlay(ValueError):
    """The words of `--at` mean nothing that can happen; the message says what can."""


@dataclass(frozen=True)
class Play:
    """One play of the story of this number: what comes between, as words and the numbers of points;
    an error, which is one too, has the number of a call.
    """

    story: int
    between: tuple[tuple[str, int], ...] = ()

    @property
    def label(self) -> str:
        """As `--at` takes it."""
        return ",".join(f"{word}@{at}" for word, at in self.between)

    @property
    def kind(self) -> str:
        """What kind of thing comes between first."""
        return KIND_OF[self.between[0][0]] if self.between else "nothing"

    @property
    def disturbances(self) -> dict[int, Disturbance]:
        return {at: BY_WORD[word] for word, at in self.between if word != _ERROR}

    @property
    def errors(self) -> dict[int, int]:
        return {at: 1 for word, at in self.between if word == _ERROR}


def from_label(story: int, label: str) -> Play:
    """The play of which `label` tells.

    Raises:
        NoSuchPlay: it names what cannot happen.
    """
    between: list[tuple[str, int]] = []
    for part in filter(None, label.split(",")):
        found = _PART.fullmatch(part)
        if found is None or found[1] not in {*BY_WORD, _ERROR}:
            raise NoSuchPlay(
                f"{part!r} is nothing that can come between: say what and where, such as kill@17. "
                f"There are: {', '.join((*BY_WORD, _ERROR))}."
            )
        between.append((found[1], int(found[2])))
    return Play(story, tuple(between))


@dataclass(frozen=True)
class Passed:
    """What a story passes undisturbed: its points and the calls of adapters that it makes, by name.
    How many of both are passed before it begins, while its scene is set: nothing comes between
    there. `steps` are its contract's.
    """

    points: Sequence[str]
    called: Sequence[str]
    points_before: int = 0
    calls_before: int = 0
    steps: Sequence[str] = ()

    @property
    def never_begun(self) -> set[str]:
        """The steps of the contract to which the story does not come."""
        begun = {
            step_name(point.rpartition(": ")[0])
            for point in self.points
            if ": before attempt " in point
        }
        return {*self.steps} - begun

    @property
    def calls(self) -> int:
        return len(self.called)

    @cached_property
    def places(self) -> Sequence[str]:
        """Each point with the verb to which it belongs: the occurrences of a step have theirs in
        common.
        """
        found: list[str] = []
        verb = ""
        for point in self.points:
            what, _, rest = point.rpartition(": ")
            verb = what if rest.startswith(("before attempt", "waiting", "sleeping")) else verb
            found.append(f"{step_name(verb)}, {step_name(what)}: {rest}")
        return found


def check_places(play: Play, passed: Passed) -> None:
    """
    Raises:
        NoSuchPlay: its story comes to no point, or makes no call, of such a number.
    """
    for word, at in play.between:
        of_calls = word == _ERROR
        before, last = (
            (passed.calls_before, passed.calls)
            if of_calls
            else (passed.points_before, len(passed.points))
        )
        if not before < at <= last:
            what = "makes calls, at which an error can come," if of_calls else "passes points"
            raise NoSuchPlay(f"{word}@{at} is nowhere: this story {what} {before + 1} to {last}.")


def singles(passed: Sequence[Passed], seed: int) -> list[Play]:
    """Everything that can come between, at every point of each story, and an error of each call. By
    turns one of each kind, in it one of each word, and of that one at each place: so however few
    are played, each has its share. The seed says which of them come first.
    """
    found = [
        (Play(story, ((word_of(each), at),)), f"{story} {places[at - 1]}")
        for story, its in enumerate(passed)
        for places in (its.places,)
        for each in ALL
        for at, name in enumerate(its.points, start=1)
        if each.fits(name) and at > its.points_before
    ]
    found += [
        (Play(story, ((_ERROR, at),)), f"{story} {its.called[at - 1]}")
        for story, its in enumerate(passed)
        for at in range(its.calls_before + 1, its.calls + 1)
    ]
    random.Random(seed).shuffle(found)
    tree = defaultdict[str, dict[str, dict[str, list[Play]]]](dict)
    for play, place in found:
        by_place = tree[play.kind].setdefault(play.between[0][0], {})
        by_place.setdefault(place, []).append(play)
    return _by_turns(
        _by_turns(_by_turns(each.values()) for each in words.values()) for words in tree.values()
    )


def _by_turns(several: Iterable[Sequence[Play]]) -> list[Play]:
    """One of each, then the next of each."""
    return [play for turn in zip_longest(*several) for play in turn if play is not None]


def pairs(stories: Sequence[Story], passed: Sequence[Passed], seed: int) -> Iterator[Play]:
    """Every two things that can come between, in a seed's order."""
    numbers = {id(story): number for number, story in enumerate(stories)}
    every = Pairs(
        [
            PairsOfStory(story, its.points, its.calls)
            for story, its in zip(stories, passed, strict=True)
        ]
    )
    return (_of_pair(every[number], numbers) for number in order_of(len(every), seed))


def _of_pair(pair: Pair, numbers: dict[int, int]) -> Play:
    between = [(word_of(each), at) for at, each in pair.disturbances.items()]
    return Play(numbers[id(pair.story)], (*between, *((_ERROR, at) for at in pair.errors)))

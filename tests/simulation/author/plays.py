"""What is played: a story with nothing, with one thing, or with two things that come between."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tests.simulation.disturbances import DISTURBANCES, OF_THE_SURROUNDINGS
from tests.simulation.pairs.pair import Pair, Pairs, PairsOfStory
from tests.simulation.pairs.search import order_of
from tests.simulation.playing import Disturbance
from tests.simulation.stories.story import Story

ALL: Final = (*DISTURBANCES, *OF_THE_SURROUNDINGS)
_ERROR: Final = "error"
_PART = re.compile(r"([a-z-]+)@([1-9][0-9]{0,5})")


def word_of(disturbance: Disturbance) -> str:
    """A disturbance as one word of a command."""
    return re.sub(r"[^a-z]+", "-", disturbance.name.lower())


BY_WORD: Final = {word_of(each): each for each in ALL}


class NoSuchPlay(ValueError):
    """The words of `--at` mean nothing that can happen; the message says what can."""


@dataclass(frozen=True)
class Play:
    """One play of the story of this number: what comes between, as words and the numbers of points; an error, which is
    one too, has the number of a call."""

    story: int
    between: tuple[tuple[str, int], ...] = ()

    @property
    def label(self) -> str:
        """As `--at` takes it."""
        return ",".join(f"{word}@{at}" for word, at in self.between)

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
    """What a story passes undisturbed: its points by name, and how many calls of adapters it makes. How many of both
    are passed before it begins, while its scene is set: nothing comes between there."""

    points: Sequence[str]
    calls: int
    points_before: int = 0
    calls_before: int = 0


def check_places(play: Play, passed: Passed) -> None:
    """
    Raises:
        NoSuchPlay: its story comes to no point, or makes no call, of such a number.
    """
    for word, at in play.between:
        of_calls = word == _ERROR
        before, last = (passed.calls_before, passed.calls) if of_calls else (passed.points_before, len(passed.points))
        if not before < at <= last:
            what = "makes calls, at which an error can come," if of_calls else "passes points"
            raise NoSuchPlay(f"{word}@{at} is nowhere: this story {what} {before + 1} to {last}.")


def singles(passed: Sequence[Passed], seed: int) -> list[Play]:
    """Everything that can come between, at every point of each story, and an error of each call, in a seed's order."""
    found = [
        Play(story, ((word_of(each), at),))
        for story, its in enumerate(passed)
        for each in ALL
        for at, name in enumerate(its.points, start=1)
        if each.fits(name) and at > its.points_before
    ]
    found += [
        Play(story, ((_ERROR, at),))
        for story, its in enumerate(passed)
        for at in range(its.calls_before + 1, its.calls + 1)
    ]
    random.Random(seed).shuffle(found)
    return found


def pairs(stories: Sequence[Story], passed: Sequence[Passed], seed: int) -> Iterator[Play]:
    """Every two things that can come between, in a seed's order."""
    numbers = {id(story): number for number, story in enumerate(stories)}
    every = Pairs([PairsOfStory(story, its.points, its.calls) for story, its in zip(stories, passed, strict=True)])
    return (_of_pair(every[number], numbers) for number in order_of(len(every), seed))


def _of_pair(pair: Pair, numbers: dict[int, int]) -> Play:
    between = [(word_of(each), at) for at, each in pair.disturbances.items()]
    return Play(numbers[id(pair.story)], (*between, *((_ERROR, at) for at in pair.errors)))

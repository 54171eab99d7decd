"""Every pair of things that can happen in a story, by number, so that the number alone repeats
it.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from tillroll_testing.stories.disturbances import DISTURBANCES, OF_THE_SURROUNDINGS
from tillroll_testing.stories.playing import Disturbance, play, play_disturbed
from tillroll_testing.stories.story import Story

# A disturbed story goes on for longer than one that is left alone: so many points, or calls, the
# second may be behind.
_BEYOND = 12
_KINDS = (*DISTURBANCES, *OF_THE_SURROUNDINGS)


@dataclass(frozen=True)
class Pair:
    """What happens in a story: disturbances by the number of their point, and at which calls an
    adapter errs.
    """

    story: Story
    disturbances: dict[int, Disturbance]
    errors: tuple[int, ...]

    def __str__(self) -> str:
        told = [f"{item.name} at point {at}" for at, item in self.disturbances.items()]
        told += [f"an error at call {at}" for at in self.errors]
        return f"{self.story.name}: {', '.join(told)}"

    async def play(self) -> None:
        """Raises: AssertionError: an invariant is broken."""
        await play_disturbed(self.story, self.disturbances, dict.fromkeys(self.errors, 1))


class PairsOfStory:
    """The pairs of one story as a sequence. `points` are the names of those that it passes
    undisturbed, `calls` is how many calls of adapters it makes.

    The first thing happens where it can make a difference, the second anywhere behind it: where
    that is, the first has changed.
    """

    def __init__(self, story: Story, points: Sequence[str], calls: int) -> None:
        self._story = story
        self._points = len(points)
        self._calls = calls
        self._firsts: list[tuple[Disturbance | None, int]] = [
            (kind, at)
            for kind in _KINDS
            for at, name in enumerate(points, start=1)
            if kind.fits(name)
        ]
        self._firsts += [(None, at) for at in range(1, calls + 1)]
        self._ends = list(accumulate(self._seconds(kind, at) for kind, at in self._firsts))

    def __len__(self) -> int:
        return self._ends[-1]

    def __getitem__(self, number: int) -> Pair:
        which = bisect_right(self._ends, number)
        kind, at = self._firsts[which]
        second = number - (self._ends[which - 1] if which else 0)
        if kind is None:
            return Pair(self._story, {}, (at, at + 1 + second))
        if second < self._calls:
            return Pair(self._story, {at: kind}, (second + 1,))
        behind, other = divmod(second - self._calls, len(_KINDS))
        return Pair(self._story, {at: kind, at + 1 + behind: _KINDS[other]}, ())

    def _seconds(self, first: Disturbance | None, at: int) -> int:
        """How many things can happen beside the first."""
        if first is None:
            return self._calls + _BEYOND - at
        return self._calls + len(_KINDS) * (self._points + _BEYOND - at)


class Pairs:
    """The pairs of several stories, one after the other."""

    def __init__(self, stories: Sequence[PairsOfStory]) -> None:
        self._stories = stories
        self._ends = list(accumulate(len(story) for story in stories))

    def __len__(self) -> int:
        return self._ends[-1]

    def __getitem__(self, number: int) -> Pair:
        which = bisect_right(self._ends, number)
        return self._stories[which][number - (self._ends[which - 1] if which else 0)]


async def pairs_of(stories: Sequence[Story]) -> Pairs:
    """Each story is played once, to see what it passes."""
    found: list[PairsOfStory] = []
    for story in stories:
        faults = (await play(story)).world.faults
        found.append(PairsOfStory(story, faults.passed, len(faults.called)))
    return Pairs(found)

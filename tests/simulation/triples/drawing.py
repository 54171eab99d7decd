"""A set of things that happen in one run, drawn by a seed and a number, so that these two repeat
it.
"""

import asyncio
import importlib
import pkgutil
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tests.simulation import kinds
from tests.simulation.stories import PAYOUTS
from tillroll_testing.stories.disturbances import (
    DISTURBANCES,
    MUTANTS,
    OF_THE_SURROUNDINGS,
    Disturbance,
)
from tillroll_testing.stories.pair import Pair
from tillroll_testing.stories.playing import play
from tillroll_testing.stories.story import Story

# A disturbed story goes on for longer than one that is left alone: so many points, or calls, the
# others may be behind.
_BEYOND = 12
_KINDS = (DISTURBANCES, DISTURBANCES, OF_THE_SURROUNDINGS, MUTANTS)
_HOW_MANY = (2, 3, 3, 4)
_ERRORS = (0, 0, 1, 2)


@dataclass(frozen=True)
class Passed:
    """What a story passes undisturbed: the names of its points, and how many calls of adapters it
    makes.
    """

    points: Sequence[str]
    calls: int


class Drawing:
    """Draws sets for these stories. A story is played once, undisturbed, when it is first drawn."""

    def __init__(self, stories: Sequence[Story]) -> None:
        self.stories = stories
        self._passed: dict[str, Passed] = {}

    def draw(self, seed: int, number: int) -> Pair:
        """The set of this number."""
        chance = random.Random(f"{seed}:{number}")
        story = chance.choice(self.stories)
        passed = self._passed_by(story)
        disturbances: dict[int, Disturbance] = {}
        for _ in range(chance.choice(_HOW_MANY)):
            what, at = (
                chance.choice(chance.choice(_KINDS)),
                chance.randrange(1, len(passed.points) + _BEYOND),
            )
            if at > len(passed.points) or what.fits(passed.points[at - 1]):
                disturbances[at] = what
        errors = {
            chance.randrange(1, passed.calls + _BEYOND) for _ in range(chance.choice(_ERRORS))
        }
        return Pair(story, disturbances, tuple(sorted(errors)))

    def _passed_by(self, story: Story) -> Passed:
        if story.name not in self._passed:
            faults = asyncio.run(play(story)).world.faults
            self._passed[story.name] = Passed(tuple(faults.passed), len(faults.called))
        return self._passed[story.name]


def stories_of(names: Sequence[str]) -> list[Story]:
    """The stories of these kinds, each under a name that begins with the kind's; without names, of
    every kind and of the core's own payout.
    """
    found: list[Story] = []
    for module in sorted(each.name for each in pkgutil.iter_modules(kinds.__path__)):
        kind = module.replace("_", "-")
        if not names or kind in names:
            stories = importlib.import_module(f"{kinds.__name__}.{module}").STORIES
            found += [replace(story, name=f"{kind}: {story.name}") for story in stories]
    if not names or "core" in names:
        found += [replace(story, name=f"core: {story.name}") for story in PAYOUTS]
    return found

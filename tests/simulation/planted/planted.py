"""A planted fault, and the ways to plant one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import pytest

from tests.simulation.stories import PAYOUTS
from tests.simulation.stories.receipts import RECEIPTS
from tillroll_durable.platform.bindings.database import Statement
from tillroll_testing.stories.playing import Disturbance
from tillroll_testing.stories.story import Story

Plant = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class Planted:
    """`found_by` is part of what the invariant says."""

    name: str
    plant: Plant
    stories: Sequence[Story]
    disturbance: Disturbance
    found_by: str


def stories(*names: str) -> list[Story]:
    return [story for story in (*PAYOUTS, *RECEIPTS) if story.name in names]


def without(module: object, function: str, fragment: str, instead: str = "") -> Plant:
    """Take something out of the SQL that a function of `module` builds."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        original: Callable[..., Statement] = getattr(module, function)

        def broken(*arguments: object, **options: object) -> Statement:
            built = original(*arguments, **options)
            assert fragment in built.sql, f"{function} has no {fragment!r} any more"
            return replace(built, sql=built.sql.replace(fragment, instead))

        patch.setattr(module, function, broken)

    return plant


def set_to(target: object, name: str, value: object) -> Plant:
    def plant(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(target, name, value)

    return plant

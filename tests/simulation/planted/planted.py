"""A planted fault, and the ways to plant one."""

import re
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
    """Take something out of the SQL that a function of `module` builds.

    `?a`, `?b` … stand for parameters of any number, since each new one changes the numbers of those
    behind it; `instead` has the same letters.
    """
    pattern = re.sub(r"\\\?([a-z])\b", r"(?P<\1>\\?\\d+)", re.escape(fragment))
    replacement = re.sub(r"\?([a-z])\b", r"\\g<\1>", instead)

    def plant(patch: pytest.MonkeyPatch) -> None:
        original: Callable[..., Statement] = getattr(module, function)

        def broken(*arguments: object, **options: object) -> Statement:
            built = original(*arguments, **options)
            sql, count = re.subn(pattern, replacement, built.sql)
            assert count > 0, f"{function} has no {fragment!r} any more"
            return replace(built, sql=sql)

        patch.setattr(module, function, broken)

    return plant


def set_to(target: object, name: str, value: object) -> Plant:
    def plant(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(target, name, value)

    return plant

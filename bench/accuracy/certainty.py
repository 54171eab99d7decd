"""How far a sure reading can be trusted: what share goes through at one wrong value per thousand.

A reading gives each field how sure it is, 0 to 1, and a truth says whether it is right. `curve`
asks for less and less certainty, and counts how many values go through and how many of these are
wrong. `reliability` says how often values that are about so sure are right.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

ONE_PER_THOUSAND = 0.001
_MISSED = 0.05
"""In how many samples a bound may be too low."""
LEVELS = (0.98, 0.95, 0.9, 0.8, 0.7, 0.5, 0.0)


@dataclass(frozen=True)
class Told:
    """A value as it was read: how sure, 0 to 1 (0 where there is none), and whether it is right."""

    sure: float
    is_right: bool


@dataclass(frozen=True)
class Document:
    """A document that was read. `wrong` names what is grave and wrong, each with the truth and what
    was read.
    """

    name: str
    told: dict[str, Told]
    is_accepted: bool
    wrong: dict[str, tuple[str, str]]
    picture: str
    """HTML that shows it."""
    is_lost: bool = False
    """Whether OCR had lost a value before any rule: the text that was read does not hold it."""

    @property
    def is_wrongly_accepted(self) -> bool:
        return self.is_accepted and bool(self.wrong)


@dataclass(frozen=True)
class Point:
    """Of `of` values, the `through` surest go through, and `wrong` of these are wrong."""

    sure: float
    through: int
    wrong: int
    of: int

    @property
    def share(self) -> float:
        return self.through / self.of

    @property
    def at_most(self) -> float:
        """The share that is wrong of all such values is below this, in 95 of 100 samples."""
        return upper_bound(self.wrong, self.through)


@cache
def upper_bound(count: int, of: int) -> float:
    """Of a share, 0 to 1: Clopper and Pearson's, one-sided, of 95 %: none of 3,000 is at most one
    per thousand.
    """
    low, high = count / of, 1.0
    if count == of:
        return 1.0
    for _ in range(40):  # halved so often, it is exact to twelve digits
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(count, of, middle) > _MISSED else (low, middle)
    return high


def _at_most(count: int, of: int, share: float) -> float:
    """How likely a sample of `of` has no more than `count` where the share of all is `share`,
    between 0 and 1.
    """
    return sum(
        math.exp(
            math.lgamma(of + 1)
            - math.lgamma(each + 1)
            - math.lgamma(of - each + 1)
            + each * math.log(share)
            + (of - each) * math.log1p(-share)
        )
        for each in range(count + 1)
    )


def curve(told: Iterable[Told]) -> list[Point]:
    """From the surest on. Values that are equally sure go through together, as no bar is between
    them.
    """
    ordered = sorted(told, key=lambda one: -one.sure)
    points: list[Point] = []
    through = wrong = 0
    for sure, group in groupby(ordered, key=lambda one: one.sure):
        equal = list(group)
        through += len(equal)
        wrong += sum(not one.is_right for one in equal)
        points.append(Point(sure, through, wrong, len(ordered)))
    return points


def most(points: Sequence[Point], is_good: Callable[[Point], bool]) -> Point | None:
    """The point that lets most through among those that are good; None where none is."""
    return max(
        (point for point in points if is_good(point)), key=lambda point: point.through, default=None
    )


def at_one_per_thousand(told: Iterable[Told]) -> tuple[Point | None, Point | None]:
    """Where most goes through with one wrong value per thousand: as counted, and with its bound as
    low as that.
    """
    points = curve(told)
    return (
        most(points, _is_few),
        most(points, lambda point: _is_few(point) and point.at_most <= ONE_PER_THOUSAND),
    )


def _is_few(point: Point) -> bool:
    return point.wrong <= ONE_PER_THOUSAND * point.through


def reliability(told: Iterable[Told]) -> list[tuple[float, int, int, float]]:
    """For each of `LEVELS`: it, how many values are so sure and below the next, how many of these
    right, and how sure they are on average.
    """
    rows: list[tuple[float, int, int, float]] = []
    left = list(told)
    for level in LEVELS:
        here = [one for one in left if one.sure >= level]
        left = [one for one in left if one.sure < level]
        if here:
            mean = sum(one.sure for one in here) / len(here)
            rows.append((level, len(here), sum(one.is_right for one in here), mean))
    return rows

"""Which input moves the result most: each is doubled, alone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from bench.scale.inputs import Assumed, Measured, names_of
from bench.scale.year import Year, with_enough


@dataclass(frozen=True)
class Moved:
    """What doubling an input does to a year: to its dollars without the model's reading, to all of
    them, and to the databases at its end; 0.5 is half more.
    """

    name: str
    is_measured: bool
    dollars: float
    all_dollars: float
    databases: float


def sensitivity(
    receipts: float,
    measured: Measured,
    assumed: Assumed,
) -> Sequence[Moved]:
    """Each input, the one that moves most first."""
    plain = with_enough(receipts, measured, assumed)
    found: list[Moved] = []
    for kind, values in ((Measured, measured), (Assumed, assumed)):
        for name in names_of(kind):
            doubled = _doubled(values, name)
            year = with_enough(
                receipts,
                cast("Measured", doubled) if kind is Measured else measured,
                cast("Assumed", doubled) if kind is Assumed else assumed,
            )
            found.append(
                Moved(
                    name,
                    kind is Measured,
                    _without_reading(year) / _without_reading(plain) - 1,
                    year.total / plain.total - 1,
                    year.last.databases / plain.last.databases - 1,
                )
            )
    return sorted(found, key=lambda each: -abs(each.dollars))


def _without_reading(year: Year) -> float:
    return year.total - year.reading


def _doubled(values: Measured | Assumed, name: str) -> Measured | Assumed:
    change: dict[str, Any] = {name: 2 * getattr(values, name)}
    if name in {"filled", "full", "busy"}:
        change = {name: min(1.0, 2 * getattr(values, name))}
    return replace(values, **change)

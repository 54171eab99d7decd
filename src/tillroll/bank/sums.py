"""Which of some amounts add up to a total. Bounded, since the search is exponential in general."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

MOST_AMOUNTS: Final = 24
"""Amounts among which sums are looked for."""
MOST_PARTS: Final = 6
_MOST_STEPS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Sums:
    """Positions of amounts that add up to the total. `is_only`: no others do, and all were tried."""

    positions: tuple[int, ...]
    is_only: bool


def find_sum(amounts: Sequence[int], total: int, least: int = 2) -> Sums | None:
    """The fewest of the amounts that add up to the total, at least `least` of them, the first such in their order.

    All amounts have the sign of the total. None if none do, or there are too many amounts.
    """
    if len(amounts) > MOST_AMOUNTS or len(amounts) < least:
        return None
    if len(amounts) > MOST_PARTS and sum(amounts) == total:
        whole = Sums(tuple(range(len(amounts))), is_only=False)
    else:
        whole = None
    first: tuple[int, ...] | None = None
    steps = 0
    for size in range(least, min(MOST_PARTS, len(amounts)) + 1):
        if first is not None and size > 4:
            break
        for chosen in combinations(range(len(amounts)), size):
            steps += 1
            if steps > _MOST_STEPS:
                return Sums(first, is_only=False) if first else whole
            if sum(amounts[at] for at in chosen) == total:
                if first is not None:
                    return Sums(first, is_only=False)
                first = chosen
    return Sums(first, is_only=True) if first else whole

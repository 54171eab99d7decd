"""Which of some amounts add up to a total. Bounded, since the search is exponential in general."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

MOST_AMOUNTS: Final = 24
"""Amounts among which sums are looked for."""
MOST_PARTS: Final = 6
_MOST_COMPARED: Final = 4
"""Parts of a second sum that would make the first one doubtful."""
_MOST_STEPS: Final = 12_000


@dataclass(frozen=True, slots=True)
class Sums:
    """Positions of amounts that add up to the total. `is_only`: no others do, and all were
    tried.
    """

    positions: tuple[int, ...]
    is_only: bool


def find_sum(amounts: Sequence[int], total: int, least: int = 2) -> Sums | None:
    """The fewest of the amounts that add up to the total, at least `least` of them, the first such
    in their order.

    All amounts have the sign of the total. None if none do, or there are too many amounts.
    """
    if not least <= len(amounts) <= MOST_AMOUNTS:
        return None
    if len(amounts) > MOST_PARTS and sum(amounts) == total:
        whole = Sums(tuple(range(len(amounts))), is_only=False)
    else:
        whole = None
    ordered = sorted(map(abs, amounts))
    sums: list[tuple[int, ...]] = []
    for size in range(least, min(MOST_PARTS, len(amounts)) + 1):
        if sums and size > _MOST_COMPARED:
            break
        if not sum(ordered[:size]) <= abs(total) <= sum(ordered[-size:]):
            continue
        is_whole_size = _of_size(amounts, total, size=size, sums=sums)
        if len(sums) > 1 or not is_whole_size:
            if sums:
                return Sums(sums[0], is_only=False)
            return whole
    if sums:
        return Sums(sums[0], is_only=True)
    return whole


def _of_size(amounts: Sequence[int], total: int, size: int, sums: list[tuple[int, ...]]) -> bool:
    """Append what adds up until there are two. False if the steps did not suffice to try all."""
    positions: dict[int, list[int]] = defaultdict(list)
    for at, amount in enumerate(amounts):
        positions[amount].append(at)
    for step, chosen in enumerate(combinations(range(len(amounts)), size - 1)):
        if step >= _MOST_STEPS:
            return False
        rest = total - sum(map(amounts.__getitem__, chosen))
        for last in positions.get(rest, ()):
            if last > chosen[-1]:
                sums.append((*chosen, last))
                if len(sums) > 1:
                    return True
    return True

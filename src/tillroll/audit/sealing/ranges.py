"""Ids as a short text: 1-57,59-400."""

import re
from collections.abc import Iterable

_RANGE = re.compile(r"(\d+)(?:-(\d+))?")
# More than any seal has, so that a forged text cannot fill the memory.
_MOST_IDS = 100_000


def as_ranges(ids: Iterable[int]) -> str:
    """Ascending ids as text."""
    ranges: list[list[int]] = []
    for each in ids:
        if ranges and each == ranges[-1][1] + 1:
            ranges[-1][1] = each
        else:
            ranges.append([each, each])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges)


def from_ranges(text: str) -> list[int]:
    """The ids that such a text stands for.

    Raises:
        ValueError: it is no such text.
    """
    ids: list[int] = []
    for part in text.split(","):
        found = _RANGE.fullmatch(part)
        if found is None:
            raise ValueError(f"{part!r} is no range of ids")
        first, last = int(found[1]), int(found[2] or found[1])
        if last < first or last - first + len(ids) >= _MOST_IDS or (ids and first <= ids[-1]):
            raise ValueError(f"{part!r} is no range of ids that follows")
        ids.extend(range(first, last + 1))
    return ids

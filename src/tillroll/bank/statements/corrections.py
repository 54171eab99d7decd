"""Which entries of a statement other entries of it correct, in whatever order they stand there.

An entry that corrects names the one that it replaces or takes back (OFX 2.2, section 11.4.4:
CORRECTFITID and CORRECTACTION). Entries may correct one that corrects, and several may correct the
same one: the last of them counts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Correction:
    """An entry at `position` that corrects the one of the reference `corrects`, and has a
    `reference` of its own.
    """

    position: int
    reference: str | None
    corrects: str
    is_deletion: bool


class Corrections:
    """The corrections of a statement. Of those that lead to one entry, one counts: the one at the
    end of the longest chain, and of these the one that stands last."""

    def __init__(self, corrections: Iterable[Correction]) -> None:
        self._all = [*corrections]
        by_reference = {each.reference: each for each in self._all if each.reference is not None}
        self._root: dict[int, str] = {}
        self._counting: dict[str, Correction] = {}
        ranks: dict[str, tuple[int, int]] = {}
        for each in self._all:
            root, depth = _root_of(each, by_reference)
            self._root[each.position] = root
            rank = (depth, each.position)
            if root not in ranks or rank > ranks[root]:
                ranks[root] = rank
                self._counting[root] = each

    def counting(self, reference: str | None) -> Correction | None:
        """What counts in place of the entry of this reference, which corrects none itself; None
        where it stands.
        """
        if reference is None:
            return None
        return self._counting.get(reference)

    def in_place_of(self, position: int) -> Correction | None:
        """What counts in place of the correction there; None for one that counts itself, or none at
        all.
        """
        root = self._root.get(position)
        counting = None if root is None else self._counting[root]
        if counting is None or counting.position == position:
            return None
        return counting

    def root(self, position: int) -> str | None:
        """The reference of the entry that the correction there leads to; None where none stands
        there.
        """
        return self._root.get(position)

    def as_json(self) -> list[list[Any]]:
        """Give what is kept until the last part is stored."""
        return [
            [each.position, each.reference, each.corrects, each.is_deletion] for each in self._all
        ]

    @classmethod
    def of_json(cls, stored: Sequence[Sequence[Any]]) -> "Corrections":
        """Read what `as_json` wrote."""
        return cls(Correction(*each) for each in stored)


def _root_of(correction: Correction, by_reference: Mapping[str, Correction]) -> tuple[str, int]:
    """The reference that a correction leads to over others, and over how many. One that leads back
    to itself ends where it would begin again."""
    positions = {correction.position}
    current = correction
    while (
        following := by_reference.get(current.corrects)
    ) is not None and following.position not in positions:
        positions.add(following.position)
        current = following
    return current.corrects, len(positions)

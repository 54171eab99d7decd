"""Tells whether photos are parts of one long receipt, and in which order. It is proposed, and never
done by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from typing import Final

_FEWEST_LINES: Final = 2
_MOST_LINES: Final = 12
"""How much of a receipt two photos of it share, in lines."""
_EDGE: Final = 2
"""Lines that a photo's edge has cut off."""
_FEWEST_SIGNS: Final = 6
"""So many signs a line has that says something: "TOTAL" or a price stand on any receipt."""
_ALIKE: Final = 0.85
_SAME: Final = 0.7
"""A share of the lines of the shorter one."""


@dataclass(frozen=True)
class Photo:
    """A photo that was read: `has_head` where it says who sold, `has_total` where it says for how
    much.
    """

    id: str
    text: str
    has_head: bool
    has_total: bool

    @cached_property
    def lines(self) -> list[str]:
        """What its lines say: letters and digits, of those that have enough of them."""
        lines = (
            "".join(sign for sign in line.casefold() if sign.isalnum())
            for line in self.text.splitlines()
        )
        return [line for line in lines if len(line) >= _FEWEST_SIGNS]


def parts_of_one(photos: Sequence[Photo], own: str) -> list[str]:
    """The ids of those that seem to be one receipt with `own`, in the order of the paper; empty
    where it seems to stand by itself. `photos` are those that one person handed in about the same
    time, in that order.
    """
    return _overlapping(photos, own) or _in_turn(photos, own)


def _overlapping(photos: Sequence[Photo], own: str) -> list[str]:
    """The photos that end with the lines with which the next begins."""
    following: dict[str, str] = {}
    for one in photos:
        after = [other.id for other in photos if one is not other and _goes_on(one, other)]
        if len(after) == 1:
            following[one.id] = after[0]
    before = {after: one for one, after in following.items()}
    chain = [own]
    while (first := before.get(chain[0])) is not None and first not in chain:
        chain.insert(0, first)
    while (last := following.get(chain[-1])) is not None and last not in chain:
        chain.append(last)
    if len(chain) > 1:
        return chain
    return []


def _goes_on(one: Photo, other: Photo) -> bool:
    """Whether the other begins with the last lines of the one."""
    above = one.lines
    below = other.lines
    if _are_same(above, below):
        return False
    for count in range(min(_MOST_LINES, len(above), len(below)), _FEWEST_LINES - 1, -1):
        for end in range(_EDGE + 1):
            tail = above[len(above) - end - count : len(above) - end]
            for start in range(_EDGE + 1):
                head = below[start : start + count]
                if len(tail) == len(head) == count and all(map(_are_alike, tail, head)):
                    return True
    return False


def _are_alike(one: str, other: str) -> bool:
    return one == other or SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE


def _are_same(above: Sequence[str], below: Sequence[str]) -> bool:
    """Whether most lines of the shorter one stand on the other: it is the same paper twice."""
    shorter, longer = sorted((above, below), key=len)
    shared = sum(any(_are_alike(line, each) for each in longer) for line in shorter)
    return bool(shorter) and shared >= _SAME * len(shorter)


def _in_turn(photos: Sequence[Photo], own: str) -> list[str]:
    """The photos from one with a head and no total on, up to the next with a total and no head:
    handed in one after the other, with nothing but middles between them.
    """
    open_photos: list[str] = []
    for photo in photos:
        if photo.has_head:
            open_photos = [] if photo.has_total else [photo.id]
        elif open_photos:
            open_photos.append(photo.id)
            if photo.has_total:
                if own in open_photos:
                    return open_photos
                open_photos = []
    return []

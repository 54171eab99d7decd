"""Pages of an API as one list of records. Pages may overlap, and a record may change between two of
them. Pure.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from tillroll_durable.platform.json import JsonObject, dump

_ID: Final = "entry_reference"
_CHANGES: Final = frozenset({"transaction_id"})
"""An id for details, which is another one each time."""
_SHORTEST_ID: Final = 6
_FINAL: Final = "BOOK"


class Merge:
    """Says of each record of each page whether it is kept: call `see` for each page in order, then
    `keeps`.

    A record with an id comes once; where it was pending on one page and is booked on another, the
    booked one is kept. Records without ids are kept, unless a page begins with the very records
    with which those before it end: then the pages overlap there, if one of these has an id, or they
    are several that differ.
    """

    def __init__(self) -> None:
        self._tail: list[str] = []
        self._first: dict[str, tuple[int, int, bool]] = {}
        self._dropped: set[tuple[int, int]] = set()
        self._pages = 0

    def see(self, items: Sequence[JsonObject]) -> None:
        """Take the next page."""
        page, self._pages = self._pages, self._pages + 1
        marks = [_mark(each) for each in items]
        overlap = self._overlap(marks, items)
        self._dropped |= {(page, position) for position in range(overlap)}
        page_keys: set[str] = set()
        for position, item in enumerate(items):
            id_ = id_of(item)
            if id_ is None or position < overlap:
                continue
            is_final = _is_final(item)
            before = self._first.get(id_)
            # twice on one page: the bank has no ids, or two entries
            if before is None or id_ in page_keys:
                if before is None:
                    self._first[id_] = (page, position, is_final)
                    page_keys.add(id_)
                continue
            if is_final and not before[2]:
                self._dropped.add(before[:2])
                self._first[id_] = (page, position, is_final)
            else:
                self._dropped.add((page, position))
        self._tail = (self._tail + marks[overlap:])[-_LONGEST_OVERLAP:]

    def keeps(self, page: int, position: int) -> bool:
        """Whether a record is kept; both from 0."""
        return (page, position) not in self._dropped

    def kept(self, page: int, items: Iterable[JsonObject]) -> list[JsonObject]:
        """The kept records of a page."""
        return [each for position, each in enumerate(items) if self.keeps(page, position)]

    def _overlap(self, marks: Sequence[str], items: Sequence[JsonObject]) -> int:
        """How many records at the page's beginning are those with which the pages before it end."""
        for length in range(min(len(marks), len(self._tail)), 0, -1):
            if self._tail[-length:] != marks[:length]:
                continue
            if any(id_of(each) for each in items[:length]) or len(set(marks[:length])) > 1:
                return length
        return 0


_LONGEST_OVERLAP: Final = 200


def id_of(item: JsonObject) -> str | None:
    """The id by which a record comes again; None where it has none that can be one."""
    reference = item.get(_ID)
    if (
        not isinstance(reference, str)
        or len(reference.strip()) < _SHORTEST_ID
        or not reference.strip("0 ")
    ):
        return None
    return (
        f"{reference.strip()}:{item.get('credit_debit_indicator')}"
        f":{dump(item.get('transaction_amount'))}"
    )


def _is_final(item: JsonObject) -> bool:
    return item.get("status") == _FINAL


def _mark(item: JsonObject) -> str:
    """A mark that is equal for records that say the same."""
    return dump({name: value for name, value in item.items() if name not in _CHANGES})

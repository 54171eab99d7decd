"""Where a page prints a name again: in one line or broken over several, and whether the print ends
where the name does.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from tillroll_documents.reading.invoices import party_words, words
from tillroll_documents.reading.invoices.party_names import SITE, TITLE, is_party_label, is_under
from tillroll_documents.reading.invoices.sheet import Cell, Sheet
from tillroll_documents.reading.text.company_names import LEGAL_FORM, find_legal_form, name_key
from tillroll_documents.reading.text.folding import (
    fold,
)

MOST_LINES: Final = 6
"""So many lines a name may have: a narrow column breaks it after each word."""
_SHORTEST_KEY: Final = 4
_JOINS: Final = rf"{words.AND}|di|de|du|des|della|del|of|für"
_OPEN_END: Final = re.compile(rf"(?:\b(?:{_JOINS})|[^\W\d_]-|[&/])$", re.IGNORECASE)
_OPEN_START: Final = re.compile(rf"^(?:(?:{words.AND})\b|&)", re.IGNORECASE)
_PROPER: Final = re.compile(rf"(?:[A-ZÀ-Þ\d&][\w.&'\u2019+-]*|{_JOINS})")
"""A word of a name."""
_BOUND: Final = re.compile(r"[,;:|·•▪●*()\u2013-]")
_FORM: Final = "\0"
_SHORTEST_LEAD: Final = 3


def has_open_end(text: str) -> bool:
    """Whether the text cannot end a name: with "and", "of" or a hyphen. "OG" is a legal form, and
    "og" is none.
    """
    if _OPEN_END.search(text) is None:
        return False
    form = find_legal_form(text)
    last = text.rsplit(maxsplit=1)[-1]
    return (
        form is None or name_key(text[form[1] :]) != "" or last.islower() or not last[-1:].isalnum()
    )


def has_open_start(text: str) -> bool:
    return _OPEN_START.search(text) is not None


@dataclass(frozen=True, slots=True)
class Print:
    """A place where a name stands: the cell in which it begins, the words before it there, the key
    of the word that goes on behind it, whether the print ends with the name, by the end of the line
    or a sign, and whether a legal form stands beside it.
    """

    cell: Cell
    before: str
    after: str
    is_bounded: bool
    has_form: bool


@dataclass(frozen=True, slots=True)
class _Word:
    raw: str
    key: str
    line: int


class Prints:
    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._half = max((row[-1].end for row in sheet.rows), default=0) / 2
        self._found: dict[str, tuple[Print, ...]] = {}

    def of(self, name: str, besides: frozenset[Cell] = frozenset()) -> list[Print]:
        """The places in which the name stands, or begins and goes on below; not in these cells."""
        key = name_key(name)
        if len(key) < _SHORTEST_KEY:
            return []
        if key not in self._found:
            self._found[key] = tuple(self._find(key))
        return [each for each in self._found[key] if each.cell not in besides]

    def is_part(self, name: str, besides: frozenset[Cell]) -> bool:
        """Whether the page prints a longer name: words of a name precede this one on a line, a word
        that joins stands at the end of the line above, or two lines above end with the same word.
        """
        prints = self.of(name, besides)
        # Without the form that the name has, "GF Paul Kraxi" is a person.
        longer = [
            each
            for each in prints
            if each.before and (each.has_form or not LEGAL_FORM.search(name))
        ]
        if any(_leads(_proper_end(each.before)) for each in longer):
            return True
        leads = [each.before or self._above(each.cell) for each in prints]
        if any(has_open_end(lead) for lead in leads if lead):
            return True
        last = {name_key(lead.split()[-1]) for lead in leads if lead}
        return (
            len(leads) > 1
            and all(leads)
            and len(last) == 1
            and last != {""}
            and not any(map(_is_label, leads))
        )

    def _above(self, cell: Cell) -> str:
        above = self.aligned(cell, -1)
        if (
            above is None
            or SITE.search(above.text)
            or TITLE.match(above.text)
            or self._sheet.amounts[above.rank]
        ):
            return ""
        return above.text

    def aligned(self, cell: Cell, step: int) -> Cell | None:
        """The nearest cell below (1) or above (-1) in the column, not over more than one line
        without any.
        """
        rows = self._sheet.rows
        for distance in (1, 2):
            rank = cell.rank + step * distance
            if not 0 <= rank < len(rows):
                return None
            near = [other for other in rows[rank] if _is_aligned(other, cell)]
            if not near and rows[rank] and self._is_right(cell) and self._is_right(rows[rank][-1]):
                near = [rows[rank][-1]]
            if near:
                return min(near, key=lambda other: abs(other.start - cell.start))
        return None

    def _is_right(self, cell: Cell) -> bool:
        """Whether the cell ends its line in the right half: large print shifts what is set to the
        right.
        """
        return cell.start > self._half and cell is self._sheet.rows[cell.rank][-1]

    @cached_property
    def _chains(self) -> tuple[tuple[Cell, str, tuple[_Word, ...]], ...]:
        """Each cell with the words of itself and of what stands below it in its column, and their
        keys in a row.
        """
        own = {cell: _words(cell.text) for cell in self._sheet.cells()}
        chains: list[tuple[Cell, str, tuple[_Word, ...]]] = []
        for cell in own:
            chain: list[_Word] = []
            place: Cell | None = cell
            for line in range(MOST_LINES):
                if place is None:
                    break
                chain += [_Word(raw, key, line) for raw, key in own[place]]
                place = self.aligned(place, 1)
            chains.append((cell, "".join(word.key for word in chain), tuple(chain)))
        return tuple(chains)

    def _find(self, key: str) -> Iterator[Print]:
        for cell, keys, chain in self._chains:
            if key not in keys:
                continue
            begins: dict[int, int] = {}
            ends: dict[int, int] = {}
            place = 0
            for number, word in enumerate(chain):
                if word.key:
                    begins[place] = number
                    place += len(word.key)
                    ends[place] = number
            start = keys.find(key)
            while start >= 0:
                first = begins.get(start)
                last = ends.get(start + len(key))
                if first is not None and last is not None and chain[first].line == 0:
                    before = " ".join(word.raw for word in chain[:first] if word.raw != _FORM)
                    is_bounded = _is_bounded(chain, first, last)
                    next_words = chain[last + 1 : last + 2]
                    if is_bounded:
                        after = ""
                    else:
                        after = "".join(word.key for word in next_words)
                    has_form = any(
                        word.raw == _FORM
                        for word in (*chain[max(0, first - 1) : first], *next_words)
                    )
                    yield Print(cell, before, after=after, is_bounded=is_bounded, has_form=has_form)
                    break
                start = keys.find(key, start + 1)


def _is_bounded(chain: tuple[_Word, ...], first: int, last: int) -> bool:
    before = chain[first - 1].raw[-1:] if first else ""
    following = next((word for word in chain[last + 1 :] if word.raw != _FORM), None)
    is_end = (
        following is None
        or following.line > chain[last].line
        or _BOUND.match(following.raw) is not None
    )
    return (before in {"", _FORM} or _BOUND.match(before) is not None) and (
        is_end or _BOUND.match(chain[last].raw[-1:]) is not None
    )


def _words(text: str) -> list[tuple[str, str]]:
    """The words as printed and folded; a legal form is one word without a key, and so is an address
    of the web.
    """
    parts = LEGAL_FORM.sub(f" {_FORM} ", text).split()
    return [
        (part, "" if SITE.search(part) else "".join(filter(str.isalnum, fold(part))))
        for part in parts
    ]


def _proper_end(text: str) -> str:
    """The last words of the text, as far as they may be a name's."""
    ends: list[str] = []
    for word in reversed(text.split()):
        if not _PROPER.fullmatch(word):
            break
        ends.insert(0, word)
    return " ".join(ends)


def _leads(before: str) -> bool:
    """Whether the words before a name may be its beginning."""
    return len(before) > _SHORTEST_LEAD and not _is_label(before)


def _is_label(text: str) -> bool:
    labels = (party_words.ACCOUNT_HOLDER, party_words.IMPRINT, party_words.BANK_LABEL, words.NUMBER)
    return text.endswith(":") or is_party_label(text) or any(each.search(text) for each in labels)


def _is_aligned(other: Cell, cell: Cell) -> bool:
    """Whether both begin or end together, or have one middle: large print and narrow print share a
    column so.
    """
    return (
        abs(other.start - cell.start) <= 2
        or abs(other.end - cell.end) <= 2
        or (is_under(other, cell) and abs(other.start + other.end - cell.start - cell.end) <= 4)
    )

"""The invoice's own number: beside or under its label, or in the title."""

import re
from collections.abc import Iterator
from typing import Final

from tillroll.invoices.printed import words
from tillroll.invoices.printed.sheet import Cell, Found, Sheet
from tillroll.receipts.extraction import DocumentKind

_LABELLED, _UNDER, _TITLED, _PLAIN, _BEHIND_TITLE = 30, 26, 24, 22, 20
_IN_SENTENCE, _PASSING, _NEXT_TO_TITLE = 18, 12, 10
_FEW_WORDS: Final = 2
"""More of them before a label make it part of a sentence."""
_TOKEN: Final = re.compile(r"(?:[A-Z]{1,4} (?=\d))?[^\W_][\w./\-\u2013+]*")
_BETWEEN: Final = re.compile(r"[\s:.#|()-]*")
_DAY: Final = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d{2}-\d{2}")
_AMOUNT: Final = re.compile(r"\d{1,3}(?:[.,]\d{3})*[.,]\d{2}")
_PLAIN_LINES: Final = 4
"""Lines below the title in which a label without the word "invoice" is the invoice's."""
_MOST_WORDS: Final = 3
"""Words between a label and its number: "Rechnung Nr. lautet"."""
_LONGEST: Final = 35
_BEFORE: Final = 28
"""Characters before a label that may say that another invoice is meant."""


SURE: Final = 20
"""A score below this is a guess."""


def find_number(sheet: Sheet, title: Found[DocumentKind] | None) -> Found[str] | None:
    """The best candidate, the first among equals; with no score where another one is as good."""
    found = [*_labelled(sheet), *_titled(sheet, title), *_plain(sheet, title), *_in_passing(sheet)]
    best = max(found, key=lambda candidate: (candidate.score, -candidate.rank), default=None)
    if best is None:
        return None
    is_open = any(other.score == best.score and other.value != best.value for other in found)
    return Found(best.value, best.rank, best.start, best.end, 0 if is_open else best.score)


def _labelled(sheet: Sheet) -> Iterator[Found[str]]:
    for cell in sheet.cells():
        for match in words.NUMBER.finditer(cell.text):
            before = sheet.before(cell.rank, cell.start + match.start())[-_BEFORE:]
            if words.REFERENCE.search(before):
                continue
            in_a_sentence = len(cell.text[: match.start()].split()) > _FEW_WORDS
            inside = _value(cell, match.end(), _IN_SENTENCE if in_a_sentence else _LABELLED)
            beside = sheet.beside(cell) if not cell.text[match.end() :].strip(" :.#") else None
            below = sheet.below(cell, 2) if beside is None or not _value(beside, 0, 0) else None
            candidates = (
                inside,
                beside and _value(beside, 0, _LABELLED),
                below and _value(below, 0, _UNDER),
            )
            yield from (candidate for candidate in candidates if candidate)


def _titled(sheet: Sheet, title: Found[DocumentKind] | None) -> Iterator[Found[str]]:
    if title is None:
        return
    for cell in sheet.rows[title.rank]:
        if cell.end <= title.start:
            continue
        offset = max(0, title.end - cell.start)
        marked = words.PLAIN_NUMBER.search(cell.text, offset)
        is_own = cell.start <= title.start
        found = (_value(cell, marked.end(), _TITLED, most_words=1) if marked else None) or _value(
            cell, offset, _BEHIND_TITLE if is_own else _NEXT_TO_TITLE, most_words=1
        )
        if found:
            yield found


def _plain(sheet: Sheet, title: Found[DocumentKind] | None) -> Iterator[Found[str]]:
    """Behind "No. " or "#" at the beginning of a cell, right below the title."""
    if title is None:
        return
    for row in sheet.rows[title.rank + 1 : title.rank + 1 + _PLAIN_LINES]:
        for cell in row:
            label = words.PLAIN_NUMBER.match(cell.text)
            beside = sheet.beside(cell)
            if label is None:
                continue
            found = _value(cell, label.end(), _PLAIN, most_words=1)
            if found is None and beside and not cell.text[label.end() :].strip(" :."):
                found = _value(beside, 0, _PLAIN, most_words=1)
            if found:
                yield found


def _in_passing(sheet: Sheet) -> Iterator[Found[str]]:
    """Right behind the word itself, wherever it stands."""
    for cell in sheet.cells():
        for match in words.IN_PASSING.finditer(cell.text):
            if words.REFERENCE.search(sheet.before(cell.rank, cell.start + match.start())[-_BEFORE:]):
                continue
            found = _value(cell, match.end(), _PASSING, most_words=1)
            if found:
                yield found


def _value(cell: Cell, offset: int, score: int, most_words: int = _MOST_WORDS) -> Found[str] | None:
    """The first word with a digit that is no day and no amount."""
    between = _BETWEEN.match(cell.text, offset)
    place = between.end() if between else offset
    for _ in range(most_words):
        match = _TOKEN.match(cell.text, place)
        if match is None:
            return None
        text = match[0].rstrip(".,-/")
        last = text.rpartition(" ")[2]
        is_other = _DAY.fullmatch(last) or _AMOUNT.fullmatch(last)
        if any(sign.isdecimal() for sign in text) and not is_other and len(text) <= _LONGEST:
            return Found(text, cell.rank, cell.start + match.start(), cell.start + match.start() + len(text), score)
        if is_other:
            return None
        gap = _BETWEEN.match(cell.text, match.end())
        place = gap.end() if gap else match.end()
    return None

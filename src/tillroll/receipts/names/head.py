"""Where a receipt begins: the end of the one before may stand above it on the same picture."""

import re
from collections.abc import Set
from typing import Final

from tillroll.receipts.languages import Concept
from tillroll.receipts.page.page import Page
from tillroll.receipts.page.transcript import Line

_SEARCHED: Final = 10
"""Lines. The end of another receipt that is longer is a receipt of its own, which is asked."""
_HEAD_LINES: Final = 7
"""So near below its first line a receipt says who sold: a register's number, an address, a legal form."""
_FEWEST_LETTERS: Final = 4
_AMOUNT: Final = re.compile(r"\d[.,]\d\d(?!\d)")
_ENDS: Final = frozenset({Concept.CHANGE, Concept.CASH, Concept.CARD, Concept.ROUNDING, Concept.PAID})
_HEADS: Final = frozenset({Concept.REGISTRATION, Concept.CONTACT})


def head_from(page: Page, legal: Set[int]) -> int:
    """The rank of the first line of the receipt. `legal` are the indexes of the lines with a legal form.

    What is above it must be no receipt by itself, with its own seller or date, nor this one's name above a "Welcome".
    """
    end = 0
    for rank, line in enumerate(page.lines[:_SEARCHED]):
        if _is_end(page, line):
            end = rank + 1
    if end == 0 or not any(_is_head(page, line, legal) for line in page.lines[end : end + _HEAD_LINES]):
        return 0
    above, below = page.lines[:end], page.lines[end:]
    is_whole = any(_is_head(page, line, legal) or page.dates(line) for line in above)
    first = next((line for line in above if _is_text(page, line)), None)
    is_named = first is not None and not _AMOUNT.search(first.plain)
    has_sums = any(_AMOUNT.search(line.plain) for line in below)
    return end if has_sums and not is_whole and not is_named else 0


def _is_end(page: Page, line: Line) -> bool:
    named = page.named(line)
    return Concept.GREETING in named or bool(named & _ENDS and _AMOUNT.search(line.plain))


def _is_text(page: Page, line: Line) -> bool:
    return not _is_end(page, line) and sum(map(str.isalpha, line.plain)) >= _FEWEST_LETTERS


def _is_head(page: Page, line: Line, legal: Set[int]) -> bool:
    return line.index in legal or bool(page.named(line) & _HEADS)

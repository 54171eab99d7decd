"""Papers by which nobody sold anything, or nothing is left to pay.

A receipt says three things: somebody sold something, somebody paid or owes it, and what was sold is
on it. These papers have sums and lack one of the three:

- money that only moved: a transfer, cash into or out of an account or a drawer, a loan, coins on a
  blockchain, wages;
- what comes again on another bill: put on a room or a member's account, a table that is open, a
  bill for information, a reminder;
- a deposit alone, which is paid back;
- a last sum of nothing, which points, a discount or a refund made.

A list of words is never complete. So a page without goods, without a tax and without a word of what
it is for is asked as well (`nothing_sold`).

`SECOND_READING=doubted` leaves all of them out: a model reads the sums of such a paper right, and
its agreement says nothing about what was sold.
"""

import re
from collections.abc import Sequence
from typing import Final

from tillroll_documents.reading.extraction import Evidence, Line
from tillroll_documents.reading.languages import Concept
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.papers.moved_money import (
    ANYWHERE,
    ANYWHERE_STEMS,
    DEPOSIT_STEMS,
    DEPOSITS,
    PICK_UP,
    POINTS,
    PROOFS,
    TITLES,
    TRANSFER_STEMS,
    TRANSFERS,
    UNPAID,
    UNPAID_STEMS,
)
from tillroll_documents.reading.totals.labels import TOTALS, LabelledAmount, Role

_LETTERS: Final = re.compile(
    r"[^\W\d_]{3,}|[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,}"
)
"""A name of goods; in the scripts of East Asia two signs are a word."""
_GOODS: Final = frozenset({Role.NONE, Role.LEVY, Role.COUNT, Role.SERVICE, Role.TIP})
_TAXES: Final = frozenset({Role.TAX, Role.GROSS_OR_TAX, Role.NET})
_OF_SALES: Final = _TAXES | {Role.CHANGE}
"""A tax, or change that was given back, is of a sale."""
_SAYS_WHAT: Final = frozenset(
    {
        *(Concept.TRADE, Concept.HEADING, Concept.TAX, Concept.QUANTITY, Concept.PRODUCT_HEADER),
        *(Concept.PAID, Concept.GREETING),
    }
)
"""Words that tell a sale: a kind of shop, a receipt's title, a tax, goods that are counted, that a
buyer paid, thanks to who bought."""


def nothing_sold_says(page: Page, labelled: Sequence[LabelledAmount]) -> Evidence | None:
    """The line by which nothing was sold, or nothing is left to pay, if any."""
    sentence = other_title(page) or _sentence(page, labelled)
    return sentence or _deposit_alone(page, labelled) or _nothing_left(page, labelled)


def _sentence(page: Page, labelled: Sequence[LabelledAmount]) -> Evidence | None:
    for line in _lines_of(page, TRANSFER_STEMS, TRANSFERS):
        if PROOFS.search(_text(page, line)):
            return _evidence(line)
    for line in _lines_of(page, ANYWHERE_STEMS, ANYWHERE):
        return _evidence(line)
    first = _first_total(labelled)
    is_paid = _is_paid(page, labelled)
    if not is_paid and len(_amounts(labelled)) == 1:
        for line in page.lines:
            if PICK_UP.fullmatch(_text(page, line)):
                return _evidence(line)
    unpaid = [line for line in _lines_of(page, UNPAID_STEMS, UNPAID) if line.index >= first]
    if unpaid and not is_paid:
        return _evidence(unpaid[0])
    return None


def _amounts(labelled: Sequence[LabelledAmount]) -> set[int]:
    return {abs(item.amount.minor) for item in labelled if item.amount.exact}


def _lines_of(page: Page, stems: Sequence[str], pattern: re.Pattern[str]) -> list[Line]:
    """The lines that a pattern is on; none are searched where the page has none of its stems."""
    present = [stem for stem in stems if stem in page.folded.text]
    if not present:
        return []
    texts = page.folded.lines
    return [
        line
        for line, text in zip(page.lines, texts, strict=True)
        if any(stem in text for stem in present) and pattern.search(text)
    ]


def other_title(page: Page) -> Evidence | None:
    """The line that says only that the paper is a reminder, wages or another that sells nothing."""
    for line in page.lines:
        if TITLES.fullmatch(_text(page, line).strip(" .:-*=#")):
            return _evidence(line)
    return None


def lacks_goods(page: Page, labelled: Sequence[LabelledAmount]) -> bool:
    """Whether no line names goods above the total, no tax is printed, and no word tells a sale."""
    totals = [item.line for item in labelled if item.role in TOTALS]
    if not totals or any(item.role in _OF_SALES for item in labelled):
        return False
    if page.naming(*_SAYS_WHAT):
        return False
    return not any(_is_goods(page, item, last=totals[-1]) for item in labelled)


def _is_goods(page: Page, item: LabelledAmount, *, last: int) -> bool:
    line = _line(page, item)
    if item.role not in _GOODS or not item.amount.exact or item.line > last or line is None:
        return False
    return _LETTERS.search(line.plain) is not None


def _first_total(labelled: Sequence[LabelledAmount]) -> int:
    return next((item.line for item in labelled if item.role in TOTALS), 0)


def _is_paid(page: Page, labelled: Sequence[LabelledAmount]) -> bool:
    """Whether money was handed over below the total, or charged to a card. Points are none, and
    what is put on a room is not."""
    first = _first_total(labelled)
    for item in labelled:
        line = _line(page, item)
        if item.role is not Role.PAID or item.line < first or line is None:
            continue
        text = _text(page, line)
        is_money = item.amount.exact and item.amount.minor
        if is_money and not POINTS.search(text) and not UNPAID.search(text):
            return True
    return False


def _deposit_alone(page: Page, labelled: Sequence[LabelledAmount]) -> Evidence | None:
    """The line of a deposit, where nothing but deposits was paid for."""
    totals = [item.line for item in labelled if item.role in TOTALS]
    if not totals:
        return None
    deposits = _lines_of(page, DEPOSIT_STEMS, DEPOSITS)
    if not deposits:
        return None
    goods = [item for item in labelled if _is_goods(page, item, last=totals[-1])]
    named = {line.index for line in deposits}
    if any(item.line not in named for item in goods):
        return None
    if any(item.role in _TAXES for item in labelled):
        return None
    return _evidence(deposits[0])


def _nothing_left(page: Page, labelled: Sequence[LabelledAmount]) -> Evidence | None:
    """The last sum, where it is nothing and no money was paid."""
    totals = [item for item in labelled if item.amount.exact and _is_total(page, item)]
    if len(totals) < 2 or totals[-1].amount.minor or not totals[0].amount.minor:
        return None
    line = _line(page, totals[-1])
    if line is None or _is_paid(page, labelled):
        return None
    return _evidence(line)


def _is_total(page: Page, item: LabelledAmount) -> bool:
    line = _line(page, item)
    is_named = line is not None and Concept.TOTAL in page.named(line)
    return item.role in TOTALS or is_named


def _line(page: Page, item: LabelledAmount) -> Line | None:
    return next((line for line in page.lines if line.index == item.line), None)


def _text(page: Page, line: Line) -> str:
    return page.folded.lines[page.rank(line)]


def _evidence(line: Line) -> Evidence:
    return line.evidence(0, len(line.text))

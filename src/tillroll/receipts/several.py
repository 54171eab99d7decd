"""Several receipts in one picture or document.

One below the other: the transcript can be cut above a second letterhead so that each part, read by itself, is a receipt
with merchant, date and total, and the parts differ in total or date. A card slip below a receipt repeats both; a table
of taxes has no letterhead.

Side by side: the lines run through both, so that two columns of a line tell of a seller, where a receipt tells of one.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from tillroll.receipts.extraction import Extraction
from tillroll.receipts.languages import Concept
from tillroll.receipts.names.legal_forms import find_legal_form
from tillroll.receipts.page.page import Page
from tillroll.receipts.page.transcript import Line, Transcript
from tillroll.receipts.page.vocabulary import find_concepts
from tillroll.receipts.reading import read

_HEAD_LINES: Final = 6
_FEWEST_SIGNS: Final = 2
"""Of a company's name, an address, and a number to register or call by."""
_SUMS: Final = frozenset({Concept.TOTAL, Concept.PAYABLE})
_COMPANY, _ADDRESS, _NUMBER = "company", "address", "number"
_CUSTOMER_LINES: Final = 4
"""After "Bill to" come names and addresses, also in columns."""
_NUMBERS: Final = frozenset({Concept.REGISTRATION, Concept.CONTACT})
_MOST_CUTS: Final = 8
"""Each is read twice, at a few milliseconds a receipt."""


def are_several(page: Page, default_currency: str | None = None) -> bool:
    """Whether a page is more than one receipt. `default_currency` (ISO 4217) as `read` takes it."""
    return _are_beside(page) or _are_below(page, default_currency)


def _are_beside(page: Page) -> bool:
    """Whether columns of the same lines name who is selling, twice; other days in print count as one more such line."""
    lines = sum(_names_two(page, rank) for rank in range(len(page.lines)))
    days = {_days(line, page) for line in page.lines} - {frozenset[date]()}
    return lines > 0 and lines + (len(days) > 1) >= _FEWEST_SIGNS


def _names_two(page: Page, rank: int) -> bool:
    """Whether two columns of the line are of a letterhead; not "Tel … Fax …", nor customers' addresses."""
    line = page.lines[rank]
    signs = [sign for cell in line.cells if (sign := _letterhead_sign(line.plain[slice(*cell)], page))]
    around = page.lines[max(0, rank - _CUSTOMER_LINES) : rank + 1]
    is_customer = any(Concept.CUSTOMER in page.named(above) for above in around)
    return len(signs) > 1 and set(signs) != {_NUMBER} and not is_customer


def _letterhead_sign(text: str, page: Page) -> str | None:
    concepts = {found.concept for found in find_concepts(text, page.languages)}
    if find_legal_form(text):
        return _COMPANY
    if Concept.ADDRESS in concepts:
        return _ADDRESS
    return _NUMBER if concepts & _NUMBERS else None


def _days(line: Line, page: Page) -> frozenset[date]:
    return frozenset(day for found in page.dates(line) for day in found.readings.values())


def _are_below(page: Page, default_currency: str | None) -> bool:
    sums = [rank for rank, line in enumerate(page.lines) if _SUMS & page.named(line)]
    if len(sums) < 2:
        return False
    cuts = [rank for rank in range(sums[0] + 1, sums[-1]) if _is_letterhead(page, rank)][:_MOST_CUTS]
    return any(
        _differ(_part(page.lines[:cut], default_currency), _part(page.lines[cut:], default_currency)) for cut in cuts
    )


def _is_letterhead(page: Page, start: int) -> bool:
    """Whether the lines from here begin with a company's name, and go on with how to find or call it."""
    head = page.lines[start : start + _HEAD_LINES]
    named = [page.named(line) for line in head]
    signs = (
        find_legal_form(head[0].plain) is not None,
        any(Concept.ADDRESS in concepts for concepts in named),
        any(_NUMBERS & concepts for concepts in named),
    )
    return sum(signs) >= _FEWEST_SIGNS


def _part(lines: Sequence[Line], default_currency: str | None) -> Extraction | None:
    """What the lines say by themselves; None where they are no receipt."""
    part = Transcript.from_text("\n".join(line.text for line in lines))
    extraction = read(part, default_currency=default_currency).extraction
    is_whole = extraction.total.value is not None and extraction.date.value is not None
    return extraction if is_whole and extraction.merchant.value is not None else None


def _differ(above: Extraction | None, below: Extraction | None) -> bool:
    if above is None or below is None:
        return False
    return (above.total.value, above.date.value) != (below.total.value, below.date.value)

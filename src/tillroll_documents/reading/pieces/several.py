"""Tells whether a picture or a PDF is of several receipts or invoices. What it says is asked about,
and never done by itself.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from tillroll_documents.reading.extraction import DocumentKind, Extraction, Line, Transcript
from tillroll_documents.reading.languages import Concept
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.pieces.slips import has_digit, has_slip, is_timed, may_be_letterhead
from tillroll_documents.reading.receipt import Reading, read
from tillroll_documents.reading.text.company_names import find_legal_form
from tillroll_documents.reading.text.vocabulary import find_concepts

_HEAD_LINES: Final = 6
_SIGNS_OF_SEVERAL: Final = 2
"""A head has so many of a company's name, an address, and a number to register or call by."""
_SUMS: Final = frozenset({Concept.TOTAL, Concept.PAYABLE})
_AMOUNTS: Final = _SUMS | {Concept.AMOUNT}
_NUMBER: Final = "number"
_CUSTOMER_LINES: Final = 4
"""After "Bill to" come names and addresses, also in columns."""
_NUMBERS: Final = frozenset({Concept.REGISTRATION, Concept.CONTACT})
_MOST_CUTS: Final = 8
"""Each is read twice, at a few milliseconds a receipt."""
_MOST_WHOLE_CUTS: Final = 5
_LIKELY: Final = 0.5
_POSSIBLE: Final = 0.25
"""How likely a total must be that stands beside a receipt which would be accepted."""
_FEWEST_LETTERS: Final = 3
_FEWEST_LINES: Final = 4
"""A receipt's letterhead, day and total."""


def are_several(page: Page, default_currency: str | None = None) -> bool:
    """Whether a page is more than one receipt. `default_currency` (ISO 4217) as `read` takes it."""
    # Columns of the same lines name who is selling, twice; other days in print count as one more
    # such line.
    lines = sum(_names_two(page, rank) for rank in range(len(page.lines)))
    days = {
        frozenset(day for printed in page.dates(line) for day in printed.readings.values())
        for line in page.lines
    }
    are_beside = lines > 0 and lines + (len(days - {frozenset[date]()}) > 1) >= _SIGNS_OF_SEVERAL
    return (
        are_beside
        or _are_below(page, default_currency)
        or _are_whole_below(page, default_currency)
        or _are_whole_beside(page, default_currency)
        or has_slip(page, default_currency)
    )


def _names_two(page: Page, rank: int) -> bool:
    """Whether two columns of the line are of a letterhead; not "Tel … Fax …", nor customers'
    addresses.
    """
    line = page.lines[rank]
    cells = line.cells
    if len(cells) < 2:
        return False
    signs_of_cells = [_letterhead_sign(line.plain[slice(*cell)], page) for cell in cells]
    signs = [sign for sign in signs_of_cells if sign]
    around = page.lines[max(0, rank - _CUSTOMER_LINES) : rank + 1]
    is_customer = any(Concept.CUSTOMER in page.named(above) for above in around)
    return len(signs) > 1 and set(signs) != {_NUMBER} and not is_customer


def _letterhead_sign(text: str, page: Page) -> str | None:
    concepts = {term.concept for term in find_concepts(text, page.languages)}
    if find_legal_form(text):
        return "company"
    if Concept.ADDRESS in concepts:
        return "address"
    if concepts & _NUMBERS:
        return _NUMBER
    return None


def _are_below(page: Page, default_currency: str | None) -> bool:
    sums = [rank for rank, line in enumerate(page.lines) if _SUMS & page.named(line)]
    if len(sums) < 2:
        return False
    cuts = [rank for rank in range(sums[0] + 1, sums[-1]) if _is_letterhead(page, rank)][
        :_MOST_CUTS
    ]
    parts = (
        [_part(lines, default_currency) for lines in (page.lines[:cut], page.lines[cut:])]
        for cut in cuts
    )
    return any(above and below and above != below for above, below in parts)


def _are_whole_below(page: Page, default_currency: str | None) -> bool:
    """Whether the page can be cut below a total so that both parts are receipts with other totals.
    Then little must say that a letterhead begins there."""
    timed = [rank for rank, line in enumerate(page.lines) if is_timed(page, line)]
    sums = [rank for rank, line in enumerate(page.lines) if _AMOUNTS & page.named(line)]
    if len(timed) < 2 or len(sums) < 2:
        return False
    first = max(timed[0], sums[0]) + 1
    last = min(timed[-1], sums[-1])
    cuts = [rank for rank in range(first, last + 1) if may_be_letterhead(page, rank)]
    # A name with a number in it, "TAXI 4411", looks like much else on a receipt.
    cuts.sort(key=lambda rank: has_digit(page.lines[rank]))
    for cut in cuts[:_MOST_WHOLE_CUTS]:
        if _are_two_receipts(page.lines[:cut], page.lines[cut:], default_currency):
            return True
    return False


def _are_whole_beside(page: Page, default_currency: str | None) -> bool:
    """Whether two columns are each a receipt that would be accepted, with other totals."""
    column = _second_column(page)
    if column is None:
        return False
    first = [Line(line.index, line.text[:column], line.plain[:column]) for line in page.lines]
    second = [Line(line.index, line.text[column:], line.plain[column:]) for line in page.lines]
    return _are_two_receipts(first, second, default_currency)


def _second_column(page: Page) -> int | None:
    """Where the lines of a second column begin: no cell reaches over that place, and words of many
    lines stand right behind it."""
    starts: Counter[int] = Counter()
    for line in page.lines:
        for start, end in line.cells[1:]:
            if sum(map(str.isalpha, line.plain[start:end])) >= _FEWEST_LETTERS:
                starts[start] += 1
    column, count = max(starts.items(), key=lambda each: each[1], default=(0, 0))
    if count < _FEWEST_LINES:
        return None
    if any(start < column < end for line in page.lines for start, end in line.cells):
        return None
    return column


def _are_two_receipts(
    one: Sequence[Line],
    other: Sequence[Line],
    default_currency: str | None,
) -> bool:
    """Whether both may be receipts, with other totals."""
    readings = [
        read(
            Transcript.from_text("\n".join(line.text for line in lines)),
            default_currency=default_currency,
        )
        for lines in (one, other)
    ]
    totals = {reading.extraction.total.value for reading in readings}
    if len(totals) < len(readings):
        return False
    if all(reading.accepted for reading in readings):
        return True
    least = _LIKELY
    if any(reading.accepted for reading in readings):
        least = _POSSIBLE
    return all(_is_likely(reading.extraction, least) for reading in readings)


def _is_likely(extraction: Extraction, least: float) -> bool:
    """Whether this may be a receipt by itself: it has a name, a day, and a total of at least so
    much confidence. OCR may have broken the day where the total is sure.
    """
    total = extraction.total
    name = extraction.merchant
    if total.value is None or name.value is None or name.confidence < _LIKELY:
        return False
    if extraction.date.value is None:
        return total.confidence >= _SURE
    return total.confidence >= least


def _is_letterhead(page: Page, start: int) -> bool:
    """Whether the lines from here begin with a company's name, and go on with how to find or call
    it.
    """
    head = page.lines[start : start + _HEAD_LINES]
    named = [page.named(line) for line in head]
    signs = (
        find_legal_form(head[0].plain) is not None,
        any(Concept.ADDRESS in concepts for concepts in named),
        any(_NUMBERS & concepts for concepts in named),
    )
    return sum(signs) >= _SIGNS_OF_SEVERAL


def _part(lines: Sequence[Line], default_currency: str | None) -> tuple[str, date] | None:
    """Total and date that the lines have by themselves; None where they are no receipt."""
    part = Transcript.from_text("\n".join(line.text for line in lines))
    extraction = read(part, default_currency=default_currency).extraction
    total = extraction.total.value
    day = extraction.date.value
    if total is None or day is None or extraction.merchant.value is None:
        return None
    return (total, day)


# "Page 2 of 3", also with the whole left out; or "2/3" on a line of its own.
_PLACE: Final = re.compile(
    r"\b(?:page|seite|blatt|p[aá]gina|p[aá]g\.?|sida|side|strona|sivu)\s*:?\s*(\d{1,2})"
    r"(?:\s*(?:of|von|de|di|van|sur|av|af|z|/|\|)\s*(\d{1,2}))?\b"
    r"|^\s*-?\s*(\d{1,2})\s*/\s*(\d{1,2})\s*-?\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_EVEN: Final = 0.5
"""Below it, half of what was read is wrong."""
_SURE: Final = 0.9
_INVOICES: Final = frozenset({DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE})


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a page says of the document that it is of, read alone. `place`: its number, where it is
    printed.
    """

    place: int | None
    read: Extraction
    accepted: bool

    @property
    def number(self) -> str | None:
        """Its number, where that is sure."""
        number = self.read.receipt_number
        if number.confidence >= _SURE:
            return number.value
        return None

    @property
    def is_titled(self) -> bool:
        return self.read.document_kind.value in _INVOICES

    @property
    def is_invoice(self) -> bool:
        return self.is_titled and self.number is not None

    @property
    def has_total(self) -> bool:
        return self.read.total.value is not None and self.read.total.confidence >= _EVEN

    @property
    def has_head(self) -> bool:
        """Whether it says who sold, and when."""
        name = self.read.merchant
        return (
            self.read.date.value is not None and name.value is not None and name.confidence >= _EVEN
        )


def beginnings(sheets: Sequence[Sheet]) -> list[int]:
    """The pages of a PDF, from 1, on which another receipt or invoice begins than on the page
    before; none where it is one. A document that names no total belongs to the one before it:
    terms, the back of a scan.
    """
    if len(sheets) < 2:
        return []
    documents = [[sheets[0]]]
    for sheet in sheets[1:]:
        if _begins(documents[-1], sheet):
            documents.append([])
        documents[-1].append(sheet)
    merged = [documents[0]]
    for document in documents[1:]:
        if all(any(each.has_total for each in part) for part in (merged[-1], document)):
            merged.append(document)
        else:
            merged[-1] += document
    ends = [0]
    for document in merged:
        ends.append(ends[-1] + len(document))
    return [end + 1 for end in ends[1:-1]]


def sheet_of(text: str, reading: Reading) -> Sheet:
    """A page's text, and what was read of it alone."""
    return Sheet(_place(text), reading.extraction, reading.accepted)


def _place(text: str) -> int | None:
    """The page's number, where one number alone is printed as it."""
    places = set[int]()
    for first, of, alone, alone_of in _PLACE.findall(text):
        number = first or alone
        if number and 0 < int(number) <= int(of or alone_of or number):
            places.add(int(number))
    if len(places) == 1:
        return places.pop()
    return None


def _begins(before: Sequence[Sheet], sheet: Sheet) -> bool:
    """Whether the page begins another document than that of the pages `before` it."""
    if (sheet.place or 1) > 1 or _repeats(before, sheet):
        return False
    numbers = {each.number for each in before if each.is_invoice}
    if sheet.place == 1 or (numbers and sheet.is_invoice):
        return True
    is_ended = any(each.has_head for each in before) and any(each.has_total for each in before)
    if not (is_ended and sheet.has_head and sheet.has_total):
        return False
    # Behind an invoice stand its time sheets and lists too: they have dates and sums of their own.
    is_others = sheet.is_titled and all(
        sheet.read.merchant.value != each.read.merchant.value for each in before
    )
    return sheet.accepted or is_others or not (numbers or sheet.is_titled)


def _repeats(before: Sequence[Sheet], sheet: Sheet) -> bool:
    """Whether the page has the number of the document, or the sum and no number, as a payment slip
    has.
    """
    if sheet.number is not None:
        return any(sheet.number == each.number for each in before)
    return sheet.has_total and any(
        sheet.read.total.value == each.read.total.value for each in before
    )

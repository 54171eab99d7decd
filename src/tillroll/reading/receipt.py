"""Reads a transcript: all fields, and whether they may be believed. Also tells several receipts in one picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Final

from tillroll.reading import fields
from tillroll.reading.amounts import NumberStyle
from tillroll.reading.company_names import Own, find_legal_form
from tillroll.reading.currency import doubt_lost_marks, find_currency, is_printed
from tillroll.reading.extraction import Extraction, Line, Transcript
from tillroll.reading.figures import Figures, rates_on
from tillroll.reading.labels import LabelledAmount, label_amounts, without_suggestions
from tillroll.reading.languages import Concept
from tillroll.reading.merchant import find_merchants, tell_apart
from tillroll.reading.money import NO_CURRENCY
from tillroll.reading.page import Page
from tillroll.reading.purchase_date import find_purchase_date
from tillroll.reading.reasons import ReviewReason
from tillroll.reading.tax_ids import find_tax_ids
from tillroll.reading.totals import Coins, comes_back, find_totals, given_back, turned_round
from tillroll.reading.vocabulary import find_concepts
from tillroll.reading.weights import Candidate, ranked

_FEWEST_SIGNS: Final = 8
"""Letters and digits; a transcript with fewer says nothing."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The outcome. `accepted` means that no person needs to look; else `reasons` are codes of ReviewReason."""

    extraction: Extraction
    accepted: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Weighed:
    """The candidates of each field, best first, with what they were weighed by."""

    page: Page
    labelled: Sequence[LabelledAmount]
    figures: Figures
    currencies: Sequence[Candidate[str]]
    merchants: Sequence[Candidate[str]]
    totals: Sequence[Candidate[int]]
    """In minor units of the best currency."""
    dates: Sequence[Candidate[date]]
    ambiguous_dates: frozenset[date]
    is_refund: bool = False
    """Money was given back: all amounts are turned round."""

    @property
    def currency(self) -> str | None:
        return self.currencies[0].value if self.currencies else None


def weigh(page: Page, default_currency: str | None = None, today: date | None = None) -> Weighed:
    """Find and weigh all candidates; the arguments are those of `read`."""
    currencies = ranked(find_currency(page, default_currency))
    currency = currencies[0].value if currencies else None
    printed = label_amounts(page, NumberStyle.of(page.lines, currency or NO_CURRENCY))
    labelled = doubt_lost_marks(page, without_suggestions(page, printed))
    is_refund = comes_back(page, labelled)
    labelled = turned_round(page, labelled) if is_refund else labelled
    figures = Figures.of(labelled, rates_on(page))
    is_sure = bool(currencies) and is_printed(currencies)
    dates, ambiguous = find_purchase_date(page, currency, today, is_printed=is_sure)
    return Weighed(
        page=page,
        labelled=labelled,
        figures=figures,
        currencies=currencies,
        merchants=ranked(find_merchants(page)),
        totals=ranked(find_totals(page.transcript.lines, labelled, figures, Coins.of(currency))),
        dates=ranked(dates),
        ambiguous_dates=ambiguous,
        is_refund=is_refund,
    )


def read(transcript: Transcript, *, default_currency: str | None = None, today: date | None = None) -> Reading:
    """Read a receipt; never raises. `default_currency` (ISO 4217) is taken where the receipt does not contradict it; by
    `today`, the day of upload in the account's time zone, dates in the future are told."""
    return read_page(Page.of(transcript), default_currency=default_currency, today=today)


def read_page(
    page: Page, *, default_currency: str | None = None, today: date | None = None, own: Own | None = None
) -> Reading:
    """As `read`, of a page. `own` is what the account calls itself: never the shop."""
    signs = (sign for line in page.transcript.lines for sign in line.plain if sign.isalnum())
    if len(list(islice(signs, _FEWEST_SIGNS))) < _FEWEST_SIGNS:
        return Reading(Extraction(), accepted=False, reasons=(ReviewReason.UNREADABLE.value,))
    found = weigh(page, default_currency, today)
    code = found.currency or NO_CURRENCY
    total = fields.amount_field(found.totals, code)
    names = tell_apart([each for each in found.merchants if own is None or not own.is_addressed(each.value)], page)
    main = Extraction(
        merchant=fields.merchant_field(names.merchants),
        registered_name=fields.merchant_field(names.registered),
        date=fields.date_field(found.dates),
        total=total,
        currency=fields.currency_field(found.currencies),
        time=fields.time_field(found.dates, page.lines),
    )
    paid = found.totals[0].value if total.value is not None else None
    extraction = fields.with_details(main, page, found.labelled, found.figures, paid, code)
    if own is not None and own.is_tax_id(extraction.tax_id.value):
        others = [each for each in find_tax_ids(page) if not own.is_tax_id(each.value)]
        extraction = extraction.model_copy(update={"tax_id": fields.plain_field(others, half=fields.HALF_DETAIL)})
    reasons = fields.doubts(extraction, found.figures, found.ambiguous_dates)
    given = given_back(extraction) if found.is_refund else extraction
    return Reading(given, accepted=not reasons, reasons=reasons)


_HEAD_LINES: Final = 6
_SIGNS_OF_SEVERAL: Final = 2
"""Of a company's name, an address, and a number to register or call by."""
_SUMS: Final = frozenset({Concept.TOTAL, Concept.PAYABLE})
_NUMBER: Final = "number"
_CUSTOMER_LINES: Final = 4
"""After "Bill to" come names and addresses, also in columns."""
_NUMBERS: Final = frozenset({Concept.REGISTRATION, Concept.CONTACT})
_MOST_CUTS: Final = 8
"""Each is read twice, at a few milliseconds a receipt."""


def are_several(page: Page, default_currency: str | None = None) -> bool:
    """Whether a page is more than one receipt. `default_currency` (ISO 4217) as `read` takes it."""
    # Columns of the same lines name who is selling, twice; other days in print count as one more such line.
    lines = sum(_names_two(page, rank) for rank in range(len(page.lines)))
    days = {frozenset(day for found in page.dates(line) for day in found.readings.values()) for line in page.lines}
    are_beside = lines > 0 and lines + (len(days - {frozenset[date]()}) > 1) >= _SIGNS_OF_SEVERAL
    return are_beside or _are_below(page, default_currency)


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
        return "company"
    return "address" if Concept.ADDRESS in concepts else _NUMBER if concepts & _NUMBERS else None


def _are_below(page: Page, default_currency: str | None) -> bool:
    sums = [rank for rank, line in enumerate(page.lines) if _SUMS & page.named(line)]
    if len(sums) < 2:
        return False
    cuts = [rank for rank in range(sums[0] + 1, sums[-1]) if _is_letterhead(page, rank)][:_MOST_CUTS]
    parts = ([_part(lines, default_currency) for lines in (page.lines[:cut], page.lines[cut:])] for cut in cuts)
    return any(above and below and above != below for above, below in parts)


def _is_letterhead(page: Page, start: int) -> bool:
    """Whether the lines from here begin with a company's name, and go on with how to find or call it."""
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
    found = read(part, default_currency=default_currency).extraction
    total, day = found.total.value, found.date.value
    return None if total is None or day is None or found.merchant.value is None else (total, day)

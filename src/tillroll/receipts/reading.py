"""Reads a transcript: all fields, and whether they may be believed without a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Final

from tillroll.receipts.amounts.cash_rounding import Coins
from tillroll.receipts.amounts.currency import find_currency, is_printed
from tillroll.receipts.amounts.figures import Figures
from tillroll.receipts.amounts.labels import LabelledAmount, label_amounts
from tillroll.receipts.amounts.lost_marks import doubt_lost_marks
from tillroll.receipts.amounts.number_style import NumberStyle
from tillroll.receipts.dates.purchase_date import find_purchase_date
from tillroll.receipts.details import with_details
from tillroll.receipts.extraction import Extraction
from tillroll.receipts.names.merchant import find_merchants
from tillroll.receipts.names.two_names import tell_apart
from tillroll.receipts.numbers.tax_id import find_tax_ids
from tillroll.receipts.own import Own
from tillroll.receipts.page.page import Page
from tillroll.receipts.page.transcript import Transcript
from tillroll.receipts.reasons import ReviewReason
from tillroll.receipts.sums.money_back import comes_back, given_back, turned_round
from tillroll.receipts.sums.suggestions import without_suggestions
from tillroll.receipts.sums.tax_rates import rates_on
from tillroll.receipts.sums.totals import find_totals
from tillroll.receipts.weighing.fields import (
    HALF_DETAIL,
    amount_field,
    currency_field,
    date_field,
    merchant_field,
    plain_field,
    time_field,
)
from tillroll.receipts.weighing.scoring import Candidate, ranked
from tillroll.receipts.weighing.verdict import doubts

_FEWEST_SIGNS: Final = 8
"""Letters and digits; a transcript with fewer says nothing."""
_NO_CURRENCY: Final = "XXX"
"""ISO 4217's code for no currency: two digits after the point."""


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
    """Names of the shop, whichever of the two they are."""
    totals: Sequence[Candidate[int]]
    """In minor units of the best currency."""
    dates: Sequence[Candidate[date]]
    ambiguous_dates: frozenset[date]
    is_refund: bool = False
    """Money was given back: all amounts are turned round."""

    @property
    def currency(self) -> str | None:
        return self.currencies[0].value if self.currencies else None


def weigh(transcript: Transcript, *, default_currency: str | None = None, today: date | None = None) -> Weighed:
    """Find and weigh all candidates; the arguments are those of `read`."""
    return _weigh(Page.of(transcript), default_currency, today)


def _weigh(page: Page, default_currency: str | None, today: date | None) -> Weighed:
    currencies = ranked(find_currency(page, default_currency))
    currency = currencies[0].value if currencies else None
    printed = label_amounts(page, NumberStyle.of(page.lines, currency or _NO_CURRENCY))
    labelled = doubt_lost_marks(page, without_suggestions(page, printed))
    is_refund = comes_back(page, labelled)
    labelled = turned_round(page, labelled) if is_refund else labelled
    figures = Figures.of(labelled, rates_on(page))
    dates = find_purchase_date(page, currency, today, is_printed=bool(currencies) and is_printed(currencies))
    return Weighed(
        page=page,
        labelled=labelled,
        figures=figures,
        currencies=currencies,
        merchants=ranked(find_merchants(page)),
        totals=ranked(find_totals(page.transcript.lines, labelled, figures, Coins.of(currency))),
        dates=ranked(dates.candidates),
        ambiguous_dates=dates.ambiguous,
        is_refund=is_refund,
    )


def read(transcript: Transcript, *, default_currency: str | None = None, today: date | None = None) -> Reading:
    """Read a receipt. Never raises, whatever the text.

    `default_currency` (ISO 4217) is taken where the receipt does not contradict it; `today` is the day of upload in
    the account's time zone, by which dates in the future are told.
    """
    return read_page(Page.of(transcript), default_currency=default_currency, today=today)


def read_page(
    page: Page, *, default_currency: str | None = None, today: date | None = None, own: Own | None = None
) -> Reading:
    """As `read`, of a transcript that was made a page already. `own` is what the account calls itself: never the
    shop."""
    if not _says_something(page.transcript):
        return Reading(Extraction(), accepted=False, reasons=(ReviewReason.UNREADABLE.value,))
    found = _weigh(page, default_currency, today)
    code = found.currency or _NO_CURRENCY
    total = amount_field(found.totals, code)
    names = tell_apart([each for each in found.merchants if own is None or not own.is_addressed(each.value)], page)
    main = Extraction(
        merchant=merchant_field(names.merchants),
        registered_name=merchant_field(names.registered),
        date=date_field(found.dates),
        total=total,
        currency=currency_field(found.currencies),
        time=time_field(found.dates, found.page.lines),
    )
    paid = found.totals[0].value if total.value is not None else None
    extraction = with_details(main, found.page, page.transcript.lines, found.labelled, found.figures, paid, code)
    if own is not None and own.is_tax_id(extraction.tax_id.value):
        others = [each for each in find_tax_ids(page) if not own.is_tax_id(each.value)]
        extraction = extraction.model_copy(update={"tax_id": plain_field(others, half=HALF_DETAIL)})
    reasons = doubts(extraction, found.figures, found.ambiguous_dates)
    given = given_back(extraction) if found.is_refund else extraction
    return Reading(given, accepted=not reasons, reasons=reasons)


def _says_something(transcript: Transcript) -> bool:
    signs = (sign for line in transcript.lines for sign in line.plain if sign.isalnum())
    return len(list(islice(signs, _FEWEST_SIGNS))) == _FEWEST_SIGNS

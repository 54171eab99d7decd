"""Reads a transcript: all fields, and whether they may be believed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Final

from tillroll_documents.money import NO_CURRENCY, decimal_string, minor_digits
from tillroll_documents.reading import fields
from tillroll_documents.reading.dates.due_date import find_due_date
from tillroll_documents.reading.dates.purchase_date import find_purchase_date
from tillroll_documents.reading.details import with_details
from tillroll_documents.reading.extraction import (
    DocumentKind,
    Evidence,
    Extraction,
    Field,
    Transcript,
)
from tillroll_documents.reading.languages import Concept
from tillroll_documents.reading.merchants.merchant import find_merchants, tell_apart
from tillroll_documents.reading.merchants.name_signs import doubt_about
from tillroll_documents.reading.merchants.tax_ids import find_tax_ids
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.papers.no_receipt import Surroundings, no_receipt_says
from tillroll_documents.reading.papers.nothing_sold import lacks_goods, nothing_sold_says
from tillroll_documents.reading.papers.refunds import with_title
from tillroll_documents.reading.reasons import InvoiceReason, ReviewReason
from tillroll_documents.reading.text.amounts import NumberStyle
from tillroll_documents.reading.text.company_names import Own
from tillroll_documents.reading.totals.charged import Charged, charged_otherwise
from tillroll_documents.reading.totals.currency import doubt_lost_marks, find_currency, is_printed
from tillroll_documents.reading.totals.dashes import Dashes, dashes_of, without_dashes
from tillroll_documents.reading.totals.figures import Figures, rates_on
from tillroll_documents.reading.totals.labels import (
    TOTALS,
    LabelledAmount,
    Role,
    label_amounts,
    without_suggestions,
)
from tillroll_documents.reading.totals.lost_digit import with_lost_digit
from tillroll_documents.reading.totals.neighbours import neighbours_of_sums
from tillroll_documents.reading.totals.tax_arithmetic import contradicts_itself
from tillroll_documents.reading.totals.tax_by_rate import unread_tax, with_tax_by_rate
from tillroll_documents.reading.totals.tip_line import with_tip_line
from tillroll_documents.reading.totals.total import (
    Coins,
    find_totals,
    given_back,
    turned_round,
)
from tillroll_documents.reading.totals.total_currency import (
    Sum,
    is_currency_doubtful,
    prefer_beside_total,
    rests_on_a_name,
    sums_of,
)
from tillroll_documents.reading.weights import Candidate, ranked

_PROPOSED: Final = 0.5
"""The confidence of a total that is only proposed."""
_LABELLED: Final = 0.8
"""The confidence of a tip whose label says that it is one."""
_OF_TOTAL: Final = frozenset(
    {
        ReviewReason.TOTAL_MISSING.value,
        ReviewReason.TOTAL_UNCERTAIN.value,
        ReviewReason.CHARGED_OTHERWISE.value,
    }
)
"""Doubts about a total, on which what was delivered is looked for."""
_FEWEST_SIGNS: Final = 8
"""Letters and digits; a transcript with fewer says nothing."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The outcome. `accepted` means that no person needs to look; else `reasons` are codes of
    ReviewReason.
    """

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
    dashes: Dashes = Dashes.NONE
    """What they mean before the amounts. Where money was given back, all amounts are turned
    round.
    """
    no_receipt: Evidence | None = None
    """Where the paper says that it is no receipt."""
    is_currency_doubtful: bool = False
    """Whether another currency than the best may be the total's."""
    may_lack_cents: bool = False
    """Whether the cents of all amounts may have been cut off."""

    @property
    def currency(self) -> str | None:
        if self.currencies:
            return self.currencies[0].value
        return None


def weigh(page: Page, default_currency: str | None = None, today: date | None = None) -> Weighed:
    """Find and weigh all candidates; the arguments are those of `read`."""
    neighbours = neighbours_of_sums(page)
    currencies = ranked(find_currency(page, default_currency, neighbours))
    weighed = _weigh_in(page, currencies, today)
    sums = _sums(weighed)
    preferred = prefer_beside_total(currencies, neighbours, sums)
    if not preferred:
        return weighed
    chosen = preferred[0]
    is_winner = chosen is currencies[0]
    if not is_winner:
        weighed = _weigh_in(page, preferred, today)
        sums = _sums(weighed)
    if weighed.merchants:
        name_line = weighed.merchants[0].line.index
    else:
        name_line = None
    is_doubtful = is_currency_doubtful(
        page, chosen.value, texts=neighbours, sums=sums, is_winner=is_winner
    ) or rests_on_a_name(page, chosen, neighbours, name_line=name_line)
    return replace(weighed, currencies=preferred, is_currency_doubtful=is_doubtful)


def _sums(weighed: Weighed) -> list[Sum]:
    if not weighed.totals:
        return []
    return sums_of(weighed.labelled, weighed.totals[0].value)


def _weigh_in(page: Page, currencies: Sequence[Candidate[str]], today: date | None) -> Weighed:
    """Weigh all in the first of the currencies."""
    currency = next((candidate.value for candidate in currencies), None)
    style = NumberStyle.of(page.lines, currency or NO_CURRENCY)
    printed = label_amounts(page, style)
    labelled = doubt_lost_marks(page, without_suggestions(page, printed))
    rates = rates_on(page)
    labelled = with_tax_by_rate(page, labelled, rates)
    dashes = dashes_of(page, labelled)
    no_receipt = no_receipt_says(page, _surroundings(labelled))
    if no_receipt is None:
        no_receipt = nothing_sold_says(page, labelled)
    # What was cancelled was never paid, so that nothing comes back.
    if no_receipt is None:
        dashes = with_title(page, labelled, dashes)
    if dashes.are_of_refund:
        labelled = turned_round(page, labelled)
    elif dashes.are_of_purchase:
        labelled = without_dashes(labelled)
    figures = Figures.of(labelled, rates)
    is_sure = bool(currencies) and is_printed(currencies)
    dates, ambiguous = find_purchase_date(page, currency, today, is_printed=is_sure)
    return Weighed(
        page=page,
        labelled=labelled,
        figures=figures,
        currencies=currencies,
        merchants=ranked(find_merchants(page)),
        totals=ranked(
            find_totals(
                page.transcript.lines,
                labelled,
                figures=figures,
                coins=Coins.of(currency),
                says_paid=bool(page.naming(Concept.PAID)),
            )
        ),
        dates=ranked(dates),
        ambiguous_dates=ambiguous,
        dashes=dashes,
        no_receipt=no_receipt,
        may_lack_cents=style.may_lack_cents(currency or NO_CURRENCY),
    )


def _surroundings(labelled: Sequence[LabelledAmount]) -> Surroundings:
    exact = [item for item in labelled if item.amount.exact and item.amount.minor]
    totals = [item.line for item in exact if item.role in TOTALS]
    goods = range(0)
    if totals:
        goods = range(exact[0].line, totals[-1])
    is_paid = any(item.role in (Role.PAID, Role.CHANGE) for item in exact)
    return Surroundings(frozenset(item.line for item in exact), goods, is_paid)


def read(
    transcript: Transcript, *, default_currency: str | None = None, today: date | None = None
) -> Reading:
    """Read a receipt; never raises. `default_currency` (ISO 4217) is taken where the receipt does
    not contradict it. Dates after `today`, the day of upload in the account's time zone, are
    doubted.
    """
    return read_page(Page.of(transcript), default_currency=default_currency, today=today)


def read_page(
    page: Page,
    *,
    default_currency: str | None = None,
    today: date | None = None,
    own: Own | None = None,
) -> Reading:
    """Read a page as `read` does. `own` is what the account calls itself: never the shop."""
    signs = (sign for line in page.transcript.lines for sign in line.plain if sign.isalnum())
    if len(list(islice(signs, _FEWEST_SIGNS))) < _FEWEST_SIGNS:
        return Reading(Extraction(), accepted=False, reasons=(ReviewReason.UNREADABLE.value,))
    candidates = weigh(page, default_currency, today)
    code = candidates.currency or NO_CURRENCY
    total = fields.amount_field(candidates.totals, code)
    names = tell_apart(
        [each for each in candidates.merchants if own is None or not own.is_addressed(each.value)],
        page,
    )
    main = Extraction(
        merchant=fields.merchant_field(names.merchants),
        registered_name=fields.merchant_field(names.registered),
        date=fields.date_field(candidates.dates),
        total=total,
        currency=fields.currency_field(candidates.currencies),
        time=fields.time_field(candidates.dates, page.lines),
        due_date=find_due_date(page, next((each.value for each in candidates.dates), None)),
    )
    paid = candidates.totals[0].value if total.value is not None else None
    extraction = with_details(
        main,
        page,
        labelled=candidates.labelled,
        figures=candidates.figures,
        total=paid,
        currency=code,
    )
    if own is not None and own.is_tax_id(extraction.tax_id.value):
        others = [each for each in find_tax_ids(page) if not own.is_tax_id(each.value)]
        extraction = extraction.model_copy(
            update={"tax_id": fields.plain_field(others, half=fields.HALF_DETAIL)}
        )
    reasons = fields.doubts(
        extraction,
        candidates.figures,
        ambiguous=candidates.ambiguous_dates,
        about_name=doubt_about(names.merchants, names.registered, page),
    )
    is_cut = candidates.may_lack_cents and total.value is not None
    if is_cut and ReviewReason.TOTAL_UNCERTAIN.value not in reasons:
        reasons = (ReviewReason.TOTAL_UNCERTAIN.value, *reasons)
    reasons = (*reasons, *_doubts_of_tax(candidates, extraction, paid, code=code))
    reading = _with_proposals(candidates, extraction, reasons, total=paid, code=code)
    extraction = reading.extraction
    reasons = reading.reasons
    if candidates.no_receipt is not None:
        evidence = candidates.no_receipt
        kind = Field(value=DocumentKind.OTHER, evidence=evidence, confidence=fields.SURE_KIND)
        extraction = extraction.model_copy(update={"document_kind": kind})
        reasons = (ReviewReason.NO_RECEIPT.value, *reasons)
    reasons = (*reasons, *_doubts_of_goods(candidates, paid))
    if candidates.is_currency_doubtful and ReviewReason.CURRENCY_UNKNOWN.value not in reasons:
        reasons = (*reasons, ReviewReason.CURRENCY_UNCERTAIN.value)
    if candidates.dashes.are_doubtful and total.value is not None:
        reasons = (*reasons, ReviewReason.SIGN_UNCERTAIN.value)
    if page.is_of_later and main.due_date.value is not None:
        # What is paid later is a letter. The name at its top may be the buyer's, and the words that
        # would tell are not known in these languages.
        reasons = (*reasons, InvoiceReason.SELLER_UNCONFIRMED.value)
    final = given_back(extraction) if candidates.dashes.are_of_refund else extraction
    return Reading(final, accepted=not reasons, reasons=reasons)


def _doubts_of_goods(weighed: Weighed, total: int | None) -> tuple[str, ...]:
    """Why a person is asked what was bought: a paper with a total says nothing of it."""
    if total is None or weighed.no_receipt is not None:
        return ()
    if lacks_goods(weighed.page, weighed.labelled):
        return (ReviewReason.NOTHING_SOLD.value,)
    return ()


def _doubts_of_tax(
    weighed: Weighed, extraction: Extraction, total: int | None, *, code: str
) -> tuple[str, ...]:
    """Why a person is asked about the tax: one is printed and none was read, or its parts
    contradict each other.
    """
    is_unread = (
        total is not None
        and extraction.tax.value is None
        and unread_tax(weighed.page, weighed.labelled, total) is not None
    )
    if is_unread:
        return (ReviewReason.TAX_UNREAD.value,)
    if contradicts_itself(extraction.tax_lines, minor_digits(code)):
        return (ReviewReason.TAX_CONTRADICTS.value,)
    return ()


def _with_proposals(
    weighed: Weighed,
    extraction: Extraction,
    reasons: tuple[str, ...],
    *,
    total: int | None,
    code: str,
) -> Reading:
    """With what a person is likelier to mean than the total: what was charged or delivered, or the
    total with a digit that the print lost. `total` is in minor units.
    """
    if total is not None and ReviewReason.TOTAL_UNCERTAIN.value in reasons:
        whole = with_lost_digit(extraction.total, total, figures=weighed.figures, currency=code)
        extraction = extraction.model_copy(update={"total": whole})
    if total is not None and not weighed.dashes.are_of_refund:
        charged = charged_otherwise(
            weighed.page, weighed.labelled, figures=weighed.figures, total=total
        )
        if charged is not None:
            extraction = _with_charged(extraction, charged, code)
            reasons = (ReviewReason.CHARGED_OTHERWISE.value, *reasons)
    extraction = with_tip_line(extraction)
    delivered = None
    if not weighed.dashes.are_of_refund and not _OF_TOTAL.isdisjoint(reasons):
        delivered = _delivered(weighed, total)
    if delivered is not None:
        extraction = _with_charged(extraction, delivered, code)
        others = (reason for reason in reasons if reason not in _OF_TOTAL)
        reasons = (ReviewReason.CHARGED_OTHERWISE.value, *others)
    return Reading(extraction, accepted=not reasons, reasons=reasons)


def _delivered(weighed: Weighed, total: int | None) -> Charged | None:
    """What was delivered, where more was reserved or paid before."""
    from tillroll_documents.reading.totals.reserved import (  # noqa: PLC0415 - of few papers
        delivered_of,
    )

    item = delivered_of(weighed.page, weighed.labelled, total)
    if item is None:
        return None
    line = next(line for line in weighed.page.lines if line.index == item.line)
    return Charged(item.amount.minor, line, start=item.amount.start, end=item.amount.end)


def _with_charged(extraction: Extraction, charged: Charged, code: str) -> Extraction:
    """The extraction with what was charged proposed as its total."""
    total = Field(
        value=decimal_string(charged.minor, minor_digits(code)),
        evidence=charged.line.evidence(charged.start, charged.end),
        confidence=_PROPOSED,
    )
    if charged.tip is None:
        return extraction.model_copy(update={"total": total})
    tip = Field(
        value=decimal_string(charged.tip.minor, minor_digits(code)),
        evidence=charged.tip.line.evidence(charged.tip.start, charged.tip.end),
        confidence=_LABELLED,
    )
    return extraction.model_copy(update={"total": total, "tip": tip})

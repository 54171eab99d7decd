"""Fields of an extraction made of ranked candidates, its details, and whether a person is
needed.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from tillroll_documents.money import NO_CURRENCY, decimal_string, has_ended, minor_digits
from tillroll_documents.reading.extraction import (
    Extraction,
    Field,
    Line,
    PaymentMethod,
    TaxLine,
    Value,
)
from tillroll_documents.reading.merchants.names import name_key
from tillroll_documents.reading.reasons import ReviewReason
from tillroll_documents.reading.text.dates import find_time
from tillroll_documents.reading.totals.figures import Figures, TaxRow
from tillroll_documents.reading.totals.total import AGREEMENTS, REPETITIONS, Coins
from tillroll_documents.reading.weights import Candidate, confidence, ranked

# The score at which a field's confidence is one half.
HALF_TOTAL: Final = 45
HALF_DATE: Final = 20
HALF_MERCHANT: Final = 24
HALF_CURRENCY: Final = 14
HALF_ADJUSTMENT: Final = 24
HALF_DETAIL: Final = 20
"""Applies to the way of paying and to the numbers of card, receipt and tax."""
# Nothing on a receipt repeats a name, or a date that is printed once: so many of them are misread
# by OCR, however clear label and place are. Measured on 148 photos of 97 shops: 5 % of the names
# differ by more than a letter or two, 1 to 2 % of the dates by a digit.
MOST_MERCHANT: Final = 0.97
MOST_REGISTERED: Final = 0.95
"""A firm with legal form and number may be so sure that is printed once, alone. Where two names
stand beside each other, only lines tell which words belong to which.
"""
MOST_ALONE: Final = 0.9
NAME_WITNESSES: Final = frozenset(
    {"named_again", "spelt_elsewhere", "in_address_of_web", "brand_in_firm"}
)
"""Reasons for which a name is as good as printed twice."""
MOST_DATE: Final = 0.98
DATE_WITNESSES: Final = frozenset({"printed_again", "weekday_agrees", "digits_in_number"})
"""Reasons for which a date is as good as printed twice."""
_TIME_CONFIDENCE: Final = 0.8
SURE_KIND: Final = 0.95

_Text = Field[str]
_Day = Field[date]


def merchant_field(ranked: Sequence[Candidate[str]]) -> Field[str]:
    """The best name, if anything speaks for it. The same name printed again, or with more of it, is
    no rival.
    """
    if not ranked or ranked[0].score <= 0:
        return _Text()
    best, *others = ranked
    key = name_key(best.value)
    keys = [(each, name_key(each.value)) for each in others]
    rivals = [each for each, other in keys if not other or not (key in other or other in key)]
    is_firm = {
        "has_legal_form",
        "registered_beside",
    } <= best.reasons.keys() and "beside_brand" not in best.reasons
    is_seen_twice = bool(NAME_WITNESSES & best.reasons.keys())
    if is_seen_twice:
        most = MOST_MERCHANT
    elif is_firm:
        most = MOST_REGISTERED
    else:
        most = MOST_ALONE
    sure = min(most, confidence([best, *rivals], half=HALF_MERCHANT))
    return _Text(value=best.value, evidence=best.evidence, confidence=sure, reasons=best.explained)


def date_field(ranked: Sequence[Candidate[date]]) -> Field[date]:
    """The best date; an implausible one is given too, for a person to see."""
    if not ranked:
        return _Day()
    best = ranked[0]
    sure = confidence(ranked, half=HALF_DATE)
    if not DATE_WITNESSES & best.reasons.keys():
        sure = min(MOST_DATE, sure)
    return _Day(value=best.value, evidence=best.evidence, confidence=sure, reasons=best.explained)


def amount_field(
    candidates: Sequence[Candidate[int]], currency: str, *, half: int = HALF_TOTAL
) -> Field[str]:
    """The best amount, if anything speaks for it, with the currency's digits."""
    best = ranked(candidates)
    if not best or best[0].score <= 0:
        return _Text()
    value = decimal_string(best[0].value, minor_digits(currency))
    sure = confidence(best, half=half)
    return _Text(value=value, evidence=best[0].evidence, confidence=sure, reasons=best[0].explained)


def tax_field(rows: Sequence[TaxRow], sure: float, currency: str) -> Field[str]:
    """The tax of all rows with the currency's digits; the first row is its place."""
    if not rows:
        return _Text()
    value = decimal_string(sum(row.tax for row in rows), minor_digits(currency))
    return _Text(
        value=value, evidence=rows[0].line.evidence(rows[0].start, rows[0].end), confidence=sure
    )


def tax_lines(rows: Sequence[TaxRow], currency: str) -> tuple[TaxLine, ...]:
    digits = minor_digits(currency)
    return tuple(
        TaxLine(
            rate=row.rate,
            net=None if row.net is None else decimal_string(row.net, digits),
            tax=decimal_string(row.tax, digits),
            evidence=row.line.evidence(row.start, row.end),
        )
        for row in rows
    )


def plain_field(candidates: Sequence[Candidate[Value]], *, half: int) -> Field[Value]:
    """The best candidate as it stands, if anything speaks for it."""
    best = ranked(candidates)
    if not best or best[0].score <= 0:
        return Field()
    sure = confidence(best, half=half)
    return Field(
        value=best[0].value, evidence=best[0].evidence, confidence=sure, reasons=best[0].explained
    )


def currency_field(ranked: Sequence[Candidate[str]]) -> Field[str]:
    """The currency; none when two are equally likely. One that stands nowhere in print has no
    evidence.
    """
    if not ranked or (len(ranked) > 1 and ranked[0].score == ranked[1].score):
        return _Text()
    best = ranked[0]
    sure = confidence(ranked, half=HALF_CURRENCY)
    evidence = best.evidence if best.end else None
    return _Text(value=best.value, evidence=evidence, confidence=sure, reasons=best.explained)


def time_field(ranked: Sequence[Candidate[date]], lines: Sequence[Line]) -> Field[str]:
    """The time of day, HH:MM or HH:MM:SS: behind the date, else before it, else on the next of the
    filled `lines`.
    """
    if not ranked:
        return _Text()
    best = ranked[0]
    following = next((line for line in lines if line.index > best.line.index), None)
    places = [
        (best.line, best.end, None),
        (best.line, 0, best.start),
        *([(following, 0, None)] if following else []),
    ]
    for line, offset, until in places:
        time = find_time(line.plain[offset:until])
        if time is not None:
            value, start, end = time
            text = value.isoformat("seconds" if value.second else "minutes")
            evidence = line.evidence(offset + start, offset + end)
            return _Text(value=text, evidence=evidence, confidence=_TIME_CONFIDENCE)
    return _Text()


SURE_TOTAL: Final = 0.85
SURE_DATE: Final = 0.6
_DOUBTED_DATE: Final = frozenset({"weekday_differs", "year_put_right"})
_DOUBTED_TOTAL: Final = frozenset({"before_rounding", "near_another"})
"""Reasons for which a total is asked: another amount, less than the smallest coin away, may be what
was paid.
"""
_DOUBTED_TOGETHER: Final = frozenset({"labelled_paid", "equals_total_rounded"})
"""What was rounded is printed as what was handed over, and nowhere as a total."""
_POINT_LOST: Final = "point_not_read"
"""A total for which it is asked unless a sum is made of other amounts: the same print beside the
card says no more.
"""
_PAID_SO: Final = frozenset({"equals_paid", "equals_paid_minus_change"})
"""Reasons for which a total was paid as it stands, though no coins pay it."""
_DAMAGED_DATE: Final = frozenset({"guessed", "uneven", "ends_stay"})
"""Reasons for which it is asked unless a witness says the same."""
_YEAR_WITNESSES: Final = frozenset({"weekday_agrees", "digits_in_number"})
"""Reasons for which a year of two digits is believed."""
WORN_PRINT: Final = 2
"""So many amounts without their decimal point: where points are lost, digits are misread, and a
date that nothing else confirms is asked. Of 148 photos 3 are such, one of them with a wrong date;
of invented receipts on worn paper, whose dates are wrong on one in ten, those that lost any point
have a wrong one on four in ten.
"""
SURE_CURRENCY: Final = 0.5
"""One sign of a country is not enough; a mark beside an amount is, or the account's own
currency.
"""
SURE_MERCHANT: Final = 0.5
"""The better of both names must be so sure: a person is asked about one that is likelier wrong than
right. One that is only probable does no harm to the books: the page marks it.
"""


def doubts(
    extraction: Extraction,
    figures: Figures,
    ambiguous: frozenset[date],
    about_name: ReviewReason | None = None,
) -> tuple[str, ...]:
    """The reasons to ask a person; none when the receipt agrees with itself. Without a total the
    first one says so.
    """
    if extraction.total.value is None and extraction.date.value is None:
        return (ReviewReason.NOT_A_RECEIPT.value,)
    is_named = (
        max(extraction.merchant.confidence, extraction.registered_name.confidence) >= SURE_MERCHANT
    )
    merchant = about_name if is_named else ReviewReason.MERCHANT_UNCERTAIN
    about = (
        _about_total(extraction, figures),
        _about_date(extraction, figures, ambiguous),
        ReviewReason.MERCHANT_MISSING if extraction.merchant.value is None else merchant,
        ReviewReason.CURRENCY_UNKNOWN if is_currency_unknown(extraction) else None,
    )
    return tuple(reason.value for reason in about if reason is not None)


def is_currency_unknown(extraction: Extraction) -> bool:
    """Whether the currency is a guess, or had ended when the paper was printed."""
    currency = extraction.currency
    if currency.value is None or currency.confidence < SURE_CURRENCY:
        return True
    return has_ended(currency.value, extraction.date.value)


def _about_total(extraction: Extraction, figures: Figures) -> ReviewReason | None:
    total = extraction.total
    if total.value is None:
        return ReviewReason.TOTAL_MISSING
    if figures.vouchers:
        return ReviewReason.VOUCHER_USED
    codes = {reason.code for reason in total.reasons}
    is_doubted = (
        bool(codes & _DOUBTED_TOTAL)
        or codes >= _DOUBTED_TOGETHER
        or (_POINT_LOST in codes and not codes & (AGREEMENTS - REPETITIONS))
        or not _can_be_paid(extraction, figures)
    )
    is_sure = not is_doubted and bool(codes & AGREEMENTS) and total.confidence >= SURE_TOTAL
    if is_sure:
        return None
    return ReviewReason.TOTAL_UNCERTAIN


def _can_be_paid(extraction: Extraction, figures: Figures) -> bool:
    """Whether coins pay the total, or it was paid as it stands; else it may be the amount before a
    rounding that was lost. Where what was handed over or given back is uneven too, the till rounds
    nothing.
    """
    total = extraction.total
    currency = extraction.currency.value
    minor = int(Decimal(total.value or 0).scaleb(minor_digits(currency or NO_CURRENCY)))
    coins = Coins.of(currency)
    if coins.pay(minor) or extraction.payment_method.value is PaymentMethod.CARD:
        return True
    handled = {
        value for value in figures.paid | figures.change if value > coins.unit < abs(value - minor)
    }
    return any(reason.code in _PAID_SO for reason in total.reasons) or not all(
        map(coins.pay, handled)
    )


def _about_date(
    extraction: Extraction, figures: Figures, ambiguous: frozenset[date]
) -> ReviewReason | None:
    date_field = extraction.date
    if date_field.value is None:
        return ReviewReason.DATE_MISSING
    if date_field.value in ambiguous:
        return ReviewReason.DATE_AMBIGUOUS
    codes = {reason.code for reason in date_field.reasons}
    if "implausible" in codes or ("long_ago" in codes and not codes & _YEAR_WITNESSES):
        return ReviewReason.DATE_IMPLAUSIBLE
    is_damaged = bool(codes & _DAMAGED_DATE) or figures.lost_points >= WORN_PRINT
    if codes & _DOUBTED_DATE or (is_damaged and not codes & DATE_WITNESSES):
        return ReviewReason.DATE_UNCERTAIN
    if date_field.confidence >= SURE_DATE:
        return None
    return ReviewReason.DATE_UNCERTAIN

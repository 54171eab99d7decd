"""Fields of an extraction made of ranked candidates, and whether they may be believed without a person."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from tillroll.reading.candidates import Candidate, confidence, ranked
from tillroll.reading.dates import find_time
from tillroll.reading.extraction import Evidence, Extraction, Field, PaymentMethod, TaxLine, Value
from tillroll.reading.figures import Figures
from tillroll.reading.money import decimal_string, minor_digits
from tillroll.reading.names import name_key
from tillroll.reading.reasons import ReviewReason
from tillroll.reading.taxes import FoundTax, TaxRow
from tillroll.reading.totals import AGREEMENTS, Coins
from tillroll.reading.transcript import Line

# The score at which a field's confidence is one half.
HALF_TOTAL: Final = 45
HALF_DATE: Final = 20
HALF_MERCHANT: Final = 24
HALF_CURRENCY: Final = 14
HALF_ADJUSTMENT: Final = 24
HALF_DETAIL: Final = 20
"""Of the way of paying and of the numbers of card, receipt and tax."""
# Nothing on a receipt repeats a name, or a date that is printed once: so many of them are misread by OCR, however clear
# label and place are. Measured on 148 photos of 97 shops: 5 % of the names differ by more than a letter or two, 1 to
# 2 % of the dates by a digit.
MOST_MERCHANT: Final = 0.97
"""Of a name that is printed twice."""
MOST_REGISTERED: Final = 0.95
"""Of a firm with legal form and number that is printed once, alone: of two names beside each other, only lines tell
which words are of which."""
MOST_ALONE: Final = 0.9
NAME_WITNESSES: Final = frozenset({"named_again", "spelt_elsewhere", "in_address_of_web", "brand_in_firm"})
"""Reasons for which a name is as good as printed twice."""
MOST_DATE: Final = 0.98
DATE_WITNESSES: Final = frozenset({"printed_again", "weekday_agrees", "digits_in_number"})
"""Reasons for which a date is as good as printed twice."""
_TIME_CONFIDENCE: Final = 0.8

_Text = Field[str]
_Day = Field[date]


def merchant_field(ranked: Sequence[Candidate[str]]) -> Field[str]:
    """The best name, if anything speaks for it. The same name printed again, or with more of it, is no rival."""
    if not ranked or ranked[0].score <= 0:
        return _Text()
    best, *others = ranked
    key = name_key(best.value)
    rivals = [other for other in others if not _same_name(key, name_key(other.value))]
    sure = min(_most(best), confidence([best, *rivals], half=HALF_MERCHANT))
    return _Text(value=best.value, evidence=best.evidence, confidence=sure, reasons=best.explained)


def _most(name: Candidate[str]) -> float:
    """How sure a name can be, by who says the same."""
    if NAME_WITNESSES & name.reasons.keys():
        return MOST_MERCHANT
    is_firm = {"has_legal_form", "registered_beside"} <= name.reasons.keys() and "beside_brand" not in name.reasons
    return MOST_REGISTERED if is_firm else MOST_ALONE


def _same_name(key: str, other: str) -> bool:
    return bool(other) and (key in other or other in key)


def date_field(ranked: Sequence[Candidate[date]]) -> Field[date]:
    """The best date; an implausible one is given too, for a person to see."""
    if not ranked:
        return _Day()
    best = ranked[0]
    sure = confidence(ranked, half=HALF_DATE)
    if not DATE_WITNESSES & best.reasons.keys():
        sure = min(MOST_DATE, sure)
    return _Day(value=best.value, evidence=best.evidence, confidence=sure, reasons=best.explained)


def amount_field(ranked: Sequence[Candidate[int]], currency: str) -> Field[str]:
    """The best total, if anything speaks for it, with the currency's digits."""
    if not ranked or ranked[0].score <= 0:
        return _Text()
    best = ranked[0]
    value = decimal_string(best.value, minor_digits(currency))
    sure = confidence(ranked, half=HALF_TOTAL)
    return _Text(value=value, evidence=best.evidence, confidence=sure, reasons=best.explained)


def tax_field(found: FoundTax | None, currency: str) -> Field[str]:
    """The tax with the currency's digits."""
    if found is None:
        return _Text()
    added = found.sum
    value = decimal_string(added.value, minor_digits(currency))
    return _Text(value=value, evidence=added.evidence, confidence=found.confidence)


def tax_lines(rows: Sequence[TaxRow], currency: str) -> tuple[TaxLine, ...]:
    """The tax by rate with the currency's digits."""
    digits = minor_digits(currency)
    return tuple(
        TaxLine(
            rate=row.rate,
            net=None if row.net is None else decimal_string(row.net, digits),
            tax=decimal_string(row.tax, digits),
            evidence=Evidence(line=row.line.index, text=row.line.text, start=row.start, end=row.end),
        )
        for row in rows
    )


def adjustment_field(candidates: Sequence[Candidate[int]], currency: str) -> Field[str]:
    """A subtotal, discount, service charge, tip or rounding with the currency's digits."""
    best = ranked(candidates)
    found = plain_field(best, half=HALF_ADJUSTMENT)
    if found.value is None:
        return _Text()
    value = decimal_string(found.value, minor_digits(currency))
    return _Text(value=value, evidence=found.evidence, confidence=found.confidence, reasons=found.reasons)


def plain_field(candidates: Sequence[Candidate[Value]], *, half: int) -> Field[Value]:
    """The best candidate as it stands, if anything speaks for it."""
    best = ranked(candidates)
    if not best or best[0].score <= 0:
        return Field()
    first = best[0]
    sure = confidence(best, half=half)
    return Field(value=first.value, evidence=first.evidence, confidence=sure, reasons=first.explained)


def currency_field(ranked: Sequence[Candidate[str]]) -> Field[str]:
    """The currency; none when two are equally likely. One that stands nowhere in print has no evidence."""
    if not ranked or (len(ranked) > 1 and ranked[0].score == ranked[1].score):
        return _Text()
    best = ranked[0]
    sure = confidence(ranked, half=HALF_CURRENCY)
    evidence = best.evidence if best.end else None
    return _Text(value=best.value, evidence=evidence, confidence=sure, reasons=best.explained)


def time_field(ranked: Sequence[Candidate[date]], lines: Sequence[Line]) -> Field[str]:
    """The time of day, HH:MM or HH:MM:SS: behind the date, else before it, else on the next of the filled `lines`."""
    if not ranked:
        return _Text()
    best = ranked[0]
    following = next((line for line in lines if line.index > best.line.index), None)
    places = [(best.line, best.end, None), (best.line, 0, best.start), *([(following, 0, None)] if following else [])]
    for line, offset, until in places:
        found = find_time(line.plain[offset:until])
        if found is not None:
            value, start, end = found
            evidence = Evidence(line=line.index, text=line.text, start=offset + start, end=offset + end)
            text = value.isoformat("seconds" if value.second else "minutes")
            return _Text(value=text, evidence=evidence, confidence=_TIME_CONFIDENCE)
    return _Text()


SURE_TOTAL: Final = 0.85
SURE_DATE: Final = 0.6
_DOUBTED_DATE: Final = frozenset({"weekday_differs", "year_put_right"})
"""Reasons for which a date is asked, however sure it looks."""
_DOUBTED_TOTAL: Final = frozenset({"before_rounding", "near_another"})
"""Reasons for which a total is asked: another amount, less than the smallest coin away, may be what was paid."""
_DOUBTED_TOGETHER: Final = frozenset({"labelled_paid", "equals_total_rounded"})
"""What was rounded is printed as what was handed over, and nowhere as a total."""
_PAID_SO: Final = frozenset({"equals_paid", "equals_paid_minus_change"})
"""Reasons for which a total was paid as it stands, though no coins pay it."""
_DAMAGED_DATE: Final = frozenset({"guessed", "uneven"})
"""Reasons for which it is asked unless a witness says the same."""
WORN_PRINT: Final = 2
"""So many amounts without their decimal point: where points are lost, digits are misread, and a date that nothing else
confirms is asked. Of 148 photos 3 are such, one of them with a wrong date; of invented receipts on worn paper, whose
dates are wrong on one in ten, those that lost any point have a wrong one on four in ten."""
SURE_CURRENCY: Final = 0.5
"""One sign of a country is not enough; a mark beside an amount is, or the account's own currency."""
SURE_MERCHANT: Final = 0.5
"""Of the better of both names: one that is likelier wrong than right is asked. One that is only probable does no harm
to the books: the page marks it."""


def doubts(extraction: Extraction, figures: Figures, ambiguous: frozenset[date]) -> tuple[str, ...]:
    """The reasons to ask a person; none when the receipt agrees with itself. Without a total the first one says so."""
    if extraction.total.value is None and extraction.date.value is None:
        return (ReviewReason.NOT_A_RECEIPT.value,)
    about = (
        _about_total(extraction, figures),
        _about_date(extraction, figures, ambiguous),
        ReviewReason.MERCHANT_MISSING if extraction.merchant.value is None else None,
        ReviewReason.MERCHANT_UNCERTAIN
        if extraction.merchant.value is not None
        and max(extraction.merchant.confidence, extraction.registered_name.confidence) < SURE_MERCHANT
        else None,
        ReviewReason.CURRENCY_UNKNOWN if extraction.currency.confidence < SURE_CURRENCY else None,
    )
    return tuple(reason.value for reason in about if reason is not None)


def _about_total(extraction: Extraction, figures: Figures) -> ReviewReason | None:
    total = extraction.total
    if total.value is None:
        return ReviewReason.TOTAL_MISSING
    if figures.vouchers:
        return ReviewReason.VOUCHER_USED
    if any(reason.code in _DOUBTED_TOTAL for reason in total.reasons):
        return ReviewReason.TOTAL_UNCERTAIN
    if {reason.code for reason in total.reasons} >= _DOUBTED_TOGETHER:
        return ReviewReason.TOTAL_UNCERTAIN
    if not _can_be_paid(extraction, figures):
        return ReviewReason.TOTAL_UNCERTAIN
    corroborated = any(reason.code in AGREEMENTS for reason in total.reasons)
    return None if corroborated and total.confidence >= SURE_TOTAL else ReviewReason.TOTAL_UNCERTAIN


def _can_be_paid(extraction: Extraction, figures: Figures) -> bool:
    """Whether coins pay the total, or it was paid as it stands. Else it may be the amount before a rounding that was
    lost or misread: what is left agrees with itself. Where what was handed over or given back is uneven too, the till
    rounds nothing."""
    total, currency = extraction.total, extraction.currency.value
    minor = int(Decimal(total.value or 0).scaleb(minor_digits(currency or "XXX")))
    coins = Coins.of(currency)
    if coins.pay(minor) or extraction.payment_method.value is PaymentMethod.CARD:
        return True
    handled = {value for value in figures.paid | figures.change if value > coins.unit < abs(value - minor)}
    return any(reason.code in _PAID_SO for reason in total.reasons) or not all(map(coins.pay, handled))


def _about_date(extraction: Extraction, figures: Figures, ambiguous: frozenset[date]) -> ReviewReason | None:
    found = extraction.date
    if found.value is None:
        return ReviewReason.DATE_MISSING
    if found.value in ambiguous:
        return ReviewReason.DATE_AMBIGUOUS
    if any(reason.code == "implausible" for reason in found.reasons):
        return ReviewReason.DATE_IMPLAUSIBLE
    codes = {reason.code for reason in found.reasons}
    is_damaged = bool(codes & _DAMAGED_DATE) or figures.lost_points >= WORN_PRINT
    if codes & _DOUBTED_DATE or (is_damaged and not codes & DATE_WITNESSES):
        return ReviewReason.DATE_UNCERTAIN
    return None if found.confidence >= SURE_DATE else ReviewReason.DATE_UNCERTAIN

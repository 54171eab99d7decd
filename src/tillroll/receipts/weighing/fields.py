"""Fields of an extraction made of ranked candidates."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from tillroll.receipts.amounts.currencies import minor_digits
from tillroll.receipts.amounts.money import decimal_string
from tillroll.receipts.dates.dates import find_time
from tillroll.receipts.extraction import Evidence, Field, TaxLine, Value
from tillroll.receipts.names.names import name_key
from tillroll.receipts.page.transcript import Line
from tillroll.receipts.sums.taxes import FoundTax, TaxRow
from tillroll.receipts.weighing.scoring import Candidate, confidence, ranked

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

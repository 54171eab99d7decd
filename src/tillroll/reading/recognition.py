"""Recognises merchants that people have confirmed, and the same purchase photographed twice. Only equal keys count,
never similarity."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from tillroll.reading import weights
from tillroll.reading.company_names import plain_id
from tillroll.reading.extraction import DocumentKind, Extraction, Field, GivenByRule, KnownAs, Reason
from tillroll.reading.reasons import ReviewReason
from tillroll.reading.vocabulary import fold

if TYPE_CHECKING:
    from tillroll.reading.receipt import Reading

_CONFUSED: Final = str.maketrans("01i58", "ollsb")
"""0 and O, 1 and l and I, 5 and S, 8 and B."""
_SHORTEST_KEY: Final = 3
_FEWEST_CATEGORIES: Final = 2
_MERCHANT_DOUBTS: Final = frozenset({ReviewReason.MERCHANT_MISSING.value, ReviewReason.MERCHANT_UNCERTAIN.value})


@dataclass(frozen=True, slots=True)
class Sightings:
    """Receipts of one account with the same merchant, spelling and tax id, as read: how many `times`, on how many a
    person `confirmed` the merchant, and `since` when (UTC)."""

    merchant: str
    spelling: str | None
    tax_id: str | None
    times: int
    confirmed: int
    since: str


@dataclass(frozen=True, slots=True)
class Recognised:
    """A merchant that the account knows, what it is known by, and how often a person confirmed that."""

    merchant: str
    known_as: KnownAs
    confirmed: int


def merchant_key(name: str) -> str:
    """Letters and digits without case and accents: equal for what is the same name."""
    return "".join(c for c in fold(name) if c.isalnum())


def look_key(name: str | None) -> str | None:
    """The same with the signs that OCR confuses made one; None for what is too short to name anybody."""
    key = merchant_key(name or "")
    return key.translate(_CONFUSED) if len(key) >= _SHORTEST_KEY else None


def recognise(name: str | None, tax_id: str | None, known: Sequence[Sightings]) -> Recognised | None:
    """The merchant that a receipt with this name and tax id is known to be of, confirmed by a person and more often
    than all others together; None where none is, or the two lead to different ones."""
    look = look_key(name)
    alike = [each for each in known if look is not None and look_key(each.spelling) == look]
    exact = [each for each in alike if merchant_key(each.spelling or "") == merchant_key(name or "")]
    # Those that look alike only where no person has confirmed any of the name itself.
    same, by = (exact, "name") if _merchants(exact) else (alike, "look_alike")
    taxed = [each for each in known if tax_id is not None and each.tax_id == tax_id]
    by_name, by_tax_id = _merchants(same), _merchants(taxed)
    leads = [each for each in (by_name, by_tax_id) if each]
    winners = [_clear_winner(each) for each in leads]
    if not winners or None in winners or len(set(winners)) > 1:
        return None
    key = winners[0]
    rows = [each for each in (same if by_name else taxed) if merchant_key(each.merchant) == key]
    known_as = KnownAs(
        by=by if by_name else "tax_id",
        times=sum(each.times for each in rows),
        since=min(each.since for each in rows),
        spelling=name,
        tax_id=tax_id if by_tax_id else None,
    )
    usual = max(rows, key=lambda each: (each.confirmed, each.times, each.merchant)).merchant
    return Recognised(usual, known_as, sum(each.confirmed for each in rows))


def _merchants(rows: Sequence[Sightings]) -> dict[str, int]:
    """How often each merchant was confirmed, by its key; those that never were do not count."""
    confirmed = Counter[str]()
    for each in rows:
        confirmed[merchant_key(each.merchant)] += each.confirmed
    return +confirmed


def _clear_winner(counts: Mapping[str, int]) -> str | None:
    """The one with more than all others together."""
    best = max(counts, key=lambda each: counts[each])
    return best if 2 * counts[best] > sum(counts.values()) else None


def with_known_merchant(reading: "Reading", found: Recognised) -> "Reading":
    """The reading with its merchant snapped. A doubt about the merchant is cleared, one about anything else never."""
    read = reading.extraction.merchant
    code = f"known_{found.known_as.by}"
    merchant = Field[str](
        value=found.merchant,
        evidence=read.evidence,
        confidence=max(read.confidence, _confidence(found.confirmed)),
        reasons=(*read.reasons, Reason(code=code, weight=weights.KNOWN_MERCHANT[code])),
    )
    extraction = reading.extraction.model_copy(update={"merchant": merchant, "known_as": found.known_as})
    reasons = tuple(reason for reason in reading.reasons if reason not in _MERCHANT_DOUBTS)
    return replace(reading, extraction=extraction, accepted=not reasons, reasons=reasons)


def _confidence(confirmed: int) -> float:
    """0.75 after one confirmation, 0.9 after four, never 1."""
    return round(1 - 1 / (2 * (confirmed + 1)), 3)


def usual_category(counts: Mapping[str, int]) -> str | None:
    """The merchant's category, of those that people chose: at least two of it, and more than all others together."""
    best = _clear_winner(counts) if counts else None
    return best if best is not None and counts[best] >= _FEWEST_CATEGORIES else None


def with_category(reading: "Reading", category: str, times: int) -> "Reading":
    """The reading with the merchant's usual category proposed."""
    field = _known(category, "usual_category", _confidence(times))
    return replace(reading, extraction=reading.extraction.model_copy(update={"category": field}))


def with_rule(reading: "Reading", rule: str, gives: dict[str, Any], category: str | None) -> "Reading":
    """The reading with what a rule of the account gives it. A category by a rule goes before the usual one."""
    update: dict[str, object] = {"rule": GivenByRule(rule=rule, **gives)}
    if category is not None:
        update["category"] = _known(category, "rule", 1.0)
    return replace(reading, extraction=reading.extraction.model_copy(update=update))


def _known(value: str, code: str, confidence: float) -> Field[str]:
    reasons = (Reason(code=code, weight=weights.KNOWN_MERCHANT[code]),)
    return Field[str](value=value, confidence=confidence, reasons=reasons)


def read_name(extraction: Extraction | None) -> str | None:
    if extraction is None:
        return None
    if extraction.known_as is not None:
        return extraction.known_as.spelling
    return extraction.merchant.value


_NUMBERED: Final = frozenset({DocumentKind.INVOICE.value, DocumentKind.CREDIT_NOTE.value})


def duplicate_key(merchant: str, date: date, total_minor: int, currency: str) -> str:
    """A key that is equal for the same purchase."""
    return f"{merchant_key(merchant)}|{date.isoformat()}|{currency}|{total_minor}"


def has_other_number(kind: str | None, number: str | None, other_kind: str | None, other_number: str | None) -> bool:
    """Whether both are invoices or credit notes with different numbers. That of a till's receipt may be misread."""
    if kind not in _NUMBERED or other_kind not in _NUMBERED or not number or not other_number:
        return False
    return plain_id(number) != plain_id(other_number)

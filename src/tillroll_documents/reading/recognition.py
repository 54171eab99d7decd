"""Recognises merchants that people have confirmed, and the same purchase photographed twice. Only
equal keys count, never similarity.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from tillroll_documents.reading import weights
from tillroll_documents.reading.extraction import (
    DocumentKind,
    Extraction,
    Field,
    GivenByRule,
    KnownAs,
    Reason,
)
from tillroll_documents.reading.reasons import UNSURE_MERCHANT, InvoiceReason, ReviewReason
from tillroll_documents.reading.text.company_names import plain_id
from tillroll_documents.reading.text.folding import (
    fold,
)

if TYPE_CHECKING:
    from tillroll_documents.reading.receipt import Reading

_CONFUSED: Final = str.maketrans("01i58", "ollsb")
"""0 and O, 1 and l and I, 5 and S, 8 and B."""
_SHORTEST_KEY: Final = 3
_FEWEST_CATEGORIES: Final = 2
_MERCHANT_DOUBTS: Final = frozenset({ReviewReason.MERCHANT_MISSING.value, *UNSURE_MERCHANT})
_SELLER_DOUBTS: Final = frozenset(
    {InvoiceReason.SELLER_UNCONFIRMED.value, InvoiceReason.BUYER_UNKNOWN.value}
)
_ENOUGH_SIGNS: Final = 2


@dataclass(frozen=True, slots=True)
class Sightings:
    """Receipts of one account with the same merchant, spelling, tax id, IBAN and contact, as read:
    how many `times`, on how many a person `confirmed` the merchant, and `since` when (UTC).
    """

    merchant: str
    spelling: str | None
    tax_id: str | None
    times: int
    confirmed: int
    since: str
    iban: str | None = None
    contact: str | None = None


@dataclass(frozen=True, slots=True)
class Recognised:
    """A merchant that the account knows, what it is known by, how often a person confirmed that,
    and how many `signs` of its own the paper has: its name, tax id, IBAN, contact.
    """

    merchant: str
    known_as: KnownAs
    confirmed: int
    signs: int = 0


@lru_cache(maxsize=1_000)
def merchant_key(name: str) -> str:
    """Letters and digits without case and accents: equal for what is the same name."""
    return "".join(c for c in fold(name) if c.isalnum())


def look_key(name: str | None) -> str | None:
    """The key of a name with the signs that OCR confuses made one; None for what is too short to
    name anybody.
    """
    key = merchant_key(name or "")
    if len(key) >= _SHORTEST_KEY:
        return key.translate(_CONFUSED)
    return None


def recognise(
    name: str | None, tax_id: str | None, sightings: Sequence[Sightings]
) -> Recognised | None:
    """The merchant that a receipt with this name and tax id is known to be of, confirmed by a
    person and more often than all others together; None where none is, or the two lead to different
    ones.
    """
    look = look_key(name)
    alike = [each for each in sightings if look is not None and look_key(each.spelling) == look]
    exact = [
        each for each in alike if merchant_key(each.spelling or "") == merchant_key(name or "")
    ]
    # Those that look alike only where no person has confirmed any of the name itself.
    same, by = (exact, "name") if _merchants(exact) else (alike, "look_alike")
    taxed = [each for each in sightings if tax_id is not None and each.tax_id == tax_id]
    by_name = _merchants(same)
    by_tax_id = _merchants(taxed)
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
    # What was misread of one issuer's paper is misread of another's too: it leads there, and
    # confirms nothing.
    signs = bool(by_tax_id) + (bool(by_name) and _is_of(name or "", usual))
    return Recognised(usual, known_as, confirmed=sum(each.confirmed for each in rows), signs=signs)


@dataclass(frozen=True, slots=True)
class Marks:
    """What a paper shows of its issuer beside name and tax id; `text` is all of it."""

    iban: str | None = None
    contact: str | None = None
    text: str = ""

    @classmethod
    def of(cls, extraction: Extraction, text: str) -> "Marks":
        return cls(plain_iban(extraction), extraction.contact.value, text)


def plain_iban(extraction: Extraction | None) -> str | None:
    """The account that an invoice is to be paid into, without spaces."""
    if extraction is None or not extraction.iban.value:
        return None
    return plain_id(extraction.iban.value)


def with_marks(
    recognised: Recognised, marks: Marks, sightings: Sequence[Sightings], *, is_doubted: bool
) -> Recognised | None:
    """What was recognised by name or tax id, with those of the marks that lead there too. Where a
    person is asked who it is, None if a mark speaks against it: what was misread of one issuer's
    paper may be misread of another's.
    """
    key = merchant_key(recognised.merchant)
    of_iban, of_contact = _marked(marks, sightings)
    if (of_iban | of_contact) - {key} or _is_against(key, marks, sightings):
        if is_doubted:
            return None
        return recognised
    iban = marks.iban if of_iban else None
    contact = marks.contact if of_contact else None
    known_as = recognised.known_as.model_copy(update={"iban": iban, "contact": contact})
    return replace(
        recognised,
        known_as=known_as,
        signs=recognised.signs + (iban is not None) + (contact is not None),
    )


def recognise_by_marks(
    name: str | None, tax_id: str | None, marks: Marks, sightings: Sequence[Sightings]
) -> Recognised | None:
    """The merchant that all confirmed papers with this IBAN or contact are of; None where anything
    leads elsewhere. Several sellers may share a bank account, a platform's web address or a
    building's telephone.
    """
    of_iban, of_contact = _marked(marks, sightings)
    leads = of_iban | of_contact
    look = look_key(name)
    named = _merchants([each for each in sightings if _shares(look_key(each.spelling), look)])
    taxed = _merchants([each for each in sightings if _shares(each.tax_id, tax_id)])
    clear = [_clear_winner(each) for each in (named, taxed) if each]
    winners = {winner for winner in clear if winner}
    if len(leads) != 1 or winners - leads or _is_against(next(iter(leads)), marks, sightings):
        return None
    marked = (
        each
        for each in sightings
        if _shares(each.iban, marks.iban) or _shares(each.contact, marks.contact)
    )
    rows = [each for each in marked if merchant_key(each.merchant) in leads]
    usual = max(rows, key=lambda each: (each.confirmed, each.times, each.merchant)).merchant
    known_as = KnownAs(
        by="iban" if of_iban else "contact",
        times=sum(each.times for each in rows),
        since=min(each.since for each in rows),
        spelling=name,
        tax_id=None,
        iban=marks.iban if of_iban else None,
        contact=marks.contact if of_contact else None,
    )
    # A web address often has the name in it, so the print of the name is no second sign beside it.
    is_printed = bool(of_iban) and merchant_key(usual) in merchant_key(marks.text)
    signs = bool(of_iban) + bool(of_contact) + is_printed
    return Recognised(usual, known_as, confirmed=sum(each.confirmed for each in rows), signs=signs)


def _is_against(key: str, marks: Marks, sightings: Sequence[Sightings]) -> bool:
    """Whether all confirmed papers of the merchant have an IBAN or a contact, and this one has
    another.
    """
    confirmed = [
        each for each in sightings if each.confirmed and merchant_key(each.merchant) == key
    ]
    owners = (
        (marks.iban, {each.iban for each in confirmed}),
        (marks.contact, {each.contact for each in confirmed}),
    )
    return any(
        value is not None and None not in those and value not in those for value, those in owners
    )


def _is_of(name: str, merchant: str) -> bool:
    """Whether one is the other, or has it within, as a firm has its brand."""
    one, other = sorted((merchant_key(name), merchant_key(merchant)), key=len)
    return len(one) >= _SHORTEST_KEY and one in other


def _marked(
    marks: Marks, sightings: Sequence[Sightings]
) -> tuple[AbstractSet[str], AbstractSet[str]]:
    """The merchants, by their keys, that IBAN and contact lead to."""
    return (
        _merchants([each for each in sightings if _shares(each.iban, marks.iban)]).keys(),
        _merchants([each for each in sightings if _shares(each.contact, marks.contact)]).keys(),
    )


def _shares(one: str | None, other: str | None) -> bool:
    return one is not None and one == other


def _merchants(rows: Sequence[Sightings]) -> dict[str, int]:
    """How often each merchant was confirmed, by its key; those that never were do not count."""
    confirmed = Counter[str]()
    for each in rows:
        confirmed[merchant_key(each.merchant)] += each.confirmed
    return +confirmed


def _clear_winner(counts: Mapping[str, int]) -> str | None:
    """The one with more than all others together."""
    best = max(counts, key=lambda each: counts[each])
    if 2 * counts[best] > sum(counts.values()):
        return best
    return None


def doubts_merchant(reading: "Reading") -> bool:
    """Whether a person is asked who the merchant is."""
    return not (_MERCHANT_DOUBTS | _SELLER_DOUBTS).isdisjoint(reading.reasons)


def with_known_merchant(reading: "Reading", recognised: Recognised) -> "Reading":
    """The reading with its merchant snapped. A doubt about the merchant is cleared, one about
    anything else never. By IBAN or contact alone the name is only filled in. That nothing confirms
    an invoice's seller, or tells it from the buyer, is cleared by two signs.
    """
    read = reading.extraction.merchant
    is_by_mark = recognised.known_as.by in {"iban", "contact"}
    has_two = recognised.signs >= _ENOUGH_SIGNS
    code = f"known_{recognised.known_as.by}"
    merchant = Field[str](
        value=recognised.merchant,
        evidence=read.evidence,
        confidence=max(read.confidence, _confidence(recognised.confirmed)),
        reasons=(*read.reasons, Reason(code=code, weight=weights.KNOWN_MERCHANT[code])),
    )
    update: dict[str, object] = {"merchant": merchant, "known_as": recognised.known_as}
    if is_by_mark and reading.extraction.registered_name.value == read.value:
        update["registered_name"] = Field[str]()  # it was the same mistake
    buyer = reading.extraction.buyer.value
    if (
        has_two
        and InvoiceReason.BUYER_UNKNOWN.value in reading.reasons
        and _is_of(buyer or "", recognised.merchant)
    ):
        update["buyer"] = Field[str]()  # the seller was taken for it
    extraction = reading.extraction.model_copy(update=update)
    cleared = _SELLER_DOUBTS if has_two else frozenset[str]()
    if has_two or not is_by_mark:
        cleared |= _MERCHANT_DOUBTS
    reasons = tuple(_asked(reason) for reason in reading.reasons if reason not in cleared)
    return replace(reading, extraction=extraction, accepted=not reasons, reasons=reasons)


def _asked(reason: str) -> str:
    """The reason where a name is filled in."""
    if reason == ReviewReason.MERCHANT_MISSING.value:
        return ReviewReason.MERCHANT_UNCERTAIN.value
    return reason


def _confidence(confirmed: int) -> float:
    """0.75 after one confirmation, 0.9 after four, never 1."""
    return round(1 - 1 / (2 * (confirmed + 1)), 3)


def usual_category(counts: Mapping[str, int]) -> str | None:
    """The merchant's category, of those that people chose: at least two of it, and more than all
    others together.
    """
    best = _clear_winner(counts) if counts else None
    if best is not None and counts[best] >= _FEWEST_CATEGORIES:
        return best
    return None


def with_category(reading: "Reading", category: str, times: int) -> "Reading":
    """The reading with the merchant's usual category proposed."""
    field = _known(category, "usual_category", _confidence(times))
    return replace(reading, extraction=reading.extraction.model_copy(update={"category": field}))


def with_rule(
    reading: "Reading", rule: str, gives: dict[str, Any], category: str | None
) -> "Reading":
    """The reading with what a rule of the account gives it. A category by a rule goes before the
    usual one.
    """
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


def has_other_number(
    kind: str | None, number: str | None, other_kind: str | None, other_number: str | None
) -> bool:
    """Whether both are invoices or credit notes with different numbers. That of a till's receipt
    may be misread.
    """
    if kind not in _NUMBERED or other_kind not in _NUMBERED or not number or not other_number:
        return False
    return plain_id(number) != plain_id(other_number)

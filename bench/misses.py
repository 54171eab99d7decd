"""Why a value was missed: by OCR, by the rules, or by the truth."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bench.labelled_transcripts import NEAR, Receipt, similarity
from bench.truth import merchant_key
from tillroll_documents.reading.languages import Concept
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.receipt import Reading
from tillroll_documents.reading.text.amounts import NumberStyle
from tillroll_documents.reading.text.dates import find_dates
from tillroll_documents.reading.text.vocabulary import find_concepts
from tillroll_documents.reading.totals.labels import label_amounts

FIELDS = ("merchant", "date", "total")
_PAID = frozenset({"equals_paid_minus_change", "equals_paid"})
_OF_OWNERS = frozenset({"en", "ms"})
"""The languages of the truths."""


class Kind(StrEnum):
    """Where a miss comes from."""

    OCR = "ocr"
    """The true value does not stand in the transcript."""
    TRUTH = "truth"
    """What was read is what was paid, or what the truths of the same shop's other receipts say; or
    the truth joins the brand and the firm, which were read as two names.
    """
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class Miss:
    """A wrong value of one field."""

    receipt: str
    field: str
    kind: Kind
    read: str
    truth: str
    accepted: bool
    """Whether it went through without a person: never to happen with a date or a total."""


def right(receipt: Receipt, reading: Reading) -> dict[str, bool]:
    """Which fields are right, and whether the merchant is near: either name, as a truth names one
    of both. `joined` and `joined_near` are the same where a truth may also join them, or begin with
    the words that lead to the owner.
    """
    got, truth = reading.extraction, receipt.truth
    names = [name for name in (got.merchant.value, got.registered_name.value) if name]
    printed = _without_owner_words(truth.merchant)
    joined = [*names, " ".join(names)]
    return {
        "merchant": truth.shop in map(merchant_key, names),
        "date": got.date.value == truth.day,
        "total": got.total.value is not None and Decimal(got.total.value) == truth.total,
        "near": any(similarity(name, truth.merchant) >= NEAR for name in names),
        "joined": merchant_key(printed) in map(merchant_key, joined),
        "joined_near": any(similarity(name, printed) >= NEAR for name in joined),
    }


def _without_owner_words(name: str) -> str:
    """The truth's name without "OWNED BY" and its like, which some truths copy from the paper."""
    for found in reversed(find_concepts(name, _OF_OWNERS)):
        if found.concept is Concept.OWNED_BY:
            name = name[: found.start] + name[found.end :]
    return name


def find_misses(read: Iterable[tuple[Receipt, Reading]]) -> list[Miss]:
    """Every wrong value with its kind, in the order of the fields."""
    pairs = list(read)
    known = {
        merchant_key(r.extraction.merchant.value or "")
        for receipt, r in pairs
        if right(receipt, r)["merchant"]
    }
    return [
        Miss(
            receipt.name,
            field,
            _kind(field, receipt, reading, known),
            str(getattr(reading.extraction, field).value),
            str(
                {
                    "merchant": receipt.truth.merchant,
                    "date": receipt.truth.day,
                    "total": receipt.truth.total,
                }[field]
            ),
            reading.accepted,
        )
        for field in FIELDS
        for receipt, reading in pairs
        if not right(receipt, reading)[field]
    ]


def _kind(field: str, receipt: Receipt, reading: Reading, known: set[str]) -> Kind:
    page = Page.of(receipt.transcript)
    if field == "merchant":
        is_known = merchant_key(reading.extraction.merchant.value or "") in known
        stands = receipt.truth.shop in merchant_key(receipt.transcript.text)
        is_truth = is_known or right(receipt, reading)["joined"]
        return Kind.TRUTH if is_truth else Kind.RULE if stands else Kind.OCR
    if field == "date":
        days = {
            day
            for line in page.lines
            for found in find_dates(line.plain, page.months)
            for day in found.readings.values()
        }
        return Kind.RULE if receipt.truth.day in days else Kind.OCR
    if any(reason.code in _PAID for reason in reading.extraction.total.reasons):
        return Kind.TRUTH
    amounts = label_amounts(
        page, NumberStyle.of(page.lines, reading.extraction.currency.value or "XXX")
    )
    stands = any(Decimal(item.amount.minor).scaleb(-2) == receipt.truth.total for item in amounts)
    return Kind.RULE if stands else Kind.OCR

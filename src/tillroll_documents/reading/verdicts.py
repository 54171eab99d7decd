"""Whether what was read of a document is what a person confirmed. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from tillroll_documents.reading.extraction import Extraction
from tillroll_documents.reading.recognition import merchant_key
from tillroll_documents.reading.text.company_names import plain_id


class Verdict(StrEnum):
    """What a reader's value of a field is worth."""

    RIGHT = "right"
    WRONG = "wrong"
    SILENT = "silent"
    """It has none that is printed."""


def values_of(extraction: Extraction) -> dict[str, str]:
    """What the rules read, by the names of a model's answer."""
    day = extraction.date.value
    read = {
        "merchant": extraction.merchant.value,
        "date": None if day is None else day.isoformat(),
        "total": extraction.total.value,
        "tax": extraction.tax.value,
        "currency": extraction.currency.value,
        "number": extraction.receipt_number.value,
    }
    return {name: value for name, value in read.items() if value is not None}


def held(read: Mapping[str, str], truth: Mapping[str, str], firm: str | None) -> dict[str, Verdict]:
    """Judge each field of the truth. A merchant is right under its own name or its `firm`'s, in
    part or with more.
    """
    return {
        name: _verdict(name, read.get(name), truth=value, firm=firm)
        for name, value in truth.items()
    }


def _verdict(name: str, read: str | None, truth: str, firm: str | None) -> Verdict:
    if read is None:
        return Verdict.SILENT
    match name:
        case "merchant":
            key = merchant_key(read)
            names = [merchant_key(each) for each in (truth, firm) if each]
            is_right = bool(key) and any(key in each or each in key for each in names if each)
        case "number":
            is_right = plain_id(read) == plain_id(truth)
        case "total" | "tax":
            # a credit note prints it either way
            is_right = read.removeprefix("-") == truth.removeprefix("-")
        case _:
            is_right = read == truth
    if is_right:
        return Verdict.RIGHT
    return Verdict.WRONG

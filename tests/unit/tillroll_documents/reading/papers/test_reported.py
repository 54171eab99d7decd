"""Papers after public bug reports and published forms, in words of our own: `reported/truth.json` says what each must come
to, and after what it was made."""

import json
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest

from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.invoices.printed import read_printed
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.receipt import Reading, read_page

_FOLDER: Final = Path(__file__).parent / "reported"
_TRUTHS: Final[dict[str, dict[str, Any]]] = json.loads(
    (_FOLDER / "truth.json").read_text(encoding="utf-8")
)
_TODAY: Final = date(2026, 11, 27)


def _read(name: str) -> Reading:
    truth = _TRUTHS[name]
    text = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    page = Page.of(Transcript.from_text(text))
    reading = None
    if truth["digital"]:
        reading = read_printed(page, default_currency=truth["currency"], today=_TODAY)
    return reading or read_page(page, default_currency=truth["currency"], today=_TODAY)


def _wrong(name: str, reading: Reading) -> dict[str, object]:
    """The fields that were read otherwise than the truth says, with what was read."""
    read = reading.extraction
    values = {
        "total": read.total.value,
        "date": str(read.date.value),
        "currency": read.currency.value,
    }
    expected = dict(_TRUTHS[name].get("expect", {}))
    part = expected.pop("merchant_contains", "")
    wrong: dict[str, object] = {
        field: values[field] for field in expected if values[field] != expected[field]
    }
    if part.casefold() not in (read.merchant.value or "").casefold():
        wrong["merchant"] = read.merchant.value
    return wrong


@pytest.mark.parametrize("name", _TRUTHS)
def test_a_reported_paper_comes_to_what_it_must(name: str) -> None:
    reading = _read(name)
    wrong = _wrong(name, reading)
    match _TRUTHS[name]["must"]:
        case "asked":
            assert not reading.accepted
        case "right_or_asked":
            assert not (reading.accepted and wrong), wrong
        case "proposed":
            assert not wrong
        case must:
            assert must == "accepted"
            assert reading.accepted, reading.reasons
            assert not wrong

"""Two papers of one day, total and currency: of one purchase, or of two.

The pairs were written after what tills, ticket machines, taxis, hotels and e-receipts of 22
countries print, before the rule was opened. In `pairs.txt` a paper stands below `@paper NAME
CURRENCY`; each `@same` and `@other` says how the second paper differs, a line `printed => instead`
each, where nothing behind the arrow leaves the line out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from tillroll.expenses.duplicates.same_purchase import Paper, is_same_purchase
from tillroll_documents.reading import recognition
from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.merchants.contacts import find_contact
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.receipt import read_page
from tillroll_documents.reading.text.company_names import Own

_FILE: Final = Path(__file__).parent / "pairs.txt"
_TODAY: Final = date(2026, 11, 27)
_LEAST: Final = 120


@dataclass(frozen=True, slots=True)
class Pair:
    """The texts of two papers, and whether they are of one purchase."""

    name: str
    currency: str
    first: str
    second: str
    is_same: bool


def _pairs() -> Iterator[Pair]:
    blocks = re.split(r"(?m)^@paper ", _FILE.read_text(encoding="utf-8"))[1:]
    for block in blocks:
        head, *variants = re.split(r"(?m)^(?=@(?:same|other) )", block)
        title, _, text = head.partition("\n")
        name, _, currency = title.rpartition(" ")
        first = text.strip()
        for variant in variants:
            kind, _, changes = variant.partition("\n")
            yield Pair(
                name=f"{name}: {kind}",
                currency=currency,
                first=first,
                second=_changed(first, changes),
                is_same=kind.startswith("@same"),
            )


def _changed(text: str, changes: str) -> str:
    """The text with its lines changed. Raises ValueError for a line that it does not have."""
    lines = text.split("\n")
    for change in changes.strip("\n").split("\n"):
        if not change.strip():
            continue
        printed, _, instead = change.partition(" =>")
        lines[lines.index(printed)] = instead.strip()
    return "\n".join(line for line in lines if line)


@cache
def _paper(text: str, currency: str) -> Paper:
    """What the receipt workflow compares of a photo with this text."""
    page = Page.of(Transcript.from_text(text))
    read = read_page(page, default_currency=currency, today=_TODAY).extraction
    names = (read.merchant.value, recognition.read_name(read), read.registered_name.value)
    return Paper(
        names=frozenset(filter(None, names)),
        tax_id=read.tax_id.value,
        contact=find_contact(page, Own(), read.buyer.value).value,
        number=read.receipt_number.value,
        time=read.time.value,
        kind=read.document_kind.value and read.document_kind.value.value,
    )


PAIRS: Final = tuple(_pairs())


def test_there_are_pairs_of_each_kind() -> None:
    assert len(PAIRS) >= _LEAST
    assert {pair.is_same for pair in PAIRS} == {True, False}


@pytest.mark.parametrize("is_same", [True, False])
def test_only_papers_of_one_purchase_are_asked_about(*, is_same: bool) -> None:
    wrong = [
        pair.name
        for pair in PAIRS
        if pair.is_same == is_same
        and is_same_purchase(_paper(pair.first, pair.currency), _paper(pair.second, pair.currency))
        != is_same
    ]
    assert wrong == []

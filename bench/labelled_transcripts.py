"""Transcripts of receipts with what a person read on them, and how near two names are."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher
from pathlib import Path

from bench.truth import merchant_key, read_date, read_total
from tillroll_documents.reading.extraction import Transcript

NEAR = 0.9
"""Names at least this similar are the same to a person (difflib's ratio of their letters and
digits).
"""


@dataclass(frozen=True, slots=True)
class Truth:
    """What a person read on a receipt."""

    merchant: str
    day: date
    total: Decimal

    @property
    def shop(self) -> str:
        """The merchant's letters and digits: what receipts of one shop share."""
        return merchant_key(self.merchant)


@dataclass(frozen=True, slots=True)
class Receipt:
    """A transcript with its truth."""

    name: str
    transcript: Transcript
    truth: Truth


def load(folder: Path, truth_file: Path) -> list[Receipt]:
    """The transcripts (ID.txt) of a folder whose three truths are known, by name. Raises ValueError
    for a truth in an odd form.
    """
    truths: Mapping[str, Mapping[str, str]] = json.loads(truth_file.read_text(encoding="utf-8"))
    whole = {
        name: truth
        for name, truth in truths.items()
        if {"company", "date", "total"} <= truth.keys()
    }
    return [
        Receipt(
            path.stem,
            Transcript.from_text(path.read_text(encoding="utf-8")),
            _truth(whole[path.stem]),
        )
        for path in sorted(folder.glob("*.txt"))
        if path.stem in whole
    ]


def similarity(one: str, other: str) -> float:
    """Of two names, 0 to 1."""
    return SequenceMatcher(None, merchant_key(one), merchant_key(other), autojunk=False).ratio()


def _truth(raw: Mapping[str, str]) -> Truth:
    day, total = read_date(raw["date"]), read_total(raw["total"])
    if day is None or total is None:
        raise ValueError(f"a truth cannot be read: {raw}")
    return Truth(raw["company"], day, total)

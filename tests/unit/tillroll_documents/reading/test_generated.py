"""Generated receipts of many locales and layouts are read back, and slips of OCR never make a wrong
total accepted.
"""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.generated import TODAY, print_receipts
from bench.slips import misread, rearranged
from tests.support.campaigns import of_campaign
from tests.unit.tillroll_documents.reading.printing import Printed, receipts
from tillroll_documents.money import Money
from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.receipt import read

pytestmark = pytest.mark.campaign
COUNT = of_campaign(1_000)
"""The whole thousand is so many that the shares differ by less than their bars do from what five
seeds give (docs/benchmarks.md).
"""
SLIPS = {
    "0": "OD",
    "O": "0",
    "1": "lI",
    "l": "1",
    "I": "1",
    "5": "S",
    "S": "5",
    "8": "B",
    "B": "8",
    "6": "G8",
    "3": "8",
}


def decimal(minor: int, printed: Printed) -> str:
    return Money(minor, printed.locale.currency).to_decimal_string()


@settings(max_examples=of_campaign(150))
@given(receipts())
def test_a_printed_receipt_is_read_back(printed: Printed) -> None:
    reading = read(Transcript.from_text(printed.text))
    got = reading.extraction
    assert got.merchant.value == printed.merchant
    assert got.date.value == printed.day
    assert got.total.value == decimal(printed.total, printed)
    assert got.tax.value == decimal(printed.tax, printed)
    assert got.currency.value == printed.locale.currency
    assert reading.accepted, reading.reasons


@settings(max_examples=of_campaign(300))
@given(receipts(), st.randoms(use_true_random=False), st.sampled_from([0.0, 0.01, 0.03]))
def test_one_wrong_digit_never_makes_a_wrong_total_accepted(
    printed: Printed, chance: random.Random, rate: float
) -> None:
    characters = [_misread(c, chance) if chance.random() < rate else c for c in printed.text]
    digits = [place for place, c in enumerate(printed.text) if c.isdigit()]
    characters[chance.choice(digits)] = chance.choice("0123456789")
    reading = read(Transcript.from_text("".join(characters)))
    if reading.accepted:
        assert reading.extraction.total.value == decimal(printed.total, printed)


@pytest.mark.parametrize(("rate", "share"), [(0.002, 0.995), (0.01, 0.98)])
def test_of_many_layouts_with_slips_what_is_accepted_is_right(rate: float, share: float) -> None:
    chance = random.Random(7)
    accepted = right = 0
    for printed in print_receipts(COUNT, seed=1):
        text = misread(rearranged(printed.text, chance), chance, rate)
        reading = read(Transcript.from_text(text), today=TODAY)
        if reading.accepted:
            assert reading.extraction.total.value == decimal(printed.total, printed)
            accepted += 1
            right += reading.extraction.date.value == printed.day
    assert accepted >= 0.8 * COUNT
    assert right >= share * accepted


def _misread(c: str, chance: random.Random) -> str:
    """A letter's look-alike, or nothing; digits, signs and line ends stay."""
    if not c.isalpha():
        return c
    return chance.choice(SLIPS.get(c, c)) if chance.random() < 0.7 else ""

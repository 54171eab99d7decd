"""Photos of one long receipt are told, and their order; receipts that stand by themselves
are not.
"""

import random

import pytest

from bench.slips import misread
from tests.support.campaigns import of_campaign
from tests.unit.tillroll_documents.reading.printing import print_receipt
from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.pieces.continuing import Photo, parts_of_one
from tillroll_documents.reading.receipt import read


def photo(name: str, text: str) -> Photo:
    found = read(Transcript.from_text(text)).extraction
    return Photo(name, text, found.merchant.confidence >= 0.5, found.total.confidence >= 0.5)


def receipts(count: int, fewest_lines: int = 1) -> list[list[str]]:
    chance = random.Random(count)
    return [
        lines
        for _ in range(count)
        if len(lines := print_receipt(chance).text.split("\n")) >= fewest_lines
    ]


def test_photos_that_overlap_are_told_in_the_order_of_the_paper() -> None:
    chance = random.Random(1)
    for lines in receipts(60, 14):
        half = len(lines) // 2
        above, below = ("\n".join(each) for each in (lines[: half + 3], lines[half:]))
        photos = [
            photo("below", misread(below, chance, 0.01)),
            photo("above", misread(above, chance, 0.01)),
        ]
        for own in ("above", "below"):
            assert parts_of_one(photos, own) == ["above", "below"], lines


def test_three_photos_are_one() -> None:
    for lines in receipts(60, 18):
        third = len(lines) // 3
        cut = (lines[: third + 2], lines[third : 2 * third + 2], lines[2 * third :])
        photos = [photo(str(at), "\n".join(part)) for at, part in enumerate(cut)]
        assert parts_of_one(photos, "1") == ["0", "1", "2"]


def test_a_head_without_a_total_goes_on_with_a_total_without_a_head() -> None:
    photos = [
        Photo("other", "x", has_head=True, has_total=True),
        Photo("head", "x", has_head=True, has_total=False),
        Photo("middle", "x", has_head=False, has_total=False),
        Photo("end", "x", has_head=False, has_total=True),
        Photo("late", "x", has_head=False, has_total=True),
    ]
    for own in ("head", "middle", "end"):
        assert parts_of_one(photos, own) == ["head", "middle", "end"]
    for own in ("other", "late"):
        assert parts_of_one(photos, own) == []


@pytest.mark.campaign
def test_whole_receipts_are_no_parts() -> None:
    lines = receipts(of_campaign(90))
    for at in range(0, len(lines) - 2, 3):
        photos = [photo(str(number), "\n".join(lines[at + number])) for number in range(3)]
        assert parts_of_one(photos, "1") == []


@pytest.mark.campaign
@pytest.mark.parametrize("rate", [0.0, 0.01])
def test_twice_the_same_receipt_are_no_parts(rate: float) -> None:
    chance = random.Random(2)
    for lines in receipts(of_campaign(40)):
        twice = [photo(name, misread("\n".join(lines), chance, rate)) for name in ("one", "other")]
        assert parts_of_one(twice, "one") == []


def test_a_photo_without_text_is_no_part() -> None:
    photos = [Photo(name, "", has_head=False, has_total=False) for name in ("one", "other")]
    assert parts_of_one(photos, "one") == []

"""The genuine OCR on receipts drawn here: what is printed is what is read, whichever way the photo is turned."""

from __future__ import annotations

import re
from typing import Literal

import pytest

from local.ai.images import UndecodableImageError
from local.ai.recognition import Recogniser
from tests.support.drawing import draw_receipt

LINES = [
    "KEDAI BUKU HARAPAN SDN BHD",
    "12 Jalan Bunga, 50000 Kuala Lumpur",
    "Date: 14/02/2026  09:31",
    "Exercise book  2  7.80",
    "Fountain pen  1  41.20",
    "TOTAL RM  49.00",
    "CASH  50.00",
    "CHANGE  1.00",
    "Thank you, come again",
]


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return Recogniser()


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_a_receipt_is_read_line_by_line_from_any_side(recogniser: Recogniser, turned: Literal[0, 90, 180, 270]) -> None:
    transcript = recogniser.read(draw_receipt(LINES, rotate=turned, noise_seed=1))
    assert [re.split(r"\s{2,}", line) for line in transcript.splitlines()] == [line.split("  ") for line in LINES]


@pytest.mark.parametrize("image_format", ["PNG", "WEBP"])
def test_other_formats_are_read(recogniser: Recogniser, image_format: Literal["PNG", "WEBP"]) -> None:
    assert "49.00" in recogniser.read(draw_receipt(LINES, image_format=image_format))


def test_blank_paper_has_an_empty_transcript(recogniser: Recogniser) -> None:
    assert recogniser.read(draw_receipt([])) == ""


def test_what_is_no_image_is_refused(recogniser: Recogniser) -> None:
    with pytest.raises(UndecodableImageError):
        recogniser.read(b"no image")

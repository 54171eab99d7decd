"""The genuine OCR on receipts drawn here: what is printed is what is read, whichever way the photo
is turned.
"""

from __future__ import annotations

import re
from typing import Literal

import pytest

from local.ai.boxes import UNIT
from local.ai.images import UndecodableImageError
from local.ai.recognition import Recogniser
from tests.support.campaigns import of_campaign
from tests.support.drawing import FONT_SIZE, LINE_HEIGHT, MARGIN, draw_receipt

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


WIDTH = 600
HEIGHT = 2 * MARGIN + LINE_HEIGHT * len(LINES)


def back(x: int, y: int, turned: int) -> tuple[float, float]:
    """Pixels, in the picture as it was drawn, of a point in the one that was turned clockwise by so
    many degrees.
    """
    across, down = x / UNIT, y / UNIT
    for _ in range(turned // 90):
        across, down = down, 1 - across
    return WIDTH * across, HEIGHT * down


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return Recogniser()


@pytest.mark.campaign
@pytest.mark.parametrize("turned", [90, 0, 180, 270][: of_campaign(4)])
def test_a_receipt_is_read_line_by_line_from_any_side(
    recogniser: Recogniser, turned: Literal[0, 90, 180, 270]
) -> None:
    text, words = recogniser.read(draw_receipt(LINES, rotate=turned, noise_seed=1))
    assert [re.split(r"\s{2,}", line) for line in text.splitlines()] == [
        line.split("  ") for line in LINES
    ]
    # Each word's box holds the middle of the word as it was drawn, and hardly more than its line.
    for line, start, end, *corners in words:
        word = text.split("\n")[line][start:end]
        across, down = zip(
            *(back(x, y, turned) for x, y in zip(corners[::2], corners[1::2], strict=True)),
            strict=True,
        )
        middle = MARGIN + line * LINE_HEIGHT + FONT_SIZE / 2
        assert min(down) < middle < max(down), word
        assert max(down) - min(down) < 1.7 * LINE_HEIGHT, word
        if word == "49.00":
            assert WIDTH - MARGIN - 90 < min(across) < WIDTH - MARGIN - 50
            assert abs(max(across) - (WIDTH - MARGIN)) < 15
        if word == "14/02/2026":
            assert MARGIN + 45 < min(across) < MARGIN + 75
            assert max(across) < MARGIN + 230
    assert len(words) == sum(len(line.split()) for line in LINES)


@pytest.mark.campaign
@pytest.mark.parametrize(
    ("turned", "lean"), [(90, 8), (0, 10), (270, -8), (180, -10)][: of_campaign(4)]
)
def test_a_receipt_that_leans_is_read_too(
    recogniser: Recogniser, turned: Literal[0, 90, 180, 270], lean: int
) -> None:
    text = recogniser.read(draw_receipt(LINES, rotate=turned, lean=lean, noise_seed=1)).text
    # A digit that stands alone may be lost.
    assert [word for word in text.split() if len(word) > 1] == [
        w for w in " ".join(LINES).split() if len(w) > 1
    ]


@pytest.mark.parametrize("image_format", ["PNG", "WEBP"])
def test_other_formats_are_read(
    recogniser: Recogniser, image_format: Literal["PNG", "WEBP"]
) -> None:
    assert "49.00" in recogniser.read(draw_receipt(LINES, image_format=image_format)).text


def test_blank_paper_has_an_empty_transcript(recogniser: Recogniser) -> None:
    assert recogniser.read(draw_receipt([])) == ("", [])


def test_what_is_no_image_is_refused(recogniser: Recogniser) -> None:
    with pytest.raises(UndecodableImageError):
        recogniser.read(b"no image")

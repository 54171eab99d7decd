"""The EPC QR code: its payload as the standard has it, and a code that a camera reads."""

import re

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tillroll.claims.transfer import Transfer, qr_svg

# EPC069-12, version 2.1, section 4: the example of a payload, but for its purpose and structured
# reference.
EXAMPLE = (
    "BCD\n002\n1\nSCT\nBPOTBEB1\nRed Cross of Belgium\nBE72000000001616\nEUR1.00\n\n\nUrgency fund"
)


def test_the_payload_is_the_standards_example() -> None:
    transfer = Transfer("Red Cross of Belgium", "BE72000000001616", 100, "Urgency fund", "BPOTBEB1")
    assert transfer.payload() == EXAMPLE


def test_what_is_left_out_at_the_end_has_no_lines() -> None:
    payload = Transfer("Books GmbH", "DE02120300000000202051", 123456, "").payload()
    assert payload.split("\n") == [
        "BCD",
        "002",
        "1",
        "SCT",
        "",
        "Books GmbH",
        "DE02120300000000202051",
        "EUR1234.56",
    ]


@pytest.mark.parametrize(
    "transfer",
    [
        Transfer("Books", "DE02120300000000202051", 0, "x"),
        Transfer("Books", "DE02120300000000202051", 100_000_000_000, "x"),
        Transfer("", "DE02120300000000202051", 1, "x"),
        Transfer("B" * 71, "DE02120300000000202051", 1, "x"),
        Transfer("Books", "DE02120300000000202051", 1, "x" * 141),
        Transfer("票" * 70, "DE02120300000000202051", 1, "票" * 60),
    ],
)
def test_what_the_standard_has_not_is_refused(transfer: Transfer) -> None:
    with pytest.raises(ValueError, match=r"transfer|characters|bytes"):
        transfer.payload()


@given(st.text(min_size=1, max_size=70), st.text(max_size=140), st.integers(1, 99_999_999_999))
def test_no_text_adds_a_line(name: str, text: str, amount: int) -> None:
    try:
        payload = Transfer(name, "DE02120300000000202051", amount, text).payload()
    except ValueError:
        return
    assert len(payload.split("\n")) in {8, 11}


@pytest.mark.parametrize("text", ["Urgency fund", "2026-0001 Köln", "x" * 140])
def test_a_camera_reads_the_code(text: str) -> None:
    payload = Transfer(
        "Bücher & Söhne GmbH", "DE02120300000000202051", 3790, text, "BYLADEM1001"
    ).payload()
    assert read(qr_svg(payload, "To pay")) == payload


def read(svg: str) -> str:
    """What a code says that a page draws, by another library."""
    [side] = re.findall(r'viewBox="0 0 (\d+) \d+"', svg)
    picture = np.full((int(side), int(side)), 255, np.uint8)
    for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", svg):
        picture[int(y), int(x)] = 0
    larger = cv2.resize(picture, None, fx=8, fy=8, interpolation=cv2.INTER_NEAREST)
    said, _, _ = cv2.QRCodeDetector().detectAndDecode(larger)
    return said

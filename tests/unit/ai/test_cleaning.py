"""What OCR gets wrong in the same way every time."""

# ruff: noqa: RUF001 - full-width characters are what this is about

import pytest

from local.ai.cleaning import cleaned


@pytest.mark.parametrize(
    ("read", "printed"),
    [
        ("THE STORE （MALAYSIA） SDN BHD", "THE STORE (MALAYSIA) SDN BHD"),
        ("Date：26/11/2017", "Date:26/11/2017"),
        ("ＲＭ　５．００", "RM 5.00"),
        ("16-04-201814:51", "16-04-2018 14:51"),
        ("Date:1/2/20189:05:11 PM", "Date:1/2/2018 9:05:11 PM"),
        ("16-04-2018 14:51", "16-04-2018 14:51"),
        ("03-201814:51", "03-201814:51"),
        ("謝謝光臨", "謝謝光臨"),
        ("  TOTAL ", "TOTAL"),
    ],
)
def test_cleaned(read: str, printed: str) -> None:
    assert cleaned(read) == printed

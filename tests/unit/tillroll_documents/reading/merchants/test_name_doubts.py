"""A name that may be a place, or a part of a word, is asked, with why."""

import pytest

from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.receipt import read

_REST = """
NO 12, JALAN BESAR 3
43200 CHERAS, SELANGOR
TEL: 03-9074 1234
DATE: 12/03/2018 14:02
NASI LEMAK          8.50
TEH TARIK           2.50
TOTAL              11.00
CASH               20.00
CHANGE              9.00
"""


def reasons_of(*head: str, rest: str = _REST) -> tuple[str, ...]:
    text = "\n".join(head) + rest
    return read(Transcript.from_text(text), default_currency="MYR").reasons


@pytest.mark.parametrize("name", ["Cele", "POTT", "GHTS."])
def test_one_short_word_that_nothing_confirms_is_asked(name: str) -> None:
    assert reasons_of(name) == ("merchant_short",)


@pytest.mark.parametrize("name", ["TAMAN ALAM MEGAH", "PAVILION KUALA LUMPUR", "BANDAR BARU"])
def test_a_place_is_asked(name: str) -> None:
    assert reasons_of(name) == ("merchant_place",)


@pytest.mark.parametrize(
    "head",
    [
        ("CELERY KITCHEN",),
        ("RESTORAN CELE",),
        ("CELE SDN BHD",),
        ("CELE", "CELERY KITCHEN SDN BHD", "(123456-A)"),
        ("TAMAN TRADING",),
        ("KEDAI KOPI TAMAN",),
    ],
)
def test_a_name_that_says_what_it_is_is_not(head: tuple[str, ...]) -> None:
    assert reasons_of(*head) == ()


def test_a_short_name_that_is_printed_again_is_not() -> None:
    assert reasons_of("CELE", rest=f"{_REST}THANK YOU, VISIT CELE AGAIN\n") == ()
    assert reasons_of("CELE", rest=f"{_REST}www.cele.com.my\n") == ()

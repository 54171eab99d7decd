"""What a paper shows of its issuer: a web address or a telephone number, and none of the reader's
own.
"""

import pytest

from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.merchants.contacts import find_contact
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.text.company_names import Own


def contact(text: str, own: Own | None = None, buyer: str | None = None) -> str | None:
    return find_contact(Page.of(Transcript.from_text(text)), own or Own(), buyer).value


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("www.lind-service.de", "lind-service.de"),
        ("Mail: info@lind-service.de  Tel. 040 1234567", "lind-service.de"),
        ("https://shop.acme.co.uk/x", "acme.co.uk"),
        ("acme.co.uk", "acme.co.uk"),
        ("lind@gmail.com\nTel. +49 (0)40 123 45 67", "01234567"[-8:]),
        ("Telefon: 040/1234567", "01234567"),
        ("Phone (020) 7946-0958\nFax 020 7946 0959", "79460958"),
        ("www.a-one.de  www.b-two.de  b-two.de", "b-two.de"),
        ("TOTAL 9.00\nNo. 12345678", None),
        ("St.de 12.com", None),
        ("", None),
    ],
)
def test_the_address_printed_most_often_else_the_telephone(text: str, found: str | None) -> None:
    assert contact(text) == found


def test_the_buyers_and_ones_own_address_say_nothing_of_the_issuer() -> None:
    assert contact("kontornord.de", buyer="Kontor Nord AG") is None
    assert (
        contact("a@kontornord.de\nlind-service.de", Own.of(["Kontor Nord AG"], []))
        == "lind-service.de"
    )

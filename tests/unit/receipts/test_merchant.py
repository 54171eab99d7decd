"""The merchant is the legal name near the top, else the name above the address."""

import pytest

from tillroll.receipts.reading import read
from tillroll.receipts.transcript import Transcript

REST = "\nDate: 25/05/2024 10:00\nTea  £4.00\nTOTAL  £4.00"


@pytest.mark.parametrize(
    ("head", "merchant"),
    [
        ("PINE BOOKS\n4 Market Street\nTel 01234 567890", "PINE BOOKS"),
        ("TAX INVOICE\nPINE BOOKS\n4 Market Street", "PINE BOOKS"),
        ("Welcome to\nPINE BOOKS", "PINE BOOKS"),
        ("THE CORNER\nPINE BOOKS LTD\n4 Market Street", "PINE BOOKS LTD"),
        ("31812012\nPINE BOOKS LTD (1234567-X)", "PINE BOOKS LTD"),
        ("PINE BOOKS SON 8HD", "PINE BOOKS SDN BHD"),
        ("KAI-0 TEA SDN BHD", "KAI-O TEA SDN BHD"),
        ("MONTA[ BOOKS LTD", "MONTAI BOOKS LTD"),
        ("PINE HARDWÀRE", "PINE HARDWARE"),
        ("Pine Hardwae Centre", "Pine Hardware Centre"),
        ("PINE GROCERS", "PINE GROCERS"),
        ("PINE ENTERPRISE POSTED", "PINE ENTERPRISE"),
        ("PINE PAPER &\nBOOKS", "PINE PAPER & BOOKS"),
        ("PINE\n& SONS BAKERY", "PINE & SONS BAKERY"),
        ("for the office\nPINE & SONS BAKERY", "PINE & SONS BAKERY"),
        ("staff lunch\n& SONS BAKERY", "& SONS BAKERY"),
        ("Pine Paper House\nSdn Bhd", "Pine Paper House Sdn Bhd"),
        ("PINE POWER HARDWARE\nTRADING", "PINE POWER HARDWARE TRADING"),
        ("PINE BOOKS LTD  POSTED 2.1", "PINE BOOKS LTD"),
        ("PINE BOOKS LTD FKA OAK BOOKS", "PINE BOOKS LTD"),
        ("PINE HARDWARE TRADING\nTAX INVOICE\nBill To\nOAK BUILDERS SDN BHD\nNO 1 JALAN AMAN", "PINE HARDWARE TRADING"),
        ("99 PINE 5HOP S/8", "99 PINE SHOP S/B"),
        ("PINE FHARHACY LTD", "PINE PHARMACY LTD"),
        ("PINE NUT\nPINE NUT COFFEE Co. GREEN MALL\n4 Market Street", "PINE NUT COFFEE Co."),
        ("the\nPine\nbakery000123456p\n4 Market Street", "the Pine bakery"),
        ("LONDON\nPINE BOOKS\n4 Market Street", "PINE BOOKS"),
        ("PINE STREET BOOKS\n1200 Pine Street", "PINE STREET BOOKS"),
    ],
)
def test_the_name_is_found(head: str, merchant: str) -> None:
    assert read(Transcript.from_text(head + REST)).extraction.merchant.value == merchant


def test_a_name_of_many_letters_is_none() -> None:
    found = read(Transcript.from_text("PINE " * 60 + REST)).extraction.merchant
    assert found.value is None

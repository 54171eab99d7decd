"""The merchant is the legal name near the top, else the name above the address."""

import pytest

from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.receipt import read
from tillroll_documents.reading.text.places import names_region

REST = "\nDate: 25/05/2024 10:00\nTea  £4.00\nTOTAL  £4.00"


@pytest.mark.parametrize(
    ("head", "merchant"),
    [
        ("PINE BOOKS\n4 Market Street\nTel 01234 567890", "PINE BOOKS"),
        ("TAX INVOICE\nPINE BOOKS\n4 Market Street", "PINE BOOKS"),
        ("Welcome to\nPINE BOOKS", "PINE BOOKS"),
        ("THE CORNER\nPINE BOOKS LTD\n4 Market Street", "THE CORNER"),
        ("31812012\nPINE BOOKS LTD (1234567-X)", "PINE BOOKS LTD"),
        ("PINE BOOKS SON 8HD", "PINE BOOKS SDN BHD"),
        ("KAI-0 TEA SDN BHD", "KAI-O TEA SDN BHD"),
        ("MONTA[ BOOKS LTD", "MONTAI BOOKS LTD"),
        ("PINE HARDWÀRE", "PINE HARDWARE"),
        ("Pine Hardwae Centre", "Pine Hardware Centre"),
        ("PINE GROCERS", "PINE GROCERS"),
        ("PINE ENTERPRISE POSTED", "PINE ENTERPRISE"),
        # A bracket that was not closed: a number is no part of the name, a place is.
        ("PINE TRADING (001", "PINE TRADING"),
        ("PINE TRADING (KAJANG", "PINE TRADING (KAJANG"),
        ("PINE PAPER &\nBOOKS", "PINE PAPER & BOOKS"),
        ("PINE\n& SONS BAKERY", "PINE & SONS BAKERY"),
        ("for the office\nPINE & SONS BAKERY", "PINE & SONS BAKERY"),
        ("staff lunch\n& SONS BAKERY", "& SONS BAKERY"),
        ("Pine Paper House\nSdn Bhd", "Pine Paper House Sdn Bhd"),
        ("PINE POWER HARDWARE\nTRADING", "PINE POWER HARDWARE TRADING"),
        ("PINE BOOKS LTD  POSTED 2.1", "PINE BOOKS LTD"),
        ("PINE BOOKS LTD FKA OAK BOOKS", "PINE BOOKS LTD"),
        (
            "PINE HARDWARE TRADING\nTAX INVOICE\nBill To\nOAK BUILDERS SDN BHD\nNO 1 JALAN AMAN",
            "PINE HARDWARE TRADING",
        ),
        ("99 PINE 5HOP S/8", "99 PINE SHOP S/B"),
        ("PINE FHARHACY LTD", "PINE PHARMACY LTD"),
        ("PINE NUT\nPINE NUT COFFEE Co. GREEN MALL\n4 Market Street", "PINE NUT COFFEE Co."),
        ("the\nPine\nbakery000123456p\n4 Market Street", "the Pine bakery"),
        ("LONDON\nPINE BOOKS\n4 Market Street", "PINE BOOKS"),
        ("PINE STREET BOOKS\n1200 Pine Street", "PINE STREET BOOKS"),
        # What the shop is goes with its name, and is none by itself.
        ("El Roble\nMexican Restaurant\n305 Oak Street", "El Roble Mexican Restaurant"),
        ("PINA'S\nHAMBURGERS\n3950 Oak Road", "PINA'S HAMBURGERS"),
        ("Friendly Pine's\nof Windham\n22 Oak Road", "Friendly Pine's of Windham"),
        ("LITTLE PINE #314", "LITTLE PINE"),
        # Lines above a name that only look like one.
        ("For a Chance to WIN\nSee Back of Receipt\nLittle Pine\n7230 Oak Road", "Little Pine"),
        ("Store #1291\nLittle Pine\nEverett, WA 98201", "Little Pine"),
        ("Little Pine\nTab: Bar Tab\nGuests: 2", "Little Pine"),
        # The name beside a number in the register is the registered one.
        ("OAK MALL\nPINE OIL ENTERPRISE\nCO. REG. NO: 001011128-T", "PINE OIL ENTERPRISE"),
        ("OAK VILLAGE\nPINE NEWS SB (306295-X)", "PINE NEWS SB"),
        # Where a shop is, is not what it is called.
        ("PINO VERDE\n99 BROADWAY\nSOMERVILLE, MA", "PINO VERDE"),
        ("Ashland, Oregon\nLittle Pine\n590 Oak Lane", "Little Pine"),
        ("EDLER Kiefer\nEichenstr. 69-71\n51491 Overath", "EDLER Kiefer"),
    ],
)
def test_the_name_is_found(head: str, merchant: str) -> None:
    assert read(Transcript.from_text(head + REST)).extraction.merchant.value == merchant


def test_a_name_of_many_letters_is_none() -> None:
    found = read(Transcript.from_text("PINE " * 60 + REST)).extraction.merchant
    assert found.value is None


@pytest.mark.parametrize(
    "line", ["Durham, NC", "LA VERNE, CA 91750", "Ocala, Florida 34471", "Brisbane, QLD"]
)
def test_a_city_with_its_region_is_a_place(line: str) -> None:
    assert names_region(line)


@pytest.mark.parametrize(
    "line",
    ["Little Pine", "PINE, OAK & CO", "Pine Books, Inc.", "CA", "12 Oak Road, CA", "Pine CA"],
)
def test_other_lines_are_no_city_with_its_region(line: str) -> None:
    assert not names_region(line)


def test_the_same_name_printed_again_is_no_doubt() -> None:
    once = read(Transcript.from_text("PINE MARKET\n4 Market Street" + REST)).extraction.merchant
    twice = read(
        Transcript.from_text("PINE MARKET\nPine Market\n4 Market Street" + REST)
    ).extraction.merchant
    assert twice.value == once.value
    assert twice.confidence >= once.confidence

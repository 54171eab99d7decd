"""A shop has the name that people say, and the one in the register; either may be printed alone."""

import pytest

from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.receipt import read

REST = (
    "\nTel: 03-5512 3344\nDate: 25/05/2024 10:00\nTea  RM 4.00\nTOTAL  RM 4.00\nCASH  5.00\n"
    "CHANGE  1.00"
)
ADDRESS = "\nNO 12, JALAN TERATAI 3\n43000 KAJANG, SELANGOR"


def names(head: str, rest: str = REST) -> tuple[str | None, str | None]:
    extraction = read(Transcript.from_text(head + ADDRESS + rest)).extraction
    return extraction.merchant.value, extraction.registered_name.value


@pytest.mark.parametrize(
    ("head", "merchant", "registered"),
    [
        ("PINE CAFE\nOAK RESOURCES SDN BHD (123456-X)", "PINE CAFE", "OAK RESOURCES SDN BHD"),
        ("Pinemart\nOak Resources Sdn Bhd (123456-X)", "Pinemart", "Oak Resources Sdn Bhd"),
        ("OAK EMPIRE SDN BHD\nPINE TREE RESTAURANT", "PINE TREE RESTAURANT", "OAK EMPIRE SDN BHD"),
        ("PINE & OAK LTD", "PINE & OAK LTD", "PINE & OAK LTD"),
        ("PINE STATIONERY\n(001451637-M)", "PINE STATIONERY", "PINE STATIONERY"),
        ("PINE STATIONERY", "PINE STATIONERY", None),
        ("OLD PINE\nOWN BY: OAK SDN BHD", "OLD PINE", "OAK SDN BHD"),
        ("9 PINE PUB own by OAK TRADING", "9 PINE PUB", "OAK TRADING"),
        # The owner's form is put right, as any other is.
        ("OLD PINE\nOWN BY: OAK SDN 8HD", "OLD PINE", "OAK SDN BHD"),
        (
            "pine\nPine's Personal Care Stores Sdn Bhd",
            "pine",
            "Pine's Personal Care Stores Sdn Bhd",
        ),
        # Broken over lines: a legal form, or a place in parentheses with it, is never a name.
        (
            "GOLDEN PINE SEAFOOD\nSDN BHD (123456-X)",
            "GOLDEN PINE SEAFOOD SDN BHD",
            "GOLDEN PINE SEAFOOD SDN BHD",
        ),
        (
            "GOLDEN PINE\n(TAMAN OAK) SDN BHD",
            "GOLDEN PINE (TAMAN OAK) SDN BHD",
            "GOLDEN PINE (TAMAN OAK) SDN BHD",
        ),
        ("GOLDEN PINE BAKERY\nENTERPRISE\nSDN BHD", *["GOLDEN PINE BAKERY ENTERPRISE SDN BHD"] * 2),
        ("RESTORAN\nWAN PINE\n(002043319-W)", "RESTORAN WAN PINE", "RESTORAN WAN PINE"),
        ("PINE HARDWARE &\nTAILORING Sdn Bhd", *["PINE HARDWARE & TAILORING Sdn Bhd"] * 2),
        # What stands around names by chance.
        (
            "TAN CHAY YEE\n*** COPY ***\nPINE MARKETING SDN BHD\nROC NO: 538358-H",
            *["PINE MARKETING SDN BHD"] * 2,
        ),
        ("ah keong\nPINE MARKETING SDN BHD", *["PINE MARKETING SDN BHD"] * 2),
        ("3180405\nPINE MARKETING SDN BHD", *["PINE MARKETING SDN BHD"] * 2),
        ("ALWAYS LOW PRICES\nPINE MARKETING SDN BHD", *["PINE MARKETING SDN BHD"] * 2),
        ("PINE MARKETING SDN BHD\nKAJANG OUTLET", *["PINE MARKETING SDN BHD"] * 2),
        ("SHAH ALAM\nPINE MARKETING SDN BHD", *["PINE MARKETING SDN BHD"] * 2),
        ("LOT 13-2\nPINE MARKETING SDN BHD", *["PINE MARKETING SDN BHD"] * 2),
        ("JPINE MARKETIN\nPINE MARKETING SDN BHD", *["PINE MARKETING SDN BHD"] * 2),
        ("PINE SDN BHD\n(FORMERLY KNOWN AS OAK GROUP SDN BHD)", "PINE SDN BHD", "PINE SDN BHD"),
        (
            "CASH  50.00\nCHANGE  12.40\nTHANK YOU\nPINE CAFE\nOAK SDN BHD",
            "PINE CAFE",
            "OAK SDN BHD",
        ),
        # A firm below the address is the seller; one that made the till is not.
        (
            "PINE KING\nLOT 3, JALAN OAK\nOAK HOST SDN BHD (434286-P)",
            "PINE KING",
            "OAK HOST SDN BHD",
        ),
    ],
)
def test_the_names_are_told_apart(head: str, merchant: str, registered: str | None) -> None:
    assert names(head) == (merchant, registered)


@pytest.mark.parametrize(
    "misread",
    [
        "SON BHD",
        "SDI BHD",
        "SDN 3HD",
        "SDN BHO",
        "5DN BHD",
        "5DN 8HD",
        "SDN. 8HD",
        "SDN.BHDI",
        "SOHBHD",
    ],
)
def test_a_misread_legal_form_is_mended(misread: str) -> None:
    assert names(f"PINE {misread}")[1] == "PINE SDN BHD"


@pytest.mark.parametrize("name", ["PINE PERSON BHD", "PINE SOH BHD", "PINE KASOHBHD"])
def test_a_word_that_ends_like_a_legal_form_is_none(name: str) -> None:
    assert names(name)[0] == name


@pytest.mark.parametrize(
    ("head", "footer", "registered"),
    [
        (
            "INE9 PHARMACY SDN BHD",
            "Thank you for visiting PINE9 PHARMACY",
            "PINE9 PHARMACY SDN BHD",
        ),
        ("PIN-D OAK SDN BHD", "www.pin-o-oak.com.my pin-o-oak.com", "PIN-O OAK SDN BHD"),
        ("GOLD3N OAK SDN BHD", "GOLDEN OAK", "GOLDEN OAK SDN BHD"),
        # Two letters apart are two names, and a word may be one in either print.
        ("PINE OAKS SDN BHD", "PIRE OAKE", "PINE OAKS SDN BHD"),
        ("PINE BOOK SDN BHD", "PINE BOOKS", "PINE BOOK SDN BHD"),
    ],
)
def test_a_letter_is_put_back_from_another_print(head: str, footer: str, registered: str) -> None:
    assert names(head, f"{REST}\n{footer}")[1] == registered


def test_the_makers_of_the_till_sold_nothing() -> None:
    assert names("PINE CAFE", f"{REST}\nPowered by Oak Systems Sdn Bhd") == ("PINE CAFE", None)

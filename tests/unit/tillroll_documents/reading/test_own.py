"""What an account calls itself is never the shop of its receipts."""

import pytest

from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.receipt import Reading, read_page
from tillroll_documents.reading.text.company_names import Own

OWN = Own.of(["Kontor Nord GmbH"], ["DE 123456788"])
BELOW = (
    "\nHafenstr. 12, 20457 Hamburg\nUSt-IdNr. {}\n14.02.2026 09:31\nPapier  12,00\n"
    "SUMME EUR 12,00\nBAR 12,00\n"
)


def read(text: str) -> Reading:
    return read_page(Page.of(Transcript.from_text(text)), own=OWN)


@pytest.mark.parametrize("name", ["KONTOR NORD GMBH", "Kontor Nord", "An Kontor Nord GmbH"])
def test_the_account_is_not_its_own_shop(name: str) -> None:
    found = read(f"{name}\nPAPIERHAUS LINDNER{BELOW.format('DE136695976')}").extraction
    assert found.merchant.value == "PAPIERHAUS LINDNER"
    assert found.registered_name.value is None


@pytest.mark.parametrize("label", ["Kunde:", "Sold to:", "Client", "Firma"])
def test_nor_where_it_is_the_only_firm_that_is_named(label: str) -> None:
    found = read(
        f"PAPIERHAUS LINDNER\n{label} Kontor Nord GmbH{BELOW.format('DE136695976')}"
    ).extraction
    assert found.merchant.value == "PAPIERHAUS LINDNER"
    assert found.registered_name.value is None


def test_without_another_name_a_person_is_asked() -> None:
    reading = read(f"KONTOR NORD GMBH{BELOW.format('DE123456788')}")
    assert reading.extraction.merchant.value != "KONTOR NORD GMBH"
    assert not reading.accepted
    assert reading.extraction.tax_id.value is None


def test_its_tax_number_is_not_the_shops() -> None:
    found = read(
        f"PAPIERHAUS LINDNER{BELOW.format('DE123456788')}USt-IdNr. DE136695976\n"
    ).extraction
    assert found.tax_id.value == "DE136695976"


def test_a_name_that_begins_alike_is_another() -> None:
    found = read(f"KONTOR NORDSEE GMBH{BELOW.format('DE136695976')}").extraction
    assert found.registered_name.value == "KONTOR NORDSEE GMBH"

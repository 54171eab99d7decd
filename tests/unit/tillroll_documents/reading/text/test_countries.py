"""Countries are told by names, telephone prefixes, web domains, postcodes and scripts."""

from collections.abc import Mapping

import pytest

from tillroll_documents.money import CODES
from tillroll_documents.reading.languages import CODES as LANGUAGE_CODES
from tillroll_documents.reading.text.countries import COUNTRIES
from tillroll_documents.reading.text.folding import (
    Folded,
)
from tillroll_documents.reading.text.places import by_code, country_hints


def hints(text: str) -> Mapping[str, int]:
    return country_hints(text, Folded.of(text))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("43000 KAJANG, SELANGOR", "MY"),
        ("Tel +60 3-0000 1234", "MY"),
        ("www.shop.com.my", "MY"),
        ("info@laden.de", "DE"),
        ("80331 MÜNCHEN", "DE"),
        ("80331 MUNCHEN", "DE"),
        ("Portland, OR 97205", "US"),
        ("(206) 555-0134", "US"),
        ("Leeds LS1 4AP", "GB"),
        ("W1A 1AA", "GB"),
        ("VAT GB 123 4567 89", "GB"),
        ("M5V 2T6", "CA"),
        ("27AAPFU0939F1Z5", "IN"),
        ("3511 AB Utrecht", "NL"),
        ("おにぎり", "JP"),
        ("CNPJ 00.000.000/0001-00", "BR"),
    ],
)
def test_a_sign_tells_the_country(text: str, code: str) -> None:
    assert hints(text)[code] >= 1


@pytest.mark.parametrize("text", ["GST Reg.No 123", "GST ID:001817907200", "TOTAL 12.00", ""])
def test_other_text_tells_none(text: str) -> None:
    assert hints(text) == {}


def test_each_sign_counts_once() -> None:
    assert hints("Malaysia Malaysia")["MY"] == 1
    assert hints("Malaysia, Selangor")["MY"] == 2


def test_the_table_names_known_currencies_and_languages() -> None:
    assert {country.currency for country in COUNTRIES} <= CODES
    assert {code for country in COUNTRIES for code in country.languages.split()} <= LANGUAGE_CODES
    assert by_code("MY").currency == "MYR"

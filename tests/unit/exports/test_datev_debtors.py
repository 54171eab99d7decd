"""Master data of debtors, by the published rules of `Debitoren/Kreditoren`.

The source is "DATEV-Format" on developer.datev.de (format 700, category 16, version 5): each of its
254 fields has a number, a name, an expression and a length.
"""

import re
from typing import Final

import pytest

from tests.unit.exports.datev_rules import fields_of
from tillroll.exports.writers.datev_debtors import DEBTOR_HEADINGS, Debtor, write_debtors
from tillroll.exports.writers.formats import About, Coding, Datev, ProfileOptions

FIELDS: Final = 254
# The description's numbers of these fields.
PLACES: Final = {
    1: "Konto",
    2: "Name (Adressattyp Unternehmen)",
    7: "Adressattyp",
    9: "EU-Land",
    10: "EU-UStID",
    15: "Adressart",
    16: "Straße",
    17: "Postfach",
    18: "Postleitzahl",
    19: "Ort",
    20: "Land",
    26: "Kennz. Korrespondenzadresse",
    29: "Telefon",
    33: "E-Mail",
    40: "Bemerkung (Sonstige)",
    41: "Bankleitzahl 1",
    45: "IBAN-Nr. 1",
    95: "Bankverb 5 Gültig bis",
    96: "Leerfeld",
    97: "Briefanrede",
    100: "Steuernummer",
    105: "Diverse-Konto",
    110: "Fälligkeit in Tagen (Debitor)",
    116: "Kreditoren-Ziel 3 Brutto Tg.",
    120: "Kreditoren-Skonto 5 %",
    121: "Mahnung",
    127: "Mahnlimit Betrag",
    133: "Lastschrift",
    136: "Zahlungsträger",
    137: "Indiv. Feld 1",
    151: "Indiv. Feld 15",
    152: "Abweichende Anrede (Rechnungsadresse)",
    154: "Straße (Rechnungsadresse)",
    164: "Adresse Gültig bis (Rechnungsadresse)",
    165: "Bankleitzahl 6",
    219: "Bankverb 10 Gültig bis",
    220: "Nummer Fremdsystem",
    222: "SEPA-Mandatsreferenz 1",
    231: "SEPA-Mandatsreferenz 10",
    232: "Verknüpftes OPOS-Konto",
    233: "Mahnsperre bis",
    236: "Gebührenberechnung",
    240: "Pauschalenberechnung",
    243: "Verzugspauschale 3",
    244: "Alternativer Suchname",
    254: "Letzte Frist",
}
EXPRESSIONS: Final = {
    1: r"(?!0{1,9}$)\d{1,9}",
    2: r'"[^\x00-\x1f]{0,50}"',
    7: r'"[012]"',
    9: r'"\w{0,2}"',
    10: r'"[^\x00-\x1f]{0,13}"',
    15: r'"\w{0,3}"',
    16: r'"[^\x00-\x1f]{0,36}"',
    18: r'"[^\x00-\x1f]{0,10}"',
    19: r'"[^\x00-\x1f]{0,30}"',
    20: r'"([A-Z]{2})?"',
    33: r'"[^\x00-\x1f]{0,60}"',
    110: r"\d{0,3}",
}
# Days and numbers of the description that are not filled here: they have no quotation marks.
PLAIN: Final = (26, 27, 28, 50, 51, 95, 101, 105, 108, 132, 135, 163, 174, 219, 221, 232, 243, 254)
TEXTS: Final = (3, 14, 21, 25, 29, 40, 41, 48, 96, 97, 104, 137, 151, 152, 165, 220, 222, 231, 244)
ACME: Final = Debtor(
    10_042,
    "Müller & Łoś GmbH",
    street="Hauptstraße 2",
    postal_code="1010",
    city="Wien",
    country="AT",
    vat_id="ATU12345678",
    mail="books@acme.example",
    terms_days=14,
)


def about_with(account_length: int = 4) -> About:
    profile = ProfileOptions(
        datev=Datev(
            consultant=29_098,
            client=55_003,
            fiscal_year_begin="07-01",
            account_length=account_length,
        ),
        contra_account="1610",
        other=Coding(account="4980"),
    )
    return About(
        "Books GmbH",
        "2026-03-01",
        "2026-03-31",
        asked_at="2026-04-01T14:06:59.583Z",
        base_currency="EUR",
        profile=profile,
    )


def written(*debtors: Debtor, account_length: int = 4) -> list[list[str]]:
    """The fields of each line, which break no rule. A text is measured without the marks that
    double a quotation mark."""
    content = write_debtors(about_with(account_length), debtors).decode("cp1252")
    lines = content.removesuffix("\r\n").split("\r\n")[2:]
    rows = [fields_of(line) for line in lines]
    for row in rows:
        assert len(row) == FIELDS
        for place, expression in EXPRESSIONS.items():
            field = row[place - 1]
            if field != '""':
                field = field.replace('""', '"')
            assert re.fullmatch(expression, field), (place, field)
        assert {row[place - 1] for place in PLAIN} == {""}
        assert {row[place - 1] for place in TEXTS} == {'""'}
    return rows


def at(row: list[str], place: int) -> str:
    return row[place - 1].strip('"')


def test_each_heading_is_at_the_place_of_the_description() -> None:
    assert len(DEBTOR_HEADINGS) == FIELDS
    assert {place: DEBTOR_HEADINGS[place - 1] for place in PLACES} == PLACES


def test_the_header_is_that_of_the_published_example() -> None:
    """Without the example's own origin RE and numbers."""
    head, headings = write_debtors(about_with(), []).decode("cp1252").splitlines()
    assert head == (
        '"EXTF";700;16;"Debitoren/Kreditoren";5;20260401140659583;;"TR";"";"";29098;55003;20250701;4'
        ';;;"";"";;;;"";;"";;;"03";;;"";""'
    )
    assert headings == ";".join(DEBTOR_HEADINGS)


def test_a_debtor_has_its_name_address_vat_id_and_mail() -> None:
    [row] = written(ACME)
    assert [at(row, place) for place in (1, 2, 7)] == ["10042", "Müller & Los GmbH", "2"]
    assert [at(row, place) for place in (9, 10)] == ["AT", "U12345678"]
    address = [at(row, place) for place in (15, 16, 18, 19, 20)]
    assert address == ["STR", "Hauptstraße 2", "1010", "Wien", "AT"]
    assert [at(row, place) for place in (33, 110)] == ["books@acme.example", "14"]
    filled = {place for place, field in enumerate(row, start=1) if field.strip('"')}
    assert filled == {1, 2, 7, 9, 10, 15, 16, 18, 19, 20, 33, 110}


def test_what_is_not_known_is_empty() -> None:
    [row] = written(Debtor(10_000, "ACME"))
    filled = {place for place, field in enumerate(row, start=1) if field.strip('"')}
    assert filled == {1, 2, 7}


@pytest.mark.parametrize(
    ("vat_id", "country", "number"),
    [
        ("EL123456789", "EL", "123456789"),
        ("DE123456789", "DE", "123456789"),
        ("XI123456789", "XI", "123456789"),
        ("GB123456789", "", ""),
        ("GR123456789", "", ""),
        (None, "", ""),
    ],
)
def test_only_a_vat_id_of_the_eu_stands_in_its_fields(
    vat_id: str | None, country: str, number: str
) -> None:
    """DATEV has EL for Greece, as VAT ids have."""
    [row] = written(Debtor(10_000, "ACME", vat_id=vat_id))
    assert [at(row, 9), at(row, 10)] == [country, number]


def test_each_account_stands_once_in_order() -> None:
    other = Debtor(10_001, "Other")
    rows = written(ACME, other, ACME)
    assert [at(row, 1) for row in rows] == ["10001", "10042"]


def test_an_account_is_as_long_as_the_profile_says() -> None:
    """A personal account has one digit more than the others."""
    [row] = written(ACME, account_length=6)
    assert at(row, 1) == "1004200"


def test_what_is_too_long_is_cut_and_no_formula_is_computed() -> None:
    long = Debtor(
        10_000,
        '=1+1 "' + "N" * 60,
        street="S" * 60,
        postal_code="1" * 20,
        city="C" * 60,
        mail="m" * 70 + "@acme.example",
    )
    [row] = written(long)
    assert row[1].startswith('"\'=1+1 ""N')

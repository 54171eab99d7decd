"""Which lines over an address are the seller's name: told by what else the page prints."""

import pytest

from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.invoices.addresses import Addresses
from tillroll_documents.reading.invoices.sheet import Sheet
from tillroll_documents.reading.page import Page


def names(*lines: str) -> list[str]:
    return [
        each.name.value
        for each in Addresses(Sheet(Page.of(Transcript.from_text("\n".join(lines))))).names
    ]


STREET = ("Lange Reihe 45", "10115 Berlin")


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (("Papierhaus Lindner GmbH",), "Papierhaus Lindner GmbH"),
        (("Maschinenbau und", "Werkzeuge Berlin KG"), "Maschinenbau und Werkzeuge Berlin KG"),
        (("Johann Huber Software GmbH & Co", "KG"), "Johann Huber Software GmbH & Co KG"),
        (("EURL PAPETERIE BOULOGNE-", "BILLANCOURT"), "EURL PAPETERIE BOULOGNE-BILLANCOURT"),
        (("Nordlicht", "49 Kontor e.U."), "49 Kontor e.U."),
        (("Anna Berger", "Anna Berger"), "Anna Berger"),
        (("Thank you for your business!", "Partners Amir Barker"), "Partners Amir Barker"),
        (("Cordialement", "Atelier Dubois SARL"), "Atelier Dubois SARL"),
        (("Rechnungsempfänger:", "Viva Papier GmbH"), "Viva Papier GmbH"),
    ],
)
def test_the_lines_that_are_the_name(lines: tuple[str, ...], name: str) -> None:
    assert names(*lines, *STREET) == [name]


def test_two_lines_are_one_name_where_the_page_has_it_again() -> None:
    head = ("Mehmet Krämer", "Industrietechnik", *STREET)
    assert names(*head, "Kontoinhaber: Mehmet Krämer Industrietechnik") == [
        "Mehmet Krämer Industrietechnik"
    ]


def test_the_web_address_tells_a_brand_from_half_a_name() -> None:
    halves = ("Fontana Servizi", "Integrati Soc. Coop.", *STREET)
    assert names(*halves, "www.fontana-servizi.it") == ["Fontana Servizi Integrati Soc. Coop."]
    brand = ("Ardent", "Kite Forniture Soc. Coop.", *STREET)
    assert names(*brand, "www.ardent.it") == ["Kite Forniture Soc. Coop."]


def test_columns_beside_each_other_are_kept_apart() -> None:
    rows = (
        "Velora Papier GmbH          Hotel Post AG",
        "Hauptplatz 65               Kirchgasse 4",
        "1070 Wien                   8010 Graz",
    )
    assert names(*rows) == ["Velora Papier GmbH", "Hotel Post AG"]


def test_a_british_town_stands_above_its_postcode() -> None:
    assert names(
        "Campbell Media (UK) Ltd", "133 b Queen's Road", "Bury St Edmunds", "IP33 1TZ"
    ) == ["Campbell Media (UK) Ltd"]


def test_a_street_without_a_town_names_nobody() -> None:
    assert names("Papierhaus Lindner GmbH", "Lange Reihe 45", "Menge 4") == []


def test_a_name_whose_first_half_may_stand_above_is_open() -> None:
    def opens(*lines: str) -> list[bool]:
        page = Page.of(Transcript.from_text("\n".join(lines)))
        return [each.is_open for each in Addresses(Sheet(page)).names]

    halves = ("Delta 4 Catering", "Roasters Berlin KG", *STREET)
    assert opens(*halves) == [True]
    assert opens(*halves, "Delta 4 Catering Roasters Berlin KG") == [False]
    assert opens("Roasters Berlin KG", *STREET) == [False]


@pytest.mark.parametrize(
    ("lines", "is_open"),
    [
        (("SARL Dubois", "Informatique", "et Bureau"), True),
        (("Dubois Informatique SARL",), False),
        (("Ardent Group", "Kite Papier GmbH"), True),
        (("Kite Papier GmbH",), False),
    ],
)
def test_a_name_that_may_go_on_or_begin_later_is_open(
    lines: tuple[str, ...], is_open: bool
) -> None:
    page = Page.of(Transcript.from_text("\n".join((*lines, *STREET, "www.ardent-group.de"))))
    [found] = Addresses(Sheet(page)).names
    assert found.is_open is is_open


def test_it_is_closed_where_the_page_prints_it_again() -> None:
    lines = (
        "SARL Dubois",
        "Informatique",
        *STREET,
        "IBAN",
        "SARL Dubois Informatique, 10115 Berlin",
    )
    [found] = Addresses(Sheet(Page.of(Transcript.from_text("\n".join(lines))))).names
    assert (found.name.value, found.is_open) == ("SARL Dubois Informatique", False)

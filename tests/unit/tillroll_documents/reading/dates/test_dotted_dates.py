"""Points between the parts of a date, and what else speaks against the month in front.

Of the short and middle patterns in figures of all locales of CLDR 45, those with the month in front
part it with a slash, 58 of 58; of those with points, 193 have the day in front, 18 the year, none
the month. https://cldr.unicode.org/translation/date-time/date-time-patterns
"""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.tillroll_documents.reading.dates.test_date_order import first
from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.invoices.printed import read_printed
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.reasons import ReviewReason
from tillroll_documents.reading.receipt import read_page

OCTOBER = date(2026, 10, 8)
AUGUST = date(2026, 8, 10)
AMERICAN = "Example Cloud Inc.\n500 Market Street, San Francisco, CA 94105, USA\n"
LABELS = {
    "de": "Rechnungsdatum",
    "fr": "Date de facture",
    "it": "Data fattura",
    "es": "Fecha de factura",
    "nl": "Factuurdatum",
    "pl": "Data wystawienia",
    "da": "Fakturadato",
    "en": "Invoice date",
}
SUMS = {
    "de": "Nettobetrag 120.00 USD\nzzgl. 0 % MwSt 0.00 USD\nGesamtbetrag 120.00 USD",
    "fr": "Montant HT 120.00 USD\nTVA 0 % 0.00 USD\nTotal TTC 120.00 USD",
    "en": "Subtotal 120.00 USD\nTax 0.00 USD\nTotal 120.00 USD",
}
BUYERS = {
    "DE": "Nordwind Handel GmbH\nHafenstr. 12\n20457 Hamburg\nGermany",
    "AT": "Alpenblick Software GmbH\nGetreidegasse 9\n5020 Salzburg\nAustria",
    "GB": "Copper Kettle Ltd\n4 Market Square\nLeeds LS1 4AP\nUnited Kingdom",
    "FR": "Boulangerie Martin SARL\n3 rue de la Paix\n75002 Paris\nFrance",
}


def invoice(day: str, language: str = "en", buyer: str = "") -> str:
    return (
        f"{AMERICAN}\n{buyer}\nINVOICE\nInvoice number: INV-20931\n"
        f"{LABELS[language]}: {day}\n"
        f"1  Cloud hosting October 2026  120.00 USD\n{SUMS.get(language, SUMS['en'])}\n"
    )


def both_ways(text: str) -> list[tuple[date | None, bool]]:
    """The day, and whether a person is asked for it: as a receipt, and as an invoice."""
    as_receipt = first(text, "USD")
    page = Page.of(Transcript.from_text(text))
    reading = read_printed(page) or read_page(page)
    asks = not {
        ReviewReason.DATE_AMBIGUOUS.value,
        ReviewReason.DATE_UNCERTAIN.value,
    }.isdisjoint(reading.reasons)
    return [as_receipt, (reading.extraction.date.value, asks)]


@pytest.mark.parametrize("language", sorted(LABELS.keys() - {"en"}))
def test_with_points_and_labels_of_such_a_country_the_day_is_in_front(language: str) -> None:
    for day, _ in both_ways(invoice("08.10.2026", language, BUYERS["DE"])):
        assert day == OCTOBER


@pytest.mark.parametrize("buyer", BUYERS)
def test_the_money_of_america_does_not_turn_a_date_with_points_round(buyer: str) -> None:
    for day, _ in both_ways(invoice("08.10.2026", buyer=BUYERS[buyer])):
        assert day == OCTOBER


def test_german_labels_make_a_date_with_points_sure() -> None:
    assert both_ways(invoice("08.10.2026", "de", BUYERS["DE"])) == [(OCTOBER, False)] * 2


def test_an_american_paper_with_points_and_nothing_else_is_asked_about() -> None:
    for day, asks in both_ways(invoice("08.10.2026")):
        assert day == OCTOBER
        assert asks


def test_an_american_paper_that_has_the_month_before_points_elsewhere_is_believed() -> None:
    text = invoice("08.10.2026") + "Date of service: 08.25.2026\n"
    assert first(text, "USD") == (AUGUST, False)


@pytest.mark.parametrize("separator", "/-")
@pytest.mark.parametrize("buyer", BUYERS)
def test_a_slash_between_two_countries_that_differ_is_a_question(
    buyer: str, separator: str
) -> None:
    text = invoice(f"08{separator}10{separator}2026", buyer=BUYERS[buyer])
    for _, asks in both_ways(text):
        assert asks


@pytest.mark.parametrize("language", ["de", "fr"])
def test_a_slash_of_an_american_seller_below_labels_of_another_language_is_a_question(
    language: str,
) -> None:
    for _, asks in both_ways(invoice("08/10/2026", language)):
        assert asks


def test_a_slash_on_a_paper_that_is_american_throughout_is_none() -> None:
    for found in both_ways(invoice("08/10/2026", buyer="Blue Heron LLC\nSeattle, WA 98101")):
        assert found == (AUGUST, False)


def test_another_day_does_not_turn_a_date_with_points_round() -> None:
    text = invoice("08.10.2026", "de", BUYERS["DE"]) + "Zahlung erhalten am 10. August 2026\n"
    assert first(text, "USD") == (OCTOBER, False)


@given(
    st.dates(date(2020, 1, 1), date(2026, 11, 30)),
    st.sampled_from([*LABELS]),
    st.sampled_from(["", *BUYERS.values()]),
    st.sampled_from(["%d.%m.%Y", "%d.%m.%y"]),
)
def test_what_is_sure_of_a_date_with_points_is_right(
    day: date, language: str, buyer: str, pattern: str
) -> None:
    for found, asks in both_ways(invoice(day.strftime(pattern), language, buyer)):
        assert asks or found == day


@given(
    st.dates(date(2020, 1, 1), date(2026, 11, 30)),
    st.sampled_from([*BUYERS.values()]),
    st.sampled_from(["%d/%m/%Y", "%m/%d/%Y"]),
)
def test_what_is_sure_of_a_date_with_slashes_between_two_countries_is_right(
    day: date, buyer: str, pattern: str
) -> None:
    for found, asks in both_ways(invoice(day.strftime(pattern), buyer=buyer)):
        assert asks or found == day

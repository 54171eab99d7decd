"""The tax: the line that adds up, all lines together, or the table of taxes by rate."""

import pytest

from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.receipt import read
from tillroll_documents.reading.totals.figures import ADDS_UP

HEAD = "PINE BOOKS LTD\nLondon\nDate: 25/05/2024 10:00\n"


@pytest.mark.parametrize(
    ("body", "tax"),
    [
        ("Net  £10.00\nVAT 20%  £2.00\nTotal  £12.00", "2.00"),
        ("Subtotal  £10.00\nState tax 5%  £0.50\nCity tax 2%  £0.20\nTotal  £10.70", "0.70"),
        (
            "Total  £12.70\nVAT rate  net  VAT\n20%  £10.00  £2.00\n5%  £0.67  £0.03\nThank you",
            "2.03",
        ),
        (
            (
                "Total  £12.70\nVAT rate  net  VAT  gross\nA 20%  £10.00  £2.00  £12.00\n"
                "B 0%  £0.70  £0.00  £0.70"
            ),
            "2.00",
        ),
        ("Subtotal  £10.00\nVAT 20%  £2.00\nTotal  £12.01\nRounding  £0.01", "2.00"),
        (
            (
                "Total  £149.35\nVAT%  VAT  net  gross\n12.00  12.79  106.61  119.40\n"
                "25.00  5.99  23.96  29.95"
            ),
            "18.78",
        ),
    ],
)
def test_a_tax_that_adds_up_is_sure(body: str, tax: str) -> None:
    found = read(Transcript.from_text(HEAD + body)).extraction.tax
    assert found.value == tax
    assert found.confidence == ADDS_UP


@pytest.mark.parametrize(
    ("body", "tax"),
    [
        ("Total  £12.00\nVAT included in total  £2.00", "2.00"),
        ("Total  £12.00\nincluded VAT 20%  £1.50\nincluded VAT 5%  £0.10", "1.60"),
        ("Total  £12.70\nVAT A 20%  £1.80\nVAT B 5%  £0.09\nVAT  £1.89", "1.89"),
        ("Total  £12.70\nVAT A  £1.80\nVAT B  £0.09\nVAT  £1.89", "1.89"),
        ("Total  £12.00\nVAT  £0.00", "0.00"),
    ],
)
def test_a_tax_that_stands_alone_is_less_sure(body: str, tax: str) -> None:
    found = read(Transcript.from_text(HEAD + body)).extraction.tax
    assert found.value == tax
    assert 0 < found.confidence < ADDS_UP


@pytest.mark.parametrize("body", ["Total  £12.00", "Total  £12.00\nVAT  £9.00", "VAT  £2.00"])
def test_no_tax_is_made_up(body: str) -> None:
    assert read(Transcript.from_text(HEAD + body)).extraction.tax.value is None


FOLIO = """HOTEL AM FLUSS
Uferweg 3, 20095 Hamburg
Rechnung Nr. 5581    Datum: 17.03.2026
Datum    Leistung                    MwSt    Brutto EUR
14.03.   Doppelzimmer                 7%      160,50
15.03.   Doppelzimmer                 7%      160,50
15.03.   Minibar                      19%      11,90
Gesamtbetrag EUR                              332,90
MwSt-Satz       Netto        MwSt       Brutto
7 %             300,00       21,00      321,00
19 %             10,00        1,90       11,90
Bezahlt mit girocard                          332,90
"""


def test_days_before_the_goods_of_a_hotel_are_no_tax() -> None:
    reading = read(Transcript.from_text(FOLIO), default_currency="EUR")
    assert reading.extraction.tax.value == "22.90"
    assert [(line.rate, line.net, line.tax) for line in reading.extraction.tax_lines] == [
        ("7", "300.00", "21.00"),
        ("19", "10.00", "1.90"),
    ]
    assert reading.accepted


# What an airport or a town takes is no tax on sales: Directive 2006/112/EC, Articles 78 and 79,
# have it in the taxable amount, or outside of it.
@pytest.mark.parametrize(
    "label",
    [
        "Taxes and charges",
        "Taxes & fees",
        "Taxes, fees and charges",
        "Total taxes and fees",
        "Airport tax",
        "Air Passenger Duty",
        "Steuern und Gebühren",
        "Flughafensteuern",
        "Kurtaxe",
    ],
)
def test_what_an_airport_or_a_town_takes_is_no_tax(label: str) -> None:
    body = f"Der Betrag in EUR\nFare  £70.00\n{label}  £12.40\nTotal  £82.40\nVisa  £82.40"
    reading = read(Transcript.from_text(HEAD + body))
    assert reading.extraction.tax.value is None
    assert reading.extraction.tax_lines == ()
    assert reading.extraction.total.value == "82.40"


def test_a_tax_stands_beside_the_charges_of_an_airport() -> None:
    body = "Fare  £60.00\nAirport charges  £10.00\nVAT 20%  £14.00\nTotal  £84.00"
    found = read(Transcript.from_text(HEAD + body)).extraction
    assert found.tax.value == "14.00"


@pytest.mark.parametrize(
    "body",
    [
        "Fare  £60.00\nAirport tax  £10.00\nFuel surcharge  £4.00\nTotal  £74.00",
        "Subtotal  £60.00\nTaxes and fees  £14.00\nTotal  £74.00",
        "Subtotal  £60.00\nAirport tax  £10.00\nTourism tax  £4.00\nTotal  £74.00",
    ],
)
def test_levies_are_part_of_the_sum(body: str) -> None:
    reading = read(Transcript.from_text(HEAD + body))
    assert reading.extraction.total.value == "74.00"
    assert reading.accepted


def test_a_total_with_levies_is_a_total() -> None:
    body = "Fare  £60.00\nTotal incl. taxes and fees  £74.00"
    found = read(Transcript.from_text(HEAD + body)).extraction
    assert found.total.value == "74.00"
    assert found.tax.value is None


@pytest.mark.parametrize(
    ("line", "net", "tax"),
    [
        ("VAT 20% excl. £45.50  £9.10", "45.50", "9.10"),
        ("VAT 20% excluding £45.50 = £9.10", "45.50", "9.10"),
        ("Net VAT 20%  £9.10", None, "9.10"),
        # the tax on 45.52 is 9.104
        ("VAT 20% excl. £45.52  £9.10", "45.52", "9.10"),
    ],
)
def test_the_rate_tells_the_tax_behind_a_net_amount(line: str, net: str | None, tax: str) -> None:
    found = read(Transcript.from_text(f"{HEAD}Total  £54.60\n{line}")).extraction
    assert found.tax.value == tax
    assert [(row.rate, row.net, row.tax) for row in found.tax_lines] == [("20", net, tax)]


def test_each_rate_has_its_net_amount() -> None:
    body = "Total  £65.10\nVAT 20% excl. £45.50  £9.10\nVAT 5% excl. £10.00  £0.50"
    found = read(Transcript.from_text(HEAD + body)).extraction
    assert [(row.rate, row.net, row.tax) for row in found.tax_lines] == [
        ("20", "45.50", "9.10"),
        ("5", "10.00", "0.50"),
    ]


def test_a_tax_below_the_columns_of_the_goods_is_read() -> None:
    body = "Work  VAT rate  Net  Gross\nRepair  20%  £45.50  £54.60\nVAT 20%  £9.10\nTotal  £54.60"
    found = read(Transcript.from_text(HEAD + body)).extraction
    assert found.tax.value == "9.10"


def test_a_printed_tax_that_is_not_read_is_asked() -> None:
    # 9.10 is no usual percentage of 43.00
    body = "Bread  £54.60\nTotal  £54.60\nCash  £54.60\nVAT 20% excl. £43.00  £9.10"
    reading = read(Transcript.from_text(HEAD + body))
    assert reading.extraction.tax.value is None
    assert reading.reasons == ("tax_unread",)


@pytest.mark.parametrize(
    "line",
    [
        "VAT 20%",
        "VAT no 123 4567 89",
        "VAT £0.00",
        "Prices include VAT",
        "Subtotal incl. VAT  £54.60",
        "VAT  £49.10",
    ],
)
def test_what_names_no_amount_of_tax_is_not_asked(line: str) -> None:
    body = f"Bread  £54.60\n{line}\nTotal  £54.60\nCash  £54.60"
    assert "tax_unread" not in read(Transcript.from_text(HEAD + body)).reasons

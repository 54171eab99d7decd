"""A year of two digits is asked where another reading of it is nearer, or where it is long ago."""

from datetime import date

import pytest

from tests.unit.tillroll_documents.reading.as_uploaded import read_text, read_xml
from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.opinions.second_opinion import ModelAnswer, Said, weigh
from tillroll_documents.reading.reasons import ReviewReason
from tillroll_documents.reading.receipt import Reading

SHOPS = {
    "CAD": "PRAIRIE FOODS INC\nEdmonton AB T6N 1M3\nGST 123456789 RT0001",
    "HUF": "DUNA GRILL KFT\n1051 Budapest, Fő utca 1\nAdószám 12345676-2-41",
    "SEK": "Skärgård Bistro AB\nOrg.nr 556012-5790\nStockholm",
    "KRW": "HANOK COFFEE CO., LTD.\nSeoul, Korea",
    "EUR": "Padaria Nova Lda\nRua do Ouro 5, 1100-060 Lisboa\nNIF 500829993",
}


def _read(currency: str, day: str) -> Reading:
    text = f"{SHOPS[currency]}\n{day} 14:10\nXelo  25.00\nTOTAL {currency} 25.00\nVISA  25.00"
    return read_text(text, currency, is_digital=False)


@pytest.mark.parametrize(
    ("currency", "day", "nearest"),
    [
        ("CAD", "09/07/26", date(2026, 9, 7)),
        ("HUF", "24.09.26", date(2026, 9, 24)),
        ("SEK", "23/10/26", date(2026, 10, 23)),
        ("KRW", "15-10-26", date(2026, 10, 15)),
    ],
)
def test_the_reading_nearest_to_today_is_proposed_and_asked(
    currency: str,
    day: str,
    nearest: date,
) -> None:
    reading = _read(currency, day)
    assert reading.extraction.date.value == nearest
    assert ReviewReason.DATE_AMBIGUOUS.value in reading.reasons


@pytest.mark.parametrize(
    ("currency", "day", "expected"),
    [
        ("KRW", "26/10/05", date(2026, 10, 5)),
        ("SEK", "26-10-12", date(2026, 10, 12)),
        ("EUR", "17-11-26", date(2026, 11, 17)),
        ("CAD", "09/27/26", date(2026, 9, 27)),
    ],
)
def test_what_order_and_nearness_agree_on_is_believed(
    currency: str,
    day: str,
    expected: date,
) -> None:
    reading = _read(currency, day)
    assert reading.extraction.date.value == expected
    assert not {reason for reason in reading.reasons if reason.startswith("date")}


@pytest.mark.parametrize("day", ["17-11-24", "30/04/25", "3 abr 25", "3O/09/2023"])
def test_a_day_long_ago_is_asked_where_its_year_is_doubtful(day: str) -> None:
    reasons = _read("EUR", day).reasons
    assert ReviewReason.DATE_IMPLAUSIBLE.value in reasons


@pytest.mark.parametrize("day", ["30/09/2023", "2023-09-30", "30/09/23 (2023-09-30)", "30/06/25"])
def test_a_whole_year_and_a_recent_day_are_believed(day: str) -> None:
    reasons = _read("EUR", day).reasons
    assert not {reason for reason in reasons if reason.startswith("date")}


def test_no_model_settles_a_year_of_two_digits() -> None:
    text = f"{SHOPS['HUF']}\n24.09.26 14:10\nXelo  25.00\nTOTAL HUF 25.00\nVISA  25.00"
    reading = read_text(text, "HUF", is_digital=False)
    answer = ModelAnswer(
        merchant=Said(value="DUNA GRILL KFT", line=0),
        date=Said(value="2026-09-24", line=3),
        total=Said(value="25.00", line=5),
        tax=None,
        currency=Said(value="HUF", line=5),
    )
    weighed = weigh(reading, answer, Transcript.from_text(text), "model")
    assert ReviewReason.DATE_AMBIGUOUS.value in weighed.reasons


_XML = """<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:ID>7</cbc:ID><cbc:IssueDate>{day}</cbc:IssueDate>
<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode><cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
<cac:AccountingSupplierParty><cac:Party><cac:PartyLegalEntity>
<cbc:RegistrationName>Xelo GmbH</cbc:RegistrationName>
</cac:PartyLegalEntity></cac:Party></cac:AccountingSupplierParty>
<cac:LegalMonetaryTotal><cbc:TaxExclusiveAmount currencyID="EUR">5</cbc:TaxExclusiveAmount>
<cbc:TaxInclusiveAmount currencyID="EUR">5</cbc:TaxInclusiveAmount>
<cbc:PayableAmount currencyID="EUR">5</cbc:PayableAmount></cac:LegalMonetaryTotal></Invoice>"""


@pytest.mark.parametrize(
    ("day", "is_asked"),
    [
        ("2026-11-27", False),
        ("2026-11-28", False),
        ("2026-11-29", True),
        ("2028-01-02", True),
        ("2023-01-02", False),
    ],
)
def test_an_e_invoice_of_the_day_after_tomorrow_is_asked(day: str, is_asked: bool) -> None:
    reading = read_xml(_XML.format(day=day).encode())
    assert reading is not None
    assert (ReviewReason.DATE_IMPLAUSIBLE.value in reading.reasons) is is_asked
    assert reading.accepted is not is_asked


def test_the_day_due_of_an_invoice_is_not_taken_for_another_year() -> None:
    text = (
        "Muster Druck GmbH\nHauptstr. 4\n10115 Berlin\nUSt-IdNr. DE123456788\n"
        "Rechnung Nr. 118\nRechnungsdatum 24.11.26\nZahlbar bis 15.12.26\n"
        "Karten  100,00\nNetto  100,00\nMwSt 19%  19,00\nGesamtbetrag EUR  119,00"
    )
    extraction = read_text(text, "EUR", is_digital=True).extraction
    assert (extraction.date.value, extraction.due_date.value) == (
        date(2026, 11, 24),
        date(2026, 12, 15),
    )

"""Printed invoices: seller and buyer, number, days and sums, in layouts of many kinds."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.invoice_layouts import LAYOUTS, Drawn, draw
from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.invoices.printed import read_printed
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.receipt import Reading
from tillroll_documents.reading.text.company_names import Own

SEEDS = range(6)
TODAY = date(2026, 6, 1)


def read(lines: Sequence[str], own: Own | None = None) -> Reading:
    reading = read_printed(
        Page.of(Transcript.from_text("\n".join(lines))),
        default_currency="EUR",
        today=TODAY,
        own=own,
    )
    assert reading is not None, lines
    return reading


def values(reading: Reading) -> dict[str, object]:
    read_values = reading.extraction
    day, kind = read_values.date.value, read_values.document_kind.value
    return {
        "kind": None if kind is None else kind.value,
        "seller": read_values.merchant.value,
        "number": read_values.receipt_number.value,
        "day": None if day is None else day.isoformat(),
        "total": read_values.total.value,
    }


def truth(drawn: Drawn) -> dict[str, object]:
    return {name: getattr(drawn, name) for name in ("kind", "seller", "number", "day", "total")}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_is_read(layout: str, seed: int) -> None:
    drawn = draw(layout, seed)
    assert values(read(drawn.lines)) == truth(drawn)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_evidence_is_where_the_value_stands(layout: str) -> None:
    lines = draw(layout, 1).lines
    for field in (read(lines).extraction.merchant, read(lines).extraction.receipt_number):
        assert field.evidence is not None
        assert lines[field.evidence.line][field.evidence.start : field.evidence.end] == field.value


@pytest.mark.parametrize("layout", LAYOUTS)
@given(st.data())
@settings(max_examples=15, derandomize=True)
def test_an_invoice_that_lost_lines_is_not_accepted_wrongly(
    layout: str, data: st.DataObject
) -> None:
    drawn = draw(layout, data.draw(st.integers(0, 30)))
    lost = data.draw(st.sets(st.integers(0, len(drawn.lines) - 1), max_size=2))
    lines = [line for number, line in enumerate(drawn.lines) if number not in lost]
    reading = read_printed(
        Page.of(Transcript.from_text("\n".join(lines))), default_currency="EUR", today=TODAY
    )
    if reading is not None and reading.accepted:
        kept = truth(drawn) | {"number": values(reading)["number"], "kind": values(reading)["kind"]}
        assert values(reading) == kept


@given(
    st.lists(st.text(max_size=60), max_size=30),
    st.sampled_from(["Rechnung Nr. 1", "Invoice", "Facture N° 3", ""]),
)
@settings(max_examples=60)
def test_any_text_is_read_without_failing(lines: list[str], title: str) -> None:
    reading = read_printed(Page.of(Transcript.from_text("\n".join([title, *lines]))), today=TODAY)
    assert reading is None or reading.accepted is (not reading.reasons)


@pytest.mark.parametrize(
    "title",
    [
        "ANGEBOT Nr. 12",
        "Auftragsbestätigung",
        "Lieferschein 4711",
        "Proforma Invoice",
        "Devis n° 4",
    ],
)
def test_what_is_no_invoice_is_asked(title: str) -> None:
    lines = [
        title if line.strip() == "RECHNUNG" else line for line in draw("heading table", 2).lines
    ]
    reading = read(lines)
    assert values(reading)["kind"] == "other"
    assert "document_is_no_receipt" in reading.reasons


@pytest.mark.parametrize(
    "title", ["Kontoauszug", "2. Mahnung", "Zahlungserinnerung", "Statement of account"]
)
def test_a_statement_is_asked(title: str) -> None:
    lines = [
        title if line.strip() == "RECHNUNG" else line for line in draw("heading table", 2).lines
    ]
    reading = read(lines)
    assert values(reading)["kind"] == "statement"
    assert "document_is_statement" in reading.reasons


def test_a_tills_receipt_is_none() -> None:
    lines = [
        "PINE BOOKS LTD",
        "TAX INVOICE",
        "12 High Street",
        "25/05/2024",
        "Tea  4.00",
        "TOTAL  4.00",
        "CASH  5.00",
    ]
    assert read_printed(Page.of(Transcript.from_text("\n".join(lines)))) is None


def test_an_account_is_never_its_own_merchant() -> None:
    drawn = draw("small business", 3)
    buyer = read(drawn.lines).extraction.buyer.value
    assert buyer is not None
    turned = [line.replace(drawn.seller, "") for line in drawn.lines]
    own = Own.of([buyer], [])
    assert read(turned, own).extraction.merchant.value != buyer


def test_an_invoice_that_the_account_wrote_is_asked() -> None:
    drawn = draw("labelled parties", 1)
    reading = read(drawn.lines, Own.of([drawn.seller.upper()], []))
    assert "own_invoice" in reading.reasons


def test_what_is_due_is_told_from_the_total() -> None:
    extraction = read(draw("labelled parties", 4).lines).extraction
    assert extraction.amount_due.value is not None
    assert extraction.total.value is not None
    assert float(extraction.amount_due.value) < float(extraction.total.value)


@pytest.mark.parametrize(
    ("terms", "due"),
    [
        (
            (
                "Zahlbar innerhalb 30 Tagen netto bis 04.07.2026, 3% Skonto innerhalb 10 Tagen "
                "bis 15.06.2026"
            ),
            "2026-07-04",
        ),
        ("2 % Skonto bis 15.06.2026, zahlbar netto bis 04.07.2026", "2026-07-04"),
        ("Fälligkeitsdatum: 04.07.2026", "2026-07-04"),
    ],
)
def test_the_day_due_is_not_that_of_a_discount(terms: str, due: str) -> None:
    lines = [terms if line.startswith("Zahlbar bis") else line for line in draw("letter", 5).lines]
    found = read(lines).extraction.due_date.value
    assert found is not None
    assert found.isoformat() == due


def test_the_total_that_nothing_confirms_is_asked() -> None:
    lines = [line for line in draw("letter", 5).lines if "netto" not in line and "MwSt" not in line]
    assert "total_uncertain" in read(lines).reasons


HEADER = (
    "Papierhaus Lindner GmbH",
    "Hafenstrasse 12",
    "20457 Hamburg",
    "USt-IdNr. DE136695976",
    "Rechnung",
    "Kunde: Hotel Post AG",
)
SUMS = ("Netto   100,00", "USt 19 %   19,00", "Gesamtbetrag   119,00")


@pytest.mark.parametrize(
    "lines",
    [
        ("Nummer    2406-7380", "Datum: 01.06.2026"),
        ("Numero: 2406-7380    Datum: 01.06.2026",),
        ("Datum          Number          PO number", "01.06.2026     2406-7380       B26-9960"),
        ("Rechnung 2406-7380, Berlin, den 01.06.2026",),
        ("Nr. doc.:    2406-7380", "Datum: 01.06.2026"),
    ],
)
def test_a_number_without_whose_it_is_belongs_to_the_invoice(lines: Sequence[str]) -> None:
    assert read([*HEADER, *lines, *SUMS]).extraction.receipt_number.value == "2406-7380"


def test_a_number_that_goes_on_elsewhere_is_not_read() -> None:
    lines = ("Rechnung F2023-", "06-051", "Datum: 01.06.2026")
    assert read([*HEADER, *lines, *SUMS]).extraction.receipt_number.value is None


@pytest.mark.parametrize("bank", ["Bankverbindung: PostFinance AG", "Volksbank Wien AG"])
def test_a_bank_is_not_the_seller(bank: str) -> None:
    foot = (bank, "IBAN: AT10 4619 1314 6058 0797")
    assert (
        read([*HEADER, "Nummer 77", "Datum: 01.06.2026", *SUMS, *foot]).extraction.merchant.value
        == HEADER[0]
    )


def test_the_payee_of_a_slip_stands_beside_themselves_and_sells() -> None:
    slip = (
        "Konto / Zahlbar an              Konto / Zahlbar an",
        f"{HEADER[0]}         {HEADER[0]}",
    )
    payer = (
        "Zahlbar durch                   Zahlbar durch",
        "Hotel Post AG                   Hotel Post AG",
    )
    assert (
        read(
            [*HEADER, "Nummer 77", "Datum: 01.06.2026", *SUMS, *slip, *payer]
        ).extraction.merchant.value
        == HEADER[0]
    )


def test_who_stands_over_an_address_sells_and_not_the_brand() -> None:
    lines = (
        "Ardent        www.ardent.fr",
        "Facture",
        "Client: Hotel Post AG",
        "Nummer 77",
        "Datum: 01.06.2026",
        *SUMS,
    )
    foot = (
        "Lefèvre Graphisme",
        "5 chemin des Écoliers",
        "67000 Strasbourg",
        "TVA: FR 506 839 533 50",
    )
    assert read([*lines, *foot]).extraction.merchant.value == foot[0]

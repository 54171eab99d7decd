"""Invented receipts of many countries, each as a till there prints it, are read whole."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.receipt import Reading, read

SAMPLES = Path(__file__).parent / "samples"


@dataclass(frozen=True)
class Expected:
    """What stands on a sample. `asked` are the reasons for which it is not accepted."""

    merchant: str
    day: date
    total: str | None
    currency: str | None
    tax: str | None = None
    asked: tuple[str, ...] = ()


EXPECTED = {
    "australian-hardware": Expected(
        "Wattle Hardware Pty Ltd", date(2023, 6, 21), "67.45", "AUD", "6.13"
    ),
    "brazilian-grocer": Expected(
        "MERCEARIA BOA VISTA LTDA", date(2023, 12, 8), "40.88", "BRL", "5.10"
    ),
    "canadian-cafe": Expected("CAFÉ DU VIEUX PORT INC.", date(2024, 2, 11), "9.48", "CAD", "1.23"),
    "car-park": Expected(
        "CITY PARKING", date(2023, 6, 14), "6.00", "EUR", asked=("total_uncertain",)
    ),
    "czech-grocer": Expected(
        "Potraviny U Kapličky s.r.o.", date(2023, 11, 8), "200.00", "CZK", "28.20"
    ),
    "danish-bakery": Expected(
        "BAGERIET PÅ HJØRNET ApS", date(2023, 11, 24), "99.50", "DKK", "19.90"
    ),
    "dutch-grocer": Expected("DE GROENE HOEK", date(2024, 1, 18), "7.42", "EUR", "0.60"),
    "french-bistro": Expected("LE PETIT MERLE", date(2023, 2, 14), "53.40", "EUR", "5.76"),
    "german-grocer-two-rates": Expected(
        "MARKTHALLE SÜDSTERN", date(2023, 11, 24), "5.68", "EUR", "0.58"
    ),
    "german-invoice": Expected(
        "Musterbau Handwerk GmbH", date(2024, 3, 12), "522.41", "EUR", "83.41"
    ),
    "german-petrol-station": Expected(
        "TANKSTELLE NORDRING", date(2023, 6, 30), "68.72", "EUR", "10.97"
    ),
    "indian-sweets": Expected("SHREE KRISHNA SWEETS", date(2023, 8, 15), "536.00", "INR", "25.50"),
    "indonesian-food-stall": Expected("WARUNG BU SARI", date(2024, 1, 12), "66600.00", "IDR"),
    "italian-bar": Expected(
        "BAR STELLA ALPINA di Rossi Maria & C. s.n.c.", date(2024, 3, 7), "3.70", "EUR", "0.43"
    ),
    "japanese-convenience-store": Expected("KONBINI HOSHI", date(2024, 3, 5), "280", "JPY"),
    "london-taxi": Expected("BLACKBIRD CABS", date(2023, 9, 22), "20.00", "GBP"),
    "malaysian-hardware-misread": Expected(
        "SERI MELATI HARDWARE SDN BHD", date(2018, 2, 3), "10.60", "MYR", "0.60"
    ),
    "malaysian-restaurant-rounded": Expected(
        "KEDAI KOPI ANGSANA", date(2018, 3, 21), "26.25", "MYR", "1.49"
    ),
    "mexican-grocer": Expected(
        "ABARROTES EL SOL S.A. DE C.V.", date(2024, 4, 3), "54.48", "MXN", "4.48"
    ),
    "norwegian-cafe": Expected("FJORDKAFEEN AS", date(2023, 6, 17), "312.00", "NOK", "59.27"),
    "polish-bakery": Expected(
        "PIEKARNIA POD LIPĄ SP. Z O.O.", date(2024, 3, 14), "44.80", "PLN", "5.61"
    ),
    "portuguese-tavern": Expected("TASCA DO ZÉ, LDA", date(2023, 5, 6), "10.20", "EUR", "1.17"),
    "singapore-noodles": Expected(
        "ORCHID NOODLE HOUSE PTE LTD", date(2023, 8, 9), "13.54", "SGD", "1.00"
    ),
    "spanish-grocer": Expected(
        "SUPERMERCADOS LA HUERTA, S.A.", date(2023, 9, 5), "5.01", "EUR", "0.26"
    ),
    "swedish-country-shop": Expected(
        "LANTHANDELN I VIKEN AB", date(2024, 5, 17), "149.00", "SEK", "18.78"
    ),
    "swedish-kiosk": Expected("ICE KRONAN", date(2023, 10, 4), "48.40", "SEK", "5.19"),
    "swiss-bakery": Expected("Bäckerei Zopf AG", date(2024, 5, 2), "9.35", "CHF", "0.24"),
    "turkish-stationer": Expected(
        "KARDELEN KIRTASİYE LTD. ŞTİ.", date(2023, 10, 13), "104.50", "TRY", "15.75"
    ),
    "uk-grocer": Expected("GREENFIELD FOODS LTD", date(2023, 7, 3), "5.29", "GBP"),
    "us-corner-shop": Expected(
        "CORNER STOP", date(2024, 4, 3), "4.00", None, asked=("date_ambiguous", "currency_unknown")
    ),
    "us-diner-with-tip": Expected("MAPLE & RYE", date(2024, 4, 5), "42.34", "USD", "2.84"),
    "us-office-supply": Expected(
        "HARBOR OFFICE SUPPLY", date(2023, 12, 11), "50.08", "USD", "3.60"
    ),
}


def read_sample(name: str) -> Reading:
    return read(Transcript.from_text((SAMPLES / f"{name}.txt").read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_sample_is_read_whole(name: str) -> None:
    reading, expected = read_sample(name), EXPECTED[name]
    got = reading.extraction
    assert got.merchant.value == expected.merchant
    assert got.date.value == expected.day
    assert got.total.value == expected.total
    assert got.currency.value == expected.currency
    assert got.tax.value == expected.tax
    assert reading.reasons == expected.asked
    assert reading.accepted is (not expected.asked)


def test_every_sample_is_expected() -> None:
    assert {path.stem for path in SAMPLES.glob("*.txt")} == EXPECTED.keys()


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_evidence_points_at_the_value_in_the_transcript(name: str) -> None:
    lines = (SAMPLES / f"{name}.txt").read_text(encoding="utf-8").split("\n")
    got = read_sample(name).extraction
    for field in (got.merchant, got.date, got.total, got.tax, got.time):
        if field.evidence is None:
            assert field.value is None
            continue
        assert field.evidence.text == lines[field.evidence.line]
        assert field.evidence.text[field.evidence.start : field.evidence.end].strip()

"""Words of sums that OCR glued to their figure."""

import pytest

from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.receipt import Reading, read

FUEL = "ARAL Tankstelle\nHauptstr. 1\n10115 Berlin\n12.11.2026 14:02\nSuper E10  45,00 l"


def read_lines(*lines: str) -> Reading:
    return read(Transcript.from_text("\n".join([FUEL, *lines])))


def test_net_and_tax_glued_to_their_words() -> None:
    # 67.48 + 12.82 = 80.30, and 12.82 is 19 % of 67.48.
    reading = read_lines("Summe  80,30 EUR", "19,00% Netto67,48  MwSt12,82")
    assert reading.extraction.tax.value == "12.82"
    (line,) = reading.extraction.tax_lines
    assert (line.rate, line.net, line.tax) == ("19.00", "67.48", "12.82")
    assert line.evidence is not None
    assert line.evidence.text[line.evidence.start : line.evidence.end] == "12,82"


@pytest.mark.parametrize("label", ["Summe", "TOTAL", "Gesamtbetrag", "Summe€"])
def test_a_total_glued_to_its_word(label: str) -> None:
    reading = read_lines(f"{label}80,30", "MwSt 19%  12,82", "EUR")
    assert reading.extraction.total.value == "80.30"


@pytest.mark.parametrize(
    "label", ["MwSt", "USt", "VAT", "Steuer", "Mehrwertsteuer", "MWST", "Steuerbetrag"]
)
def test_a_tax_glued_to_its_word(label: str) -> None:
    reading = read_lines("Summe  80,30 EUR", f"{label}12,82")
    assert reading.extraction.tax.value == "12.82"


@pytest.mark.parametrize(
    ("currency", "label"), [("EUR", "TVA"), ("EUR", "IVA"), ("EUR", "BTW"), ("SGD", "GST")]
)
def test_a_tax_glued_to_its_word_elsewhere(currency: str, label: str) -> None:
    head = {
        "TVA": "Café de Paris\n12 rue de Rivoli\n75001 Paris\n12/11/2026\nMerci de votre visite",
        "IVA": "Trattoria Roma\nVia Roma 1\n00100 Roma\n12/11/2026\nGrazie e arrivederci",
        "BTW": "Bakkerij Jansen\nDorpsstraat 1\n1011 AB Amsterdam\n12-11-2026\nBedankt, tot ziens",
        "GST": "Kopi House\n1 Orchard Road\nSingapore 238801\n12/11/2026\nThank you",
    }[label]
    text = f"{head}\nTotal  109.00 {currency}\n{label}9.00"
    assert read(Transcript.from_text(text)).extraction.tax.value == "9.00"


@pytest.mark.parametrize(
    "number",
    ["VAT123456789", "USt-IdNr.DE123456789", "MwSt-Nr.123", "MwSt12.11.2026", "VAT12.345.678"],
)
def test_a_number_of_registration_is_no_tax(number: str) -> None:
    reading = read_lines("Summe  80,30 EUR", number)
    assert reading.extraction.tax.value is None
    assert "tax_unread" not in reading.reasons


def test_a_glued_tax_that_is_not_read_is_asked() -> None:
    # 9.10 is no usual percentage of 43.00
    head = "PINE BOOKS LTD\nLondon\nDate: 25/05/2024 10:00\n"
    body = "Bread  £54.60\nTotal  £54.60\nCash  £54.60\nVAT 20% excl£43.00  £9.10"
    reading = read(Transcript.from_text(head + body))
    assert reading.extraction.tax.value is None
    assert reading.reasons == ("tax_unread",)

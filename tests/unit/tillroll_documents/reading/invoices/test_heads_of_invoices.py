"""An invoice's number and days where columns are narrow, labels stand twice, and days are printed
as in the North.
"""

from datetime import date

import pytest

from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.invoices.printed import read_printed
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.receipt import Reading

_FOOT = (
    "Beskrivning                 Antal      Pris        Summa",
    "Papper A4                       1    100,00       100,00",
    "                     Exkl. moms              100,00 SEK",
    "                     Moms 25 %                25,00 SEK",
    "                     Summa att betala        125,00 SEK",
    "IBAN SE18 9338 3437 1796 7206 5982",
)


def read(*head: str) -> Reading:
    text = "\n".join((*head, *_FOOT))
    reading = read_printed(Page.of(Transcript.from_text(text)), today=date(2026, 6, 30))
    assert reading is not None
    return reading


@pytest.mark.parametrize(
    "lines",
    [
        (
            "Fakturanr.:                 Kungsgatan 12",
            "F-2044                      411 05 Göteborg",
        ),
        ("Fakturanr / Invoice no:     F-2044",),
        ("Nummer / Number:", "F-2044"),
        ("Faktura:", "F-2044"),
        ("Kreditfakturanr   Utfärdad     Ordernr", "F-2044            2026-03-09   77"),
    ],
    ids=[
        "a house stands beside it",
        "a label in two languages",
        "below such a label",
        "a colon",
        "a heading",
    ],
)
def test_the_number_is_told_from_what_stands_beside_it(lines: tuple[str, ...]) -> None:
    assert read("FAKTURA", *lines).extraction.receipt_number.value == "F-2044"


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Fakturadatum: 260309", date(2026, 3, 9)),
        ("Faktura nr F-2044 den 260309", date(2026, 3, 9)),
        ("Fakturadato: 09/03-2026", date(2026, 3, 9)),
        ("Fakturadatum: 269909", None),
        ("Ordernr: 260309", None),
    ],
)
def test_days_as_danes_and_swedes_print_them(line: str, day: date | None) -> None:
    assert read("FAKTURA", "Köpare: Anna Berg AB, Göteborg", line).extraction.date.value == day


def test_headings_that_miss_their_days_are_matched_in_order() -> None:
    head = "Fakturanr            Fakturadatum              Förfallodatum"
    days = "F-2044      2026-03-09         2026-04-08"
    found = read("FAKTURA", head, days).extraction
    assert (found.date.value, found.due_date.value) == (date(2026, 3, 9), date(2026, 4, 8))


def test_the_day_of_an_earlier_invoice_is_not_this_ones() -> None:
    earlier = "Avgår delfaktura 2019, dated 2026-01-05: -25,00"
    assert read("FAKTURA", "Fakturadatum: 2026-03-09", earlier).extraction.date.value == date(
        2026, 3, 9
    )


@pytest.mark.parametrize(
    ("line", "is_invoice"), [("IBAN SE18 9338 3437 1796 7206 5982", True), ("", False)]
)
def test_a_title_and_one_sign_make_an_invoice(line: str, is_invoice: bool) -> None:
    page = Page.of(Transcript.from_text(f"FAKTURA\n{line}\nKaffe 25,00\nSumma 25,00 kr\nTack!"))
    assert (read_printed(page, today=date(2026, 6, 30)) is not None) is is_invoice

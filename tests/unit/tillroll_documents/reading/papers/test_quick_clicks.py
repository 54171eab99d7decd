"""What is proposed to a person who clicks quickly is right, or nothing is proposed."""

from datetime import date

import pytest

from tests.unit.tillroll_documents.reading.as_uploaded import read_text
from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.receipt import Reading

HEAD = "OAK SERVICES LTD\nVAT No GB 123 4567 82\nLeeds LS2 8AA\n"
DAY = "24/09/2026 10:12\n"


def _read(text: str, currency: str = "GBP") -> Reading:
    return read_text(text, currency, is_digital=False)


@pytest.mark.parametrize(
    "body",
    [
        "Authorised  £45.00\n31.44 kWh x 0.70\nCharged  £22.01\nReleased  £22.99",
        "Pre-auth GBP 45.00\nCaptured GBP 22.01",
        "Betrag  45.00\n31.44 kWh x 0.70\nXelo  22.01\nYmba  22.99",
    ],
)
def test_what_was_charged_of_a_reserved_amount_is_proposed(body: str) -> None:
    reading = _read(f"{HEAD}{DAY}{body}")
    assert not reading.accepted
    assert reading.extraction.total.value == "22.01"


def test_a_machine_that_gives_change_has_a_total() -> None:
    reading = _read(f"{HEAD}{DAY}Parking  4.50\nTotal £4.50\nInserted  5.00\nChange  0.50")
    assert reading.extraction.total.value == "4.50"


@pytest.mark.parametrize(
    ("shop", "label", "card"),
    [
        ("OAK DELI LTD\nLeeds LS2 8AA\n", "Meal voucher", "VISA"),
        ("BISTRO DU PORT SARL\n13002 Marseille\n", "Titres restaurant", "Carte bancaire"),
        ("TRATTORIA BIANCHI SRL\nP.IVA 01234567897 Torino\n", "Buoni pasto", "Carta"),
        ("Gasthaus Krone GmbH\n70173 Stuttgart\n", "Essensgutschein", "EC-Karte"),
    ],
)
def test_a_voucher_that_paid_a_part_leaves_the_total(shop: str, label: str, card: str) -> None:
    body = f"Menu  38,00\nTOTAL EUR  38,00\n{label}  16,00\n{card}  22,00"
    reading = _read(f"{shop}{DAY}{body}", "EUR")
    assert reading.extraction.total.value == "38.00"
    assert not reading.accepted


@pytest.mark.parametrize(
    "days",
    [
        "Arrival 22/09/2026\nDeparture 24/09/2026",
        "Saapuminen 22/09/2026\nLähtö 24/09/2026",
        "IN: 23/09/2026 22:40\nOUT: 24/09/2026 09:05",
        "Table opened 23/09/2026 22:40\nBill 24/09/2026 01:12",
        "Check-in 22-09-2026\nCheck-out 24-09-2026",
    ],
)
def test_the_day_of_a_bill_is_the_end_of_the_stay(days: str) -> None:
    reading = _read(f"{HEAD}{days}\nRoom  80.00\nTOTAL £80.00\nVISA £80.00")
    assert reading.extraction.date.value == date(2026, 9, 24)
    assert "date_uncertain" in reading.reasons


@pytest.mark.parametrize("mark", ["\u200b", "\u200e", "\u202c", "\u2060", "\ufeff", "\u00ad"])
def test_marks_without_width_part_no_amount(mark: str) -> None:
    text = f"{HEAD}{DAY}Tea  14.00\nTOTAL £1{mark}4{mark}.0{mark}0\nVISA £14.00"
    assert _read(text).extraction.total.value == "14.00"
    assert mark not in Transcript.from_text(text).text


@pytest.mark.parametrize(
    "line",
    ["THANK YOU FOR VISITING", "ELECTRONIC TICKET RECEIPT", "SAVE £2 ON YOUR NEXT VISIT", "COUPON"],
)
def test_a_line_of_the_paper_is_no_shop(line: str) -> None:
    reading = _read(f"{line}\nOak Deli\nLeeds LS2 8AA\n{DAY}Tea  14.00\nTOTAL £14.00\nVISA £14.00")
    assert reading.extraction.merchant.value == "Oak Deli"


def test_a_digit_that_the_total_lost_is_told_by_two_sums() -> None:
    body = "Xelo  3.80\nYmba  12.00\nTOTAL £  5.80\nCASH  20.00\nCHANGE  4.20"
    reading = _read(f"{HEAD}{DAY}{body}")
    assert reading.extraction.total.value == "15.80"
    assert "total_uncertain" in reading.reasons


@pytest.mark.parametrize(
    ("title", "label"),
    [("Leergutbon", "Auszahlung"), ("PANTKVITTO", "Att betala ut"), ("Emballagebon", "Totaal")],
)
def test_bottles_that_were_given_back_are_money_back(title: str, label: str) -> None:
    text = f"Getränke Hofer\n{title}\n24.09.2026 10:02\n12 x 0,25   3,00\n{label} EUR 3,00"
    reading = _read(text, "EUR")
    assert not reading.accepted
    assert reading.extraction.total.value == "-3.00"

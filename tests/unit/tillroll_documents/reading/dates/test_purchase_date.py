"""Of several dates the purchase's is taken; day and month are told apart by the rest of the
receipt, or asked.
"""

from datetime import date

import pytest

from tillroll_documents.reading.dates.purchase_date import find_purchase_date
from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.receipt import read
from tillroll_documents.reading.weights import ranked

TODAY = date(2024, 6, 1)


def best(text: str, currency: str | None = None, today: date | None = None) -> tuple[date, bool]:
    found, ambiguous = find_purchase_date(Page.of(Transcript.from_text(text)), currency, today)
    value = ranked(found)[0].value
    return value, value in ambiguous


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Valid until 31/12/2024\nDate: 25/05/2024 10:30", date(2024, 5, 25)),
        ("Date: 25/05/2024\nClosed: 26-05-2024 00:32", date(2024, 5, 25)),
        ("25/05/2024 10:30\nSale 24 November 2023 - 14 March 2024", date(2024, 5, 25)),
        ("Rechnungsdatum: 13.05.2024\nFällig am: 27.05.2024\nSumme Betrag MwSt", date(2024, 5, 13)),
    ],
)
def test_the_purchases_date_wins(text: str, expected: date) -> None:
    assert best(text) == (expected, False)


@pytest.mark.parametrize(
    ("text", "currency", "expected"),
    [
        ("Kuala Lumpur\n03/04/2024", None, date(2024, 4, 3)),
        ("Portland, OR 97205\n03/04/2024", "USD", date(2024, 3, 4)),
        ("03/04/2024", "EUR", date(2024, 4, 3)),
        ("03/04/2024\nprinted 25/04/2024", None, date(2024, 4, 3)),
        ("03/04/2024\n04/25/2024", None, date(2024, 3, 4)),
        ("03/04/24 10:00\n2024-04-03 10:00", None, date(2024, 4, 3)),
    ],
)
def test_the_order_of_day_and_month_is_told(
    text: str, currency: str | None, expected: date
) -> None:
    assert best(text, currency) == (expected, False)


def test_a_printed_day_of_the_week_tells_the_order() -> None:
    assert best("03/04/2024 Wed") == (date(2024, 4, 3), False)
    assert best("03/04/2024 (Mon)") == (date(2024, 3, 4), False)
    assert best("03/04/2024 open Mon-Sat")[1]


def test_a_date_that_falls_on_another_day_of_the_week_is_asked() -> None:
    assert (
        "date_uncertain"
        in read(Transcript.from_text("PINE BOOKS LTD\nLondon\nDate: 25/05/2024 Mon 10:00")).reasons
    )


def test_a_date_before_its_tax_is_put_right_by_a_look_alike_digit_and_asked() -> None:
    text = "PINE BOOKS SDN BHD\nSELANGOR\nGST 000123456789\n04-05-2013 16:07\nTOTAL RM 4.00"
    reading = read(Transcript.from_text(text))
    assert reading.extraction.date.value == date(2018, 5, 4)
    assert "date_uncertain" in reading.reasons


@pytest.mark.parametrize("printed", ["6/03/2024", "2024/03/2", "2S/05/2024", "12/04/235 5:06 PM"])
def test_a_damaged_date_without_a_witness_is_asked(printed: str) -> None:
    head = "PINE BOOKS LTD\nLondon\n"
    assert (
        "date_uncertain"
        in read(Transcript.from_text(f"{head}Date: {printed} 10:00\nTOTAL £4.00")).reasons
    )


WORN = (
    "PINE BOOKS LTD\nLondon\nDate: 25/05/2024 10:00\nTea  £4.00\nSubtotal  {subtotal}\n"
    "TOTAL  £4.00\n"
    "CASH  {cash}\nCHANGE  £1.00"
)


def test_a_single_date_on_worn_print_is_asked() -> None:
    """Where several decimal points were lost, digits are too."""
    worn = WORN.format(subtotal="4 00", cash="5 00")
    assert read(Transcript.from_text(worn)).reasons == ("date_uncertain",)
    assert read(Transcript.from_text(worn + "\n25-05-2024 10:01 closed")).accepted
    assert read(Transcript.from_text(WORN.format(subtotal="4 00", cash="£5.00"))).accepted


def test_date_digits_in_another_number_speak_for_the_date() -> None:
    found, _ = find_purchase_date(
        Page.of(Transcript.from_text("No BAT02201803120255\n12/03/2018")), None, None
    )
    assert "digits_in_number" in found[0].reasons


def test_an_open_order_is_ambiguous() -> None:
    assert best("03/04/2024")[1]
    assert not best("04/04/2024")[1]


def test_the_accounts_currency_alone_does_not_tell_the_order() -> None:
    bare = "CORNER DINER\nTable 4\n03/04/2024 10:00\nTOTAL 12.00\nCASH 12.00"
    assert "date_ambiguous" in read(Transcript.from_text(bare), default_currency="EUR").reasons
    assert not read(
        Transcript.from_text(bare.replace("12.00", "€12.00")), default_currency="EUR"
    ).reasons


def test_the_order_is_that_which_counts_for_the_date() -> None:
    """Canada writes the year first, which tells nothing of a date that ends in it."""
    assert best("Toronto, Ontario\n03/04/2024")[1]
    assert best("Toronto, Ontario\n24/04/03") == (date(2024, 4, 3), False)


def test_of_two_readings_the_one_in_the_future_is_not_taken_and_the_other_asked() -> None:
    assert best("03/12/2024", "EUR", today=TODAY) == (date(2024, 3, 12), True)


@pytest.mark.parametrize("printed", ["25/12/2031", "25/12/1994"])
def test_an_implausible_date_is_asked(printed: str) -> None:
    text = f"PINE BOOKS LTD\nLondon\nDate: {printed} 10:00\nTOTAL £5.00\nCASH £5.00\nCHANGE £0.00"
    assert read(Transcript.from_text(text), today=TODAY).reasons == ("date_implausible",)


@pytest.mark.parametrize(
    "lines",
    [
        "25/05/2024 09:30",
        "09:30 25/05/2024",
        "25/05/2024\nTime: 09:30",
        "Date 25/05/2024\nCashier 4  9:30 AM",
    ],
)
def test_the_time_stands_beside_or_below_the_date(lines: str) -> None:
    assert (
        read(Transcript.from_text(f"PINE BOOKS LTD\n{lines}\nTOTAL £4.00")).extraction.time.value
        == "09:30"
    )

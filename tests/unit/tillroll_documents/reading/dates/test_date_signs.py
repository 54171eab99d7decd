"""What a paper tells of each of its dates, as a person reads it beside the date; and days that
cannot be.
"""

from datetime import date

import pytest

from tillroll_documents.reading.dates.purchase_date import find_purchase_date
from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.weights import Candidate

TODAY = date(2024, 6, 1)
MALAYSIA = "Kuala Lumpur, Malaysia"


def dates(
    text: str, currency: str | None = None, today: date | None = None
) -> list[Candidate[date]]:
    return find_purchase_date(Page.of(Transcript.from_text(text)), currency, today)[0]


def signs(text: str, today: date | None = None) -> set[str]:
    """Of the first date."""
    return {*dates(text, today=today)[0].reasons}


@pytest.mark.parametrize(
    ("sign", "text"),
    [
        ("printed", "25/05/2024"),
        ("labelled_date", "Date: 25/05/2024"),
        ("labelled_other_date", "Best before 25/05/2024"),
        ("time_beside_it", "25/05/2024 10:00"),
        ("time_beside_it", "10:00 25/05/2024"),
        ("time_beside_it", "24.9.2026 18.30"),
        ("time_beside_it", "24.9.2026 klo 8.30"),
        ("time_on_next_line", "25/05/2024\n10:00"),
        ("beside_payment", "VISA 25/05/2024"),
        ("month_named", "25 May 2024"),
        ("order_certain", "25/05/2024"),
        ("order_certain", "04/04/2024"),
        ("order_fits_other_dates", "03/04/2024\n25/04/2024"),
        ("order_fits_country", f"{MALAYSIA}\n03/04/2024"),
        ("weekday_agrees", "25/05/2024 Sat"),
        ("weekday_differs", "25/05/2024 Mon"),
        ("repaired", "2S/05/2024"),
        ("guessed", "2S/05/2024"),
        ("uneven", "6/03/2024"),
        ("part_of_a_range", "01/05/2024 - 25/05/2024"),
        ("part_of_a_range", "Nov 3 - Dec 3, 2026"),
        ("printed_again", "25/05/2024\n25/05/2024"),
        ("printed_often", "Date 25/05/2024\n25/05/2024\n25/05/2024"),
        ("digits_in_number", "25/05/2024\nNo 4711250520240001"),
        ("digits_in_number", "25/05/2024\nNo 4711202405250001"),
        ("digits_in_number", "25/05/2024\nNo 4711202405250001\nNo 4711250520240001"),
        ("only_date", "25/05/2024"),
        ("near_top_or_bottom", "a\nb\n25/05/2024\nd\ne\nf\ng"),
        ("near_top_or_bottom", "a\nb\nc\nd\ne\nf\n25/05/2024"),
    ],
)
def test_a_date_bears_the_sign_of_what_stands_beside_it(sign: str, text: str) -> None:
    assert sign in signs(text)


@pytest.mark.parametrize(
    ("sign", "text"),
    [
        ("labelled_date", "25/05/2024"),
        ("labelled_date", "Best before date 25/05/2024"),
        ("labelled_other_date", "Date: 25/05/2024"),
        ("time_beside_it", "25/05/2024"),
        ("time_beside_it", "24.9.2026  18.30"),
        ("time_on_next_line", "25/05/2024"),
        ("time_on_next_line", "25/05/2024 10:00\n10:01"),
        ("time_on_next_line", "10:00\n25/05/2024"),
        ("time_on_next_line", "25/05/2024\nTea\n10:00"),
        ("beside_payment", "25/05/2024\nVISA"),
        ("month_named", "25/05/2024"),
        ("order_certain", "03/04/2024"),
        ("order_fits_other_dates", "25/05/2024\n26/05/2024"),
        ("order_fits_other_dates", "03/04/2024"),
        ("order_fits_country", "03/04/2024"),
        ("order_fits_country", f"{MALAYSIA}\n25/05/2024"),
        ("order_fits_country", "03/04/2024\n25/04/2024"),
        ("weekday_agrees", "25/05/2024"),
        ("weekday_agrees", "25/05/2024 Mon-Sat"),
        ("weekday_differs", "25/05/2024"),
        ("weekday_differs", "25/05/2024 Sat"),
        ("weekday_differs", "25/05/2024 Mon-Fri"),
        ("repaired", "25/05/2024"),
        ("guessed", "25/05/2024"),
        ("uneven", "25/05/2024"),
        ("part_of_a_range", "25/05/2024"),
        ("part_of_a_range", "25/05/2024 - 25/05/2024"),
        ("part_of_a_range", "25/05/2024 10:00 paid 26/05/2024"),
        ("printed_again", "25/05/2024\n26/05/2024"),
        ("printed_often", "Date 25/05/2024\n25/05/2024"),
        ("printed_often", "25/05/2024\n25/05/2024\n25/05/2024"),
        ("digits_in_number", "25/05/2024"),
        ("digits_in_number", "25052024 10:00"),
        ("digits_in_number", "25052024 10:00\nNo 4711000011112222"),
        ("digits_in_number", "25/05/2024\nNo 47112505 2024"),
        ("only_date", "25/05/2024\n26/05/2024"),
        ("near_top_or_bottom", "a\nb\n25/05/2024\nd\ne\nf"),
        ("near_top_or_bottom", "a\nb\nc\nd\ne\nf\n25/05/2024\nh"),
    ],
)
def test_a_date_bears_no_sign_of_what_is_not_there(sign: str, text: str) -> None:
    assert sign not in signs(text)


def test_the_place_that_tells_most_stands_for_a_day_that_is_printed_again() -> None:
    [later] = dates("25/05/2024\nDate: 25/05/2024")
    assert later.line.text == "Date: 25/05/2024"
    assert later.line.plain[later.start : later.end] == "25/05/2024"
    [earlier] = dates("Date: 25/05/2024\n25/05/2024")
    assert earlier.line.text == "Date: 25/05/2024"
    [first] = dates("Table 1 25/05/2024\nTable 2 25/05/2024\nTea\nTea\nTea\nTea\nTea\nTea")
    assert first.line.text == "Table 1 25/05/2024"


def doubts(text: str, today: date | None = None) -> set[str]:
    return signs(text, today) & {"implausible", "year_put_right"}


@pytest.mark.parametrize(
    ("day", "is_believed"),
    [
        ("31 May 2024", True),
        ("2 June 2024", True),
        ("3 June 2024", False),
        ("6 June 2004", True),
        ("5 June 2004", False),
    ],
)
def test_twenty_years_back_and_a_time_zone_ahead_are_believed(
    day: str, *, is_believed: bool
) -> None:
    assert (doubts(day, TODAY) == set()) is is_believed


@pytest.mark.parametrize(
    ("place", "first", "before"),
    [
        (f"{MALAYSIA}\nGST 000123", "1 April 2015", "31 March 2015"),
        ("Mumbai, India\nGSTIN 27AAA", "1 July 2017", "30 June 2017"),
        ("Mumbai, India\nCGST 9%", "1 July 2017", "30 June 2017"),
        ("Dubai, UAE\nVAT 5%", "1 January 2018", "31 December 2017"),
        ("Riyadh, Saudi Arabia\nVAT 5%", "1 January 2018", "31 December 2017"),
        ("Sydney NSW Australia\nGST", "1 July 2000", "30 June 2000"),
    ],
)
def test_a_day_is_believed_from_the_first_day_of_its_tax_on(
    place: str, first: str, before: str
) -> None:
    assert doubts(f"{place}\n{first}") == set()
    assert doubts(f"{place}\n{before}") != set()


@pytest.mark.parametrize("word", ["", "non-gst", "gst-free", "angst", "gstaad"])
def test_a_day_before_a_tax_is_believed_that_the_paper_does_not_name(word: str) -> None:
    assert doubts(f"{MALAYSIA}\n{word}\n31/03/2015") == set()


def test_the_tax_is_that_of_the_country_for_which_most_speaks() -> None:
    text = f"{MALAYSIA}\nGST 000123\n31/03/2015\nwww.shop.example.sg"
    assert doubts(text) == {"year_put_right"}


@pytest.mark.parametrize(
    ("printed", "today", "read"),
    [
        # The tax began on the day to which the year is put right.
        ("01/04/2016", date(2015, 4, 10), date(2015, 4, 1)),
        # It was bought on the day on which it is uploaded.
        ("04/05/2013", date(2018, 5, 4), date(2018, 5, 4)),
    ],
)
def test_a_misread_year_is_put_right_up_to_both_ends_of_what_can_be(
    printed: str, today: date, read: date
) -> None:
    [found] = dates(f"{MALAYSIA}\nGST 000123\n{printed}", today=today)
    assert found.value == read
    assert "year_put_right" in found.reasons


@pytest.mark.parametrize(
    ("printed", "today"),
    [
        # No digit looks like this one.
        ("25/12/2034", TODAY),
        ("25/12/2032", TODAY),
        # Neither 2015 nor 2018 has this day.
        ("29/02/2016", date(2015, 4, 10)),
        # 2015 and 2018 could both be meant.
        ("25/12/2026", TODAY),
    ],
)
def test_a_year_is_not_put_right_by_a_guess(printed: str, today: date) -> None:
    [found] = dates(printed, today=today)
    assert found.value == date(int(printed[6:]), int(printed[3:5]), int(printed[:2]))
    assert "implausible" in found.reasons

"""Dates and times of day are found as printed, also where OCR lost a space or read a letter."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tillroll_documents.reading.languages import LANGUAGES
from tillroll_documents.reading.text.dates import Order, PrintedDate, find_dates, find_time
from tillroll_documents.reading.text.vocabulary import months_of

MONTHS = months_of(frozenset(language.code for language in LANGUAGES))


def only(line: str) -> PrintedDate:
    (found,) = find_dates(line, MONTHS)
    return found


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Date: 25/01/2018", date(2018, 1, 25)),
        ("16-04-201814:51", date(2018, 4, 16)),
        ("2018-03-1813:18:48", date(2018, 3, 18)),
        ("18/03/1E", date(2018, 3, 18)),
        ("04/12/175 5:06 PM", date(2017, 12, 4)),
        ("DATE:O3/22/2O18", date(2018, 3, 22)),
        ("25032018 13:11:54", date(2018, 3, 25)),
        ("09:13 am, 21 March, 2018", date(2018, 3, 21)),
        ("10 OCT 2017 TUE", date(2017, 10, 10)),
        ("15 Jun1808:34:31 PM", date(2018, 6, 15)),
        ("02/JAN/2017", date(2017, 1, 2)),
        ("Mar 23, '18", date(2018, 3, 23)),
        ("3. März 2018", date(2018, 3, 3)),
        ("le 3 février 2018", date(2018, 2, 3)),
        ("5 de mayo de 2021", date(2021, 5, 5)),
        ("2018年3月23日", date(2018, 3, 23)),
        ("16 / 04 / 2018", date(2018, 4, 16)),
        ("Feb23'19 10:23AM", date(2019, 2, 23)),
        ("DEC13'21 10:23AM", date(2021, 12, 13)),
        ("Feb2319~10:23AM", date(2019, 2, 23)),
        ("Ju116'17 08:15PM", date(2017, 7, 16)),
        ("#04 MAR.19 17 REG0001", date(2017, 3, 19)),
        ("GUESTS 4 FEB 18/17 8:19", date(2017, 2, 18)),
        ("CARRY-OUT, SUN JUN 24 20:49:53 2018", date(2018, 6, 24)),
        ("17.06.2008:03", date(2020, 6, 17)),
    ],
)
def test_a_date_is_read(line: str, expected: date) -> None:
    assert expected in only(line).readings.values()


@pytest.mark.parametrize(
    "line",
    [
        "31/02/2018",
        "03-4043 7678",
        "NO. 1/2/3",
        "24/06/202  20:03",
        "24/06/202 20:03",
        "16-08-2622",
        "16 Feb 202S",
        "16 Feb 20015",
        "2D24-11-23",
        "12.50 13.40",
        "1/40/2018",
    ],
)
def test_what_is_no_day_is_left(line: str) -> None:
    assert find_dates(line, MONTHS) == []


def test_every_order_that_makes_a_day_is_kept() -> None:
    found = only("01.02.03")
    assert found.readings == {
        Order.DAY_FIRST: date(2003, 2, 1),
        Order.MONTH_FIRST: date(2003, 1, 2),
        Order.YEAR_FIRST: date(2001, 2, 3),
    }


def test_doubtful_prints_are_marked() -> None:
    assert only("06/2/2016").uneven
    assert only("18/03/1E").repaired
    assert not only("6/2/2016").uneven


@pytest.mark.parametrize(
    "line",
    [
        "I9-Feb-2024",
        "Date Z8 Nov 2018",
        "?9 Nov 2018",
        "2025-12-1G",
        "2027/12/1?  17:33",
        "G1/10/2027",
        "17.06.2008:03:15",
        "17 Jun 2008:03:15",
    ],
)
def test_a_digit_that_may_be_lost_beside_the_date_makes_it_a_guess(line: str) -> None:
    assert only(line).guessed


@pytest.mark.parametrize(
    "line",
    [
        "Date9/10/2027",
        "am,9 Nov 2018",
        "2018年3月2日",
        "2025-12-1T10:00",
        "SAT21 Nov 2018",
        "17.06.2016:08:03:15",
    ],
)
def test_a_word_or_a_time_beside_the_date_does_not(line: str) -> None:
    assert not only(line).guessed


@given(
    st.dates(date(1990, 1, 1), date(2099, 12, 31)),
    st.sampled_from(
        [
            "%d/%m/%Y",
            "%d-%m-%Y",
            "%d.%m.%Y",
            "%m/%d/%Y",
            "%Y-%m-%d",
            "%Y/%m/%d",
            "%d %b %Y",
            "%B %d, %Y",
        ]
    ),
    st.sampled_from(["", "Date: ", "DATE "]),
    st.sampled_from(["", " 12:30", "  Cashier 1"]),
)
def test_a_printed_date_is_read_back(day: date, pattern: str, before: str, after: str) -> None:
    text = day.strftime(pattern)
    line = f"{before}{text}{after}"
    found = only(line)
    assert day in found.readings.values()
    assert line[found.start : found.end] == text


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("13:22", time(13, 22)),
        ("1:22:56PM", time(13, 22, 56)),
        ("12:36 AM", time(0, 36)),
        ("21:280001", time(21, 28)),
        ("18.10:59", time(18, 10, 59)),
        ("5.42 pm", time(17, 42)),
        ("14h05", time(14, 5)),
    ],
)
def test_a_time_is_read(line: str, expected: time) -> None:
    found = find_time(line)
    assert found is not None
    assert found[0] == expected


@pytest.mark.parametrize("line", ["10.00 12.50", "23.03.2018", "24:10", "9:61", "no time"])
def test_what_is_no_time_is_left(line: str) -> None:
    assert find_time(line) is None

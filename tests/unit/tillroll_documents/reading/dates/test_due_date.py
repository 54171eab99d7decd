"""The day until which a paper is to be paid, and the days of other calendars."""

from datetime import date, timedelta

import pytest

from tillroll_documents.reading.dates.due_date import find_due_date
from tillroll_documents.reading.dates.other_calendars import NEAR, other_days
from tillroll_documents.reading.extraction import Field, Transcript
from tillroll_documents.reading.page import Page

ISSUED = date(2024, 5, 13)


def due(text: str, issued: date | None = ISSUED) -> Field[date]:
    return find_due_date(Page.of(Transcript.from_text(text)), issued)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Rechnungsdatum: 13.05.2024\nFällig am: 27.05.2024", date(2024, 5, 27)),
        ("Invoice date: 13/05/2024\nDue date\n27/05/2024\nTotal 10.00", date(2024, 5, 27)),
        ("Invoice date 13/05/2024  Due date 27/05/2024", date(2024, 5, 27)),
        # No blank parts the label from the day.
        ("支払期限2024年5月27日", date(2024, 5, 27)),
        # Read in the order of the day of issue.
        ("Invoice date: 13/05/2024\nDue date: 06/07/2024", date(2024, 7, 6)),
        ("Invoice date: 05/13/2024\nDue date: 06/07/2024", date(2024, 6, 7)),
        # One reading lies before the day of issue, and the other is a usual time to pay.
        ("Due date: 06/01/2024", date(2024, 6, 1)),
        # Paid at once, and after the longest time that anybody has.
        ("Due date: 13/05/2024", ISSUED),
        ("Due date: 17/06/2025", ISSUED + timedelta(days=400)),
        # The first label has none, the second does.
        ("Due date\nsee overleaf\nDue date: 27/05/2024", date(2024, 5, 27)),
    ],
)
def test_the_day_behind_its_label_is_taken(text: str, day: date) -> None:
    found = due(text)
    assert (found.value, found.confidence) == (day, 0.95)
    assert found.evidence is not None


@pytest.mark.parametrize(
    "text",
    [
        "Invoice date: 13/05/2024\nTotal 10.00",
        "Due date",
        "Due date: 30/04/2024",
        "Due date: 18/06/2025",
        "Due date\n27/05/2024 and something else",
        # In the order of the day of issue it lies before that day.
        "Invoice date: 13/05/2024\nDue date: 12/05/2024",
        # One reading lies before the day of issue, but nobody has seven months to pay.
        "Due date: 12/05/2024",
        # In either order it lies behind the day of issue, and nothing tells which is meant.
        "Due date: 06/07/2024",
    ],
)
def test_nothing_is_taken_that_is_no_day_to_pay(text: str) -> None:
    assert due(text) == Field[date]()


def test_without_a_day_of_issue_one_reading_is_taken() -> None:
    assert due("Due date: 27/05/2024", None).value == date(2024, 5, 27)
    assert due("Due date: 06/07/2024", None).value is None


def test_where_the_other_reading_is_before_the_issue_four_months_are_the_longest() -> None:
    assert due("Due date: 12/01/2024", date(2024, 8, 3)).value == date(2024, 12, 1)
    assert due("Due date: 12/01/2024", date(2024, 8, 2)).value is None


def days(text: str) -> list[date]:
    return other_days(Page.of(Transcript.from_text(text)))


# New year of Bikram Sambat, and a day late in one, by the calendar of Nepal's government; the first
# of Muharram, and of Ramadan, by the tabular Islamic calendar.
@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Miti: 2081/01/01", date(2024, 4, 13)),
        ("Miti: 2081-12-30", date(2025, 4, 12)),
        ("Miti 01.06.2080", date(2023, 9, 18)),
        ("1445/01/01 AH", date(2023, 7, 19)),
        ("1445/09/01 AH", date(2024, 3, 11)),
        ("Hijri 01-12-1446", date(2025, 5, 28)),
    ],
)
def test_a_day_of_another_calendar_is_computed_to_within_days(text: str, day: date) -> None:
    [found] = days(text)
    assert abs(found - day) <= NEAR == timedelta(days=3)


@pytest.mark.parametrize(
    "text",
    ["2081/01/01", "Miti: 2081/13/01", "Miti: 2081/00/01", "Miti: 2100/01/01", "AH 1500/01/01"],
)
def test_what_is_no_day_of_these_calendars_is_left(text: str) -> None:
    assert days(text) == []


# Sample days of Reingold and Dershowitz, Calendrical Calculations; new year and the first of
# Ramadan by the tabular calendar.
@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1460/10/12 AH", date(2038, 11, 10)),
        ("1445/01/01 AH", date(2023, 7, 19)),
        ("1445/09/01 AH", date(2024, 3, 11)),
    ],
)
def test_a_day_of_the_tabular_calendar_is_exact(text: str, day: date) -> None:
    assert days(text) == [day]


# Days of Nepal's history in both calendars: the republic, two elections, and new year's days.
@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2065/02/15", date(2008, 5, 28)),
        ("2070/08/04", date(2013, 11, 19)),
        ("2077/01/01", date(2020, 4, 13)),
        ("2081/12/30", date(2025, 4, 12)),
        ("2082/11/21", date(2026, 3, 5)),
    ],
)
def test_no_day_of_nepal_is_computed_too_late(text: str, day: date) -> None:
    """Others are computed up to two days early, so that one more would be all that NEAR allows."""
    assert days(f"Miti: {text}") == [day]


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("Miti: 2060/01/01", [2003]),
        ("Miti: 2059/12/30", []),
        ("Miti: 2099/01/01", [2042]),
        ("1420/01/01 AH", [1999]),
        ("1419/12/29 AH", []),
        ("1499/01/01 AH", [2075]),
    ],
)
def test_years_in_which_tills_print_are_taken_and_no_others(text: str, years: list[int]) -> None:
    assert [each.year for each in days(text)] == years


def test_of_thirty_tabular_years_these_eleven_are_a_day_longer() -> None:
    """As Reingold and Dershowitz name them; 1440 is the last one of thirty."""
    new_years = [days(f"{year}/01/01 AH")[0] for year in range(1441, 1472)]
    lengths = [(new_years[at + 1] - new_years[at]).days for at in range(30)]
    longer = [number for number, length in enumerate(lengths, start=1) if length == 355]
    assert longer == [2, 5, 7, 10, 13, 16, 18, 21, 24, 26, 29]
    assert {*lengths} == {354, 355}


def test_a_country_tells_its_calendar() -> None:
    assert days("Kathmandu, Nepal\n2081/01/01") == [date(2024, 4, 13)]
    assert days("Kathmandu, Nepal\n1445/01/01") == []
    assert days("Riyadh, Saudi Arabia\n1445/01/01") == [date(2023, 7, 19)]
    assert days("Riyadh, Saudi Arabia\n2081/01/01") == []

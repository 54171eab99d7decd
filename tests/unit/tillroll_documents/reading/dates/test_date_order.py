"""Which other dates, countries and calendars tell whether the day or the month stands first, and
which tell nothing.
"""

from datetime import date

import pytest

from tests.unit.tillroll_documents.reading.dates.test_date_signs import signs
from tests.unit.tillroll_documents.reading.dates.test_purchase_date import best
from tillroll_documents.reading.dates.purchase_date import find_purchase_date
from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.page import Page

TODAY = date(2024, 6, 1)
APRIL = date(2024, 4, 3)
NEPAL = "Kathmandu, Nepal"


def first(text: str, currency: str | None = None, today: date | None = None) -> tuple[date, bool]:
    """The first date, and whether its month could as well be the other way round."""
    found, ambiguous = find_purchase_date(Page.of(Transcript.from_text(text)), currency, today)
    return found[0].value, found[0].value in ambiguous


@pytest.mark.parametrize(
    "other",
    [
        # However far away, a labelled day or one with its time is of the purchase.
        "Date 25/09/2024",
        "25/09/2024 10:00",
        # It is near; that a further one is not does not matter.
        "25/04/2024\n25/12/2024",
    ],
)
def test_a_date_that_can_be_read_in_one_way_tells_the_order_of_the_others(other: str) -> None:
    assert first(f"03/04/2024\n{other}") == (APRIL, False)


@pytest.mark.parametrize(
    "other",
    [
        "Voucher 25/09/2024",
        "Best before date 25/09/2024",
        "Best before 25/09/2024 10:00",
        "Date 25/09/2034",
    ],
)
def test_a_date_that_may_be_of_something_else_tells_nothing(other: str) -> None:
    assert first(f"03/04/2024\n{other}", today=TODAY)[1]


def test_two_months_are_near_enough_to_be_of_the_same_purchase() -> None:
    assert first("12/04/2024\nVoucher 13/06/2024") == (date(2024, 4, 12), False)
    assert first("12/04/2024\nVoucher 14/06/2024")[1]


def test_a_date_of_goods_tells_no_more_than_the_country_of_the_shop() -> None:
    assert first(f"{NEPAL}\n03/04/2024\nBest before 05/25/2024") == (APRIL, True)


def test_a_currency_of_another_country_does_not_tell_the_order() -> None:
    """Japan writes the year first, and so does Sweden, for which less speaks here."""
    assert first("Kuala Lumpur\n03/04/24", "JPY") == (APRIL, False)
    text = "Kuala Lumpur, Malaysia\n03/04/24\nwww.shop.example.se"
    assert first(text, "JPY") == (APRIL, False)


def test_a_second_language_alone_does_not_tell_the_order() -> None:
    assert Page.of(Transcript.from_text("Date: 03/04/2024")).languages == {"en", "fr"}
    assert first("Date: 03/04/2024") == (APRIL, True)


def test_without_any_sign_the_day_comes_before_the_year() -> None:
    assert first("01.02.03") == (date(2003, 2, 1), True)


def test_a_day_of_another_calendar_tells_the_order_and_nobody_is_asked() -> None:
    text = f"{NEPAL}\nDate : 07/05/2024\nMiti : 21/03/2081"
    assert best(text, today=TODAY) == (date(2024, 7, 5), False)
    assert first(text) == (date(2024, 7, 5), False)


def test_it_tells_the_order_of_a_day_that_is_three_days_away_at_most() -> None:
    assert first(f"{NEPAL}\n04/10/2024\nMiti 2081/01/01") == (date(2024, 4, 10), False)
    assert first(f"{NEPAL}\n04/09/2024\nMiti 2081/01/01")[0] == date(2024, 9, 4)


def test_a_day_that_stands_in_another_calendar_alone_is_a_guess() -> None:
    text = f"{NEPAL}\nMiti : 21/03/2081"
    assert best(text, today=TODAY) == (date(2024, 7, 4), False)
    assert "guessed" in signs(text, TODAY)

"""A person's corrections are checked with messages that teach, and laid over what was read."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from tillroll_documents.reading.correction import ExpenseFields, InvalidValues, apply
from tillroll_documents.reading.extraction import Extraction, Field

READ = Extraction(
    merchant=Field[str](value="PINE BOOKS LTD", confidence=0.9),
    date=Field[date](value=date(2024, 5, 25), confidence=0.9),
    total=Field[str](value="12.00", confidence=0.9),
    tax=Field[str](value="2.00", confidence=0.9),
    currency=Field[str](value="GBP", confidence=0.9),
)
COMPLETE = {
    "merchant": "Oak Inn",
    "date": "2024-05-26",
    "total": "30",
    "tax": "",
    "currency": "eur",
}


def problems(values: Mapping[str, Any], extraction: Extraction | None = READ) -> dict[str, str]:
    with pytest.raises(InvalidValues) as caught:
        apply(extraction, values)
    return dict(caught.value.problems)


def test_what_was_read_stands_without_corrections() -> None:
    assert apply(READ, {}) == ExpenseFields("PINE BOOKS LTD", date(2024, 5, 25), 1200, 200, "GBP")


def test_a_correction_replaces_what_was_read() -> None:
    fields = apply(READ, {"total": "13.50", "merchant": "  Pine \n Books "})
    assert (fields.merchant, fields.total_minor, fields.tax_minor) == ("Pine Books", 1350, 200)


@pytest.mark.parametrize("tax", [None, "", "  "])
def test_a_tax_can_be_taken_away(tax: str | None) -> None:
    assert apply(READ, {"tax": tax}).tax_minor is None


def test_all_values_can_be_typed_in() -> None:
    assert apply(None, COMPLETE) == ExpenseFields("Oak Inn", date(2024, 5, 26), 3000, None, "EUR")


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({"total": "12,90"}, "total", r"such as 12.90"),
        ({"total": "12.345"}, "total", "at most 2 digits"),
        ({"total": ""}, "total", "Type in the amount"),
        ({"total": 12}, "total", "as text"),
        ({"tax": "-1.00"}, "tax", "without a minus"),
        ({"tax": "13.00"}, "tax", "part of the total"),
        ({"total": "-5.00", "tax": "1.00"}, "tax", "with a minus"),
        ({"total": "-5.00", "tax": "-6.00"}, "tax", "part of the total"),
        ({"registeredName": "x" * 201}, "registeredName", "at most 200"),
        ({"date": "25/05/2024"}, "date", "YYYY-MM-DD"),
        ({"date": "2024-02-30"}, "date", "no such day"),
        ({"date": "9999-12-31"}, "date", "no such day"),
        ({"dueDate": "9999-12-31"}, "dueDate", "YYYY-MM-DD"),
        ({"date": ""}, "date", "YYYY-MM-DD"),
        ({"merchant": " "}, "merchant", "name of the shop"),
        ({"merchant": "x" * 201}, "merchant", "at most 200"),
        ({"merchant": None}, "merchant", "as text"),
        ({"currency": "pounds"}, "currency", "ISO 4217"),
        ({"currency": "XXX"}, "currency", "ISO 4217"),
        ({"shop": "Pine"}, "shop", "use merchant, registeredName, date, total, tax, currency"),
    ],
)
def test_a_bad_value_is_refused_with_its_remedy(
    values: Mapping[str, Any], field: str, message: str
) -> None:
    assert message in problems(values)[field]


def test_money_that_came_back_is_a_negative_total() -> None:
    fields = apply(READ, {"total": "-12.90", "tax": "-1.00"})
    assert (fields.total_minor, fields.tax_minor) == (-1290, -100)
    assert apply(READ, {"total": "0", "tax": ""}).total_minor == 0


def test_the_registered_name_is_optional() -> None:
    assert apply(READ, {"registeredName": " Oak  Inns Ltd "}).registered_name == "Oak Inns Ltd"
    assert apply(READ, {"registeredName": None}).registered_name is None


def test_the_digits_follow_the_corrected_currency() -> None:
    assert apply(READ, {"currency": "JPY", "total": "1200", "tax": ""}).total_minor == 1200
    assert "no digits after the point" in problems({"currency": "JPY"})["total"]


def test_every_problem_is_told_at_once() -> None:
    assert problems({}, None).keys() == {"merchant", "date", "total", "currency"}
    assert list(problems({"x": "1", "date": "soon", "total": "lots"})) == ["date", "total", "x"]

"""Rows as models: a field is read by its type, or not at all."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

import pytest

from tillroll_durable.platform.bindings.database import (
    Row,
    Value,
    columns_of,
    insert_row,
    of_row,
)


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Thing:
    name: str
    amount: int
    is_open: bool
    kind: Literal["a", "b"]
    colour: Colour
    note: str | None
    place: int | None


ROW: Row = {
    "name": "N",
    "amount": 3,
    "is_open": 1,
    "kind": "a",
    "colour": "red",
    "note": None,
    "place": 7,
}


def test_each_field_is_read_by_its_type() -> None:
    assert of_row(Thing, ROW) == Thing(
        "N", 3, is_open=True, kind="a", colour=Colour.RED, note=None, place=7
    )


def test_what_is_given_is_not_read() -> None:
    row = {name: value for name, value in ROW.items() if name != "name"}

    assert of_row(Thing, row, name="given").name == "given"


@pytest.mark.parametrize(
    ("column", "value"), [("name", 1), ("amount", "3"), ("note", 5), ("place", "7"), ("name", None)]
)
def test_a_value_of_another_type_is_refused(column: str, value: Value) -> None:
    with pytest.raises(TypeError, match=column):
        of_row(Thing, {**ROW, column: value})


def test_a_word_that_an_enum_lacks_is_refused() -> None:
    with pytest.raises(ValueError, match="blue"):
        of_row(Thing, {**ROW, "colour": "blue"})


@dataclass(frozen=True)
class Holder:
    things: tuple[str, ...]


def test_a_field_that_no_column_can_hold_has_to_be_given() -> None:
    with pytest.raises(TypeError, match="things"):
        of_row(Holder, {"things": "x"})

    assert of_row(Holder, {}, things=("x",)).things == ("x",)


def test_a_row_is_inserted_by_column_and_numbers_stay_whole() -> None:
    inserted = insert_row(
        "things", {"name": "N", "amount": 3, "is_open": True, "day": date(2026, 3, 1), "note": None}
    )

    assert inserted.sql == (
        "INSERT INTO things (name, amount, is_open, day, note) "
        "VALUES (?1, CAST(?2 AS INTEGER), CAST(?3 AS INTEGER), ?4, ?5)"
    )
    assert inserted.parameters == ("N", 3, 1, "2026-03-01", None)


@dataclass(frozen=True)
class Dated:
    day: date
    until: date | None
    colour: Colour | None


def test_days_and_optional_words_are_read() -> None:
    row: Row = {"day": "2026-03-01", "until": None, "colour": "red"}

    assert of_row(Dated, row) == Dated(date(2026, 3, 1), None, Colour.RED)


def test_a_column_may_have_digits_behind_its_first_letter() -> None:
    assert columns_of(["sha256", "is_open"]) == ["sha256", "is_open"]
    inserted = insert_row("receipts", {"sha256": "a"})
    assert inserted.sql == "INSERT INTO receipts (sha256) VALUES (?1)"


@pytest.mark.parametrize("name", ["", "2nd", "a b", "a)", "A", "a;"])
def test_what_is_no_name_of_a_column_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is no column"):
        columns_of([name])

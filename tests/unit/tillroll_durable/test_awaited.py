"""The example that shows how a signal is sent fits the signal's model, whatever that needs."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from tillroll_durable import Params
from tillroll_durable.workflow import example_of


class Colour(StrEnum):
    RED = "red"


class Inner(BaseModel):
    lines: Annotated[list[int], Field(min_length=1)]


class Everything(Params):
    by: str
    how_many: Annotated[int, Field(ge=3)]
    share: float
    amount: Decimal
    is_sure: bool
    colour: Colour
    often: Literal["daily", "weekly"]
    first_day: date
    at: datetime
    note: str | None
    inner: Inner
    extra: str = "not shown"


def test_each_member_that_is_needed_has_a_value_that_is_taken() -> None:
    example = example_of(Everything)
    Everything.model_validate(example)
    assert (example["by"], example["howMany"], example["inner"]) == ("…", 3, {"lines": [0]})
    assert "extra" not in example


def test_a_payload_without_members_is_empty() -> None:
    assert example_of(Params) == {}

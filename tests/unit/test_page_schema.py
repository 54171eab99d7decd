"""Forms that the page makes from a kind's JSON Schema: its own module, given what pydantic writes,
run by the pinned Node.
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field
from pydantic.alias_generators import to_camel

from tests.support.node import run_in_node

_RUN = """
const { schema, params, filled } = given;
const { fieldsOf, fieldText, readFields } = await load("public/js/values/schema.ts");
const fields = fieldsOf(schema);
const valueOf = ({ name, initial }) => (params ? params[name] : initial);
const textOf = (field) => [field.name, fieldText(field, valueOf(field))];
const texts = Object.fromEntries(fields.map(textOf));
return { fields, texts, read: readFields(fields, { ...texts, ...filled }) };
"""


class Colour(StrEnum):
    """A reference in the schema."""

    RED = "red"
    GREEN = "green"


class Inner(BaseModel):
    many: list[int]


class Everything(BaseModel, alias_generator=to_camel):
    """A field of each type, needed, with a value of its own, or null."""

    subject: str
    remark: str = "as ever"
    note: str | None = None
    how_many: int = Field(3, description="At once")
    share: float = 0.5
    amount: Decimal | None = None
    colour: Colour
    often: Literal["daily", "weekly"] = "daily"
    is_loud: bool = False
    is_known: bool | None = None
    is_agreed: bool
    first_day: date | None = None
    inner: Inner | None = None


_NEEDED = {"subject": "one", "colour": '"red"', "isAgreed": "false"}


def read(filled: dict[str, str], params: dict[str, Any] | None = None) -> dict[str, Any]:
    schema = Everything.model_json_schema(by_alias=True)
    return run_in_node(_RUN, {"schema": schema, "params": params, "filled": filled})


def test_each_type_has_its_field_and_what_it_is_without_being_given_is_sent_as_such() -> None:
    found = read(_NEEDED)
    assert [(field["label"], field["type"]) for field in found["fields"]] == [
        ("Subject", "text"),
        ("Remark", "text"),
        ("Note", "text"),
        ("How many", "whole"),
        ("Share", "number"),
        ("Amount", "decimal"),
        ("Colour", "choice"),
        ("Often", "choice"),
        ("Is loud", "boolean"),
        ("Is known", "choice"),
        ("Is agreed", "choice"),
        ("First day", "day"),
        ("Inner", "json"),
    ]
    assert found["fields"][3]["hint"] == "At once"
    assert [option["label"] for option in found["fields"][6]["options"]] == [
        "Choose …",
        "red",
        "green",
    ]
    assert [option["label"] for option in found["fields"][7]["options"]] == ["daily", "weekly"]
    assert [option["label"] for option in found["fields"][10]["options"]] == [
        "Choose …",
        "Yes",
        "No",
    ]
    assert found["texts"]["isAgreed"] == "", "nothing is chosen until somebody does"
    assert found["read"]["problems"] == {}
    expected = Everything.model_validate({"subject": "one", "colour": "red", "isAgreed": False})
    assert Everything.model_validate(found["read"]["params"]) == expected


def test_what_is_filled_in_is_what_the_model_reads() -> None:
    filled = {
        **_NEEDED,
        "remark": "",
        "howMany": "12",
        "share": "0.25",
        "amount": "1234567890123.45",
        "isLoud": "yes",
        "isKnown": "false",
        "firstDay": "7 May 2018",
        "inner": '{"many": [1, 2]}',
    }
    found = Everything.model_validate(read(filled)["read"]["params"])
    assert (found.remark, found.how_many, found.share, found.amount) == (
        "",
        12,
        0.25,
        Decimal("1234567890123.45"),
    )
    assert (found.is_loud, found.is_known, found.first_day) == (True, False, date(2018, 5, 7))
    assert found.inner == Inner(many=[1, 2])


def test_what_was_kept_comes_back_as_it_was() -> None:
    kept = {"subject": "s", "colour": "green", "often": "weekly", "isLoud": True, "isAgreed": True}
    kept |= {"inner": {"many": [5]}}
    params = Everything.model_validate(kept).model_dump(mode="json", by_alias=True)
    found = read({}, params)
    assert found["texts"]["colour"] == '"green"'
    assert found["read"]["params"] == params


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("subject", " ", "Fill this in"),
        ("colour", "", "Fill this in"),
        ("isAgreed", "", "Fill this in"),
        ("howMany", "1.5", "whole number"),
        ("howMany", "99999999999999999999", "whole number"),
        ("share", "much", "Write"),
        ("firstDay", "tomorrow", "Write it as YYYY-MM-DD"),
        ("inner", "{", "no JSON"),
    ],
)
def test_what_cannot_be_read_says_how_to_write_it(name: str, text: str, says: str) -> None:
    found = read({**_NEEDED, name: text})["read"]
    assert [*found["problems"]] == [name]
    assert says in found["problems"][name]
    assert name not in found["params"]

"""How a kind of workflow shows its runs, what features tell beside, and what is withheld."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

from pydantic import BaseModel

from tillroll.durable.record.decisions import Review
from tillroll.platform.bindings.database import Row, Statement
from tillroll.platform.json import Json, JsonObject
from tillroll.platform.models import Model
from tillroll.platform.services import Platform

# A SELECT over the table expression `page`, whose one column is `run_id`; it gives the same column back.
NO_QUERY: Final = "SELECT run_id FROM page"


def _nothing_listed(_row: Row) -> JsonObject:
    return {}


def _no_statements(_run_id: str) -> Sequence[Statement]:
    return ()


async def _nothing_detailed(_platform: Platform, _found: "Detail") -> JsonObject:
    return {}


async def _as_proposed(_platform: Platform, review: Review) -> JsonObject:
    return {"proposed": review.proposed}


@dataclass(frozen=True)
class Detail:
    """What one run's details are made of.

    Attributes:
        steps: the run's rows of `run_steps`.
        rows: what each of the view's statements found, in their order.
    """

    steps: Sequence[Row]
    rows: Sequence[Sequence[Row]]


@dataclass(frozen=True)
class View:
    """A kind's part of what the API answers of its runs; JSON objects with keys in camelCase.

    Attributes:
        query: SELECT over `page(run_id)`, one row a run, with the column `run_id`; where it has a column `changed_at`,
            a change of that counts as a change of the run.
        listed: what an item of a list has, from the query's row.
        statements: what is read for one run's details, by the run's id, in one transaction with the run's own records.
        detailed: what one run's details have in addition.
        proposed: what a person who decides on a review is shown.
        shapes: the model of each property that is an object, by its name, for the OpenAPI document.
    """

    query: str = NO_QUERY
    listed: Callable[[Row], JsonObject] = _nothing_listed
    statements: Callable[[str], Sequence[Statement]] = _no_statements
    detailed: Callable[[Platform, Detail], Awaitable[JsonObject]] = _nothing_detailed
    proposed: Callable[[Platform, Review], Awaitable[JsonObject]] = _as_proposed
    shapes: Mapping[str, type[Model]] = field(default_factory=dict[str, type[Model]])


@dataclass(frozen=True)
class ToldBeside:
    """`statements` are read with the run; the other two get their rows, in order. `shown` is a part of its RunDetail;
    `paid_calls` counts, by step, the calls that cost money."""

    statements: Callable[[str], Sequence[Statement]]
    shown: Callable[[Sequence[Sequence[Row]]], JsonObject]
    paid_calls: Callable[[Sequence[Sequence[Row]]], Mapping[str, int]]


# To be filled in; where anything may stand, it is taken as it is.
FILL_IN: Final = "…"
_DEEPEST: Final = 4
_REF: Final = "#/$defs/"
_BY_TYPE: Final[Mapping[str, Json]] = {"integer": 0, "number": 0, "boolean": True, "string": FILL_IN, "null": None}
_BY_FORMAT: Final[Mapping[str, str]] = {"date": "2026-01-31", "date-time": "2026-01-31T12:00:00Z"}
Schema = Mapping[str, Any]


def example_of(model: type[BaseModel]) -> JsonObject:
    """The members of a payload that cannot be left out, each with a value of its type."""
    schema = model.model_json_schema()
    found = _of(schema, schema.get("$defs", {}), 0)
    return found if isinstance(found, dict) else {}


def _of(schema: Schema, models: Mapping[str, Schema], depth: int) -> Json:
    if "$ref" in schema:
        return _of(models[str(schema["$ref"]).removeprefix(_REF)], models, depth)
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        return _of(choices[0], models, depth)
    named = [schema["const"]] if "const" in schema else schema.get("enum") or schema.get("examples")
    if named:
        return cast("Json", named[0])
    if schema.get("type") == "object":
        members: Mapping[str, Schema] = schema.get("properties", {})
        needed: list[str] = schema.get("required", []) if depth < _DEEPEST else []
        return {name: _of(each, models, depth + 1) for name, each in members.items() if name in needed}
    return _plain(schema, models, depth)


def _plain(schema: Schema, models: Mapping[str, Schema], depth: int) -> Json:
    if schema.get("type") == "array":
        return [_of(schema["items"], models, depth + 1)] if schema.get("minItems") and "items" in schema else []
    if "minimum" in schema:
        return cast("Json", schema["minimum"])
    return _BY_FORMAT.get(schema.get("format", "")) or _BY_TYPE.get(schema.get("type", ""))


WITHHELD: Final[Json] = {"$withheld": True}
"""What stands in the place of a value that is not shown."""

ALL: Final = "*"


def withhold(value: Json, names: Collection[str]) -> Json:
    """The value without the members of these names, at whatever depth; ALL stands for the whole of it."""
    if not names or value is None:
        return value
    if ALL in names:
        return WITHHELD
    match value:
        case dict():
            return {name: WITHHELD if name in names else withhold(each, names) for name, each in value.items()}
        case list():
            return [withhold(each, names) for each in value]
        case _:
            return value

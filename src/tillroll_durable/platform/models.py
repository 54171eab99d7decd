"""JSON objects as the API has them: keys in camelCase."""

from datetime import date, datetime
from functools import partial
from typing import Annotated, Any, Final, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from tillroll_durable.platform.json import JsonObject

# Of a text in a request's body whose field names no length of its own, and of parameters:
# characters.
LONGEST_TEXT: Final = 2_000
LONGEST_IN_PATH: Final = 300
LONGEST_IN_QUERY: Final = 4_000
# Parameters of a query, those that come again counted each time.
MOST_IN_QUERY: Final = 500


class Model(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    def as_json(self) -> JsonObject:
        """The object as it is answered."""
        return self.model_dump(mode="json", by_alias=True)


Item = TypeVar("Item")


class Items(Model, Generic[Item]):
    """A list that is answered whole."""

    items: list[Item]


class Page(Model, Generic[Item]):
    """A part of a list. `next_cursor` asks for the next part; it is null on the last one."""

    items: list[Item]
    next_cursor: str | None


class RequestBody(Model):
    """The body of a request: a field that it does not have is refused, not dropped. A text without
    a length of its own has at most LONGEST_TEXT characters."""

    model_config = ConfigDict(extra="forbid", str_max_length=LONGEST_TEXT)


def _without_defaults(schema: dict[str, Any]) -> None:
    for member in schema.get("properties", {}).values():
        member.pop("default", None)


class ChangeBody(RequestBody):
    """The body of a PATCH: what is left out stays. So its description has no defaults: generated
    clients send them for each field that their caller left out, and would change it."""

    model_config = ConfigDict(json_schema_extra=_without_defaults)


_Shape = TypeVar("_Shape", bound=BaseModel)


def strict_schema(shape: type[BaseModel]) -> dict[str, Any]:
    """The JSON Schema of what `parse_strictly` takes: an object without other members."""
    return {**shape.model_json_schema(by_alias=True), "additionalProperties": False}


def parse_strictly(shape: type[_Shape], value: object) -> _Shape:
    """Read an object as a model, by the names of its JSON Schema alone.

    Raises ValidationError: it does not fit, or has a member that the model does not have.
    """
    return shape.model_validate(value, extra="forbid", by_alias=True, by_name=False)


def written(value: object) -> object:
    """Raises ValueError: a number, which pydantic would take for seconds since 1970."""
    if isinstance(value, (bool, int, float)):
        raise ValueError("Give it as text, such as 2026-03-01")  # noqa: TRY004 - pydantic's way
    return value


def _check_name(name: str, longest: int) -> str:
    if not name.strip() or not name.isprintable() or len(name) > longest:
        raise ValueError(f"Give a name of 1 to {longest} printable characters")
    return name.strip()


def printable(longest: int) -> AfterValidator:
    """Holds a field to a name for people, without blanks around it."""
    return AfterValidator(partial(_check_name, longest=longest))


_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 9998
_Dated = TypeVar("_Dated", bound=date)


def in_years(value: _Dated) -> _Dated:
    """A day or a time around which there are others: the calendar of Python ends with 9999.
    Raises ValueError.
    """
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        raise ValueError(f"Give a year from {_FIRST_YEAR} to {_LAST_YEAR}")
    return value


# A day or a time as JSON has them: text. In UTC only where that is said.
WrittenDay = Annotated[date, BeforeValidator(written), AfterValidator(in_years)]
WrittenTime = Annotated[datetime, BeforeValidator(written), AfterValidator(in_years)]

# The same as they are stored and answered: a text, of which clients read what its format says.
TimeText = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
DayText = Annotated[str, Field(json_schema_extra={"format": "date"})]

# True or false as JSON has them: no text, and no number.
Flag = Annotated[bool, Field(strict=True)]

SHOWN_ONCE: Final = "x-shown-once"

# A secret that is in no other place than this answer. It is null where the request is answered
# again.
ShownOnce = Annotated[
    str | None,
    Field(
        description=(
            "Shown this once: null where the request is answered again by its Idempotency-Key"
        ),
        json_schema_extra={SHOWN_ONCE: True},
    ),
]

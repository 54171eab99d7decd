"""What a field of an expense is beside its type: who changes it, and how files, the search and the
page show it. `models.py` declares each field once, with this as metadata. Pure.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, create_model
from pydantic.alias_generators import to_camel

Kind: TypeAlias = Literal[
    "text",
    "note",
    "amount",
    "day",
    "currency",
    "category",
    "choice",
    "yes",
    "tags",
    "lines",
    "client",
]
"""How a value is typed in. An amount is kept in minor units of the expense's currency."""

Group: TypeAlias = Literal["main", "coding", "details"]


@dataclass(frozen=True)
class Entry:
    """A person may give the value.

    Attributes:
        kind: how it is typed in.
        label: what the page calls it.
        group: where the page's form shows it; None where it has a place of its own.
        longest: characters of a text.
        needs: what a change has to say: a reason and the version that it was made from, or the
            version alone.
        sorts: it may be changed of an approved expense until that is handed on.
        is_approved: who approves an expense approves it too, and is asked again where it changes.
    """

    kind: Kind
    label: str
    group: Group | None = None
    longest: int | None = None
    needs: Literal["reason", "version"] | None = None
    sorts: bool = False
    is_approved: bool = False


@dataclass(frozen=True)
class Follows:
    """The value changes with another one, as a client's name does with its id."""

    field: str


@dataclass(frozen=True)
class Elsewhere:
    """The value has no column in `expenses`."""


@dataclass(frozen=True)
class InFiles:
    """Exports have the value. `heading` is that of its column in a table; None where it has none.
    `is_text`: somebody wrote or printed it, so it may look like a formula.
    """

    heading: str | None = None
    is_text: bool = False


@dataclass(frozen=True)
class Searched:
    """The search finds expenses by the whole value.

    Attributes:
        token: what is typed before a colon.
        label: what the page calls the filter.
        meaning: what the token asks for.
        example: how it is typed.
    """

    token: str
    label: str
    meaning: str
    example: str


ELSEWHERE: Final = Elsewhere()
T = TypeVar("T")


@cache
def fields_of(model: type[BaseModel], kind: type[T]) -> dict[str, T]:
    """The fields of a model that have metadata of a kind, with it, in their order."""
    return {
        name: each
        for name, field in model.model_fields.items()
        for each in field.metadata
        if isinstance(each, kind)
    }


def longest_of(model: type[BaseModel], name: str) -> int:
    """How many characters a text of the model has at most, as it is declared. Raises LookupError:
    it declares none.
    """
    longest = fields_of(model, Entry)[name].longest
    if longest is None:
        raise LookupError(name)
    return longest


def types_of(model: type[BaseModel], names: list[str]) -> dict[str, Any]:
    """These fields of a model, each of which must be given, for `derived`."""
    return {name: (model.model_fields[name].annotation, ...) for name in names}


Base = TypeVar("Base", bound=BaseModel)


def derived(name: str, base: type[Base], fields: dict[str, Any]) -> type[Base]:
    """A model with more fields, each by its type and its default."""
    return create_model(name, __base__=base, **fields)


def json_name(name: str) -> str:
    """The name that a field has in the API."""
    return to_camel(name)

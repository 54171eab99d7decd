"""Where a fault stands in a value, by the type that was to be made of it.

Pydantic names the parts of a union, and the characters of a text, as if they were fields.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, TypeAlias, Union, get_args, get_origin

from pydantic import BaseModel

Error: TypeAlias = Mapping[str, Any]
"""One of `ValidationError.errors()`."""

UNKNOWN: Final = "extra_forbidden"


@dataclass(frozen=True)
class Place:
    """Where a value stands: the names and numbers that lead to it, the types that what holds it may be of, and its
    own."""

    path: list[str]
    holders: list[Any]
    types: list[Any]


def place_of(error: Error, asked: Any) -> Place:
    """The place of an error, without what names a part of a union, or a character of a text."""
    types = holders = _alternatives(Any if asked is None else asked)
    path: list[str] = []
    loc: tuple[str | int, ...] = () if error["type"] == "json_invalid" else error["loc"]
    for number, part in enumerate(loc):
        inner = [found for each in types for found in _inside(each, part)]
        if inner or (number == len(loc) - 1 and error["type"] == UNKNOWN):
            path.append(str(part))
            holders, types = types, [found for each in inner for found in _alternatives(each)]
        else:
            types = [each for each in types if _is_labelled(each, part)] or types
    return Place(path, holders, types)


def _alternatives(asked: Any) -> list[Any]:
    """The types that a value may be of, without null."""
    origin = get_origin(asked)
    if origin is Annotated:
        return _alternatives(get_args(asked)[0])
    if origin in {Union, UnionType}:
        return [found for each in get_args(asked) for found in _alternatives(each)]
    return [] if asked is NoneType else [asked]


def _inside(holder: Any, part: str | int) -> list[Any]:
    """The types of what stands under a name or a number in a value of a type; none where nothing can."""
    origin, inner = get_origin(holder) or holder, get_args(holder)
    is_place = isinstance(part, int)
    if holder is Any and (is_place or "[" not in part):
        return [Any]
    if not isinstance(origin, type) or (not is_place and "[" in part):
        return []
    if issubclass(origin, BaseModel):
        return [field.annotation for name, field in origin.model_fields.items() if part in {name, field.alias}]
    if issubclass(origin, Mapping):
        return [inner[1] if inner else Any]
    is_list = issubclass(origin, Sequence | Set) and not issubclass(origin, str)
    return [inner[0] if inner else Any] if is_place and is_list else []


def _is_labelled(each: Any, label: str | int) -> bool:
    """Whether Pydantic calls a part of a union so: by its class, or by the tag that tells it apart."""
    return isinstance(each, type) and (each.__name__ == label or label in tags_of(each, None))


def tags_of(each: Any, name: str | None) -> list[str]:
    """The words that a model's fields, or the one of a name, are bound to."""
    if not (isinstance(each, type) and issubclass(each, BaseModel)):
        return []
    return [
        word
        for field_name, field in each.model_fields.items()
        if name in {None, field_name, field.alias} and get_origin(field.annotation) is Literal
        for word in get_args(field.annotation)
    ]


def names_of(holders: Sequence[Any]) -> list[str]:
    """The fields of models, as they are sent."""
    return list(
        dict.fromkeys(
            field.alias or name
            for each in holders
            if isinstance(each, type) and issubclass(each, BaseModel)
            for name, field in each.model_fields.items()
        )
    )

"""What is wrong with a value that was sent: where it stands, and what to send instead, in plain
words."""

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from difflib import get_close_matches
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, TypeAlias, Union, cast, get_args, get_origin

from pydantic import BaseModel, ValidationError

Error: TypeAlias = Mapping[str, Any]
"""One of `ValidationError.errors()`."""

UNKNOWN: Final = "extra_forbidden"


@dataclass(frozen=True)
class Place:
    """Where a value stands: the names and numbers that lead to it, the types of its holder, and its
    own."""

    path: list[str]
    holders: list[Any]
    types: list[Any]


def place_of(error: Error, model: Any) -> Place:
    """The place of an error, without what names a part of a union, or a character of a text."""
    types = holders = _alternatives(Any if model is None else model)
    path: list[str] = []
    loc: tuple[str | int, ...] = () if error["type"] == "json_invalid" else error["loc"]
    for number, part in enumerate(loc):
        inner = [each_type for each in types for each_type in _inside(each, part)]
        if inner or (number == len(loc) - 1 and error["type"] == UNKNOWN):
            path.append(str(part))
            holders = types
            types = [each_type for each in inner for each_type in _alternatives(each)]
        else:
            types = [each for each in types if _is_labelled(each, part)] or types
    return Place(path, holders, types)


def _alternatives(model: Any) -> list[Any]:
    """The types that a value may be of, without null."""
    origin = get_origin(model)
    if origin is Annotated:
        return _alternatives(get_args(model)[0])
    if origin in {Union, UnionType}:
        return [each_type for each in get_args(model) for each_type in _alternatives(each)]
    if model is NoneType:
        return []
    return [model]


def _inside(holder: Any, part: str | int) -> list[Any]:
    """The types of what stands under a name or a number in a value of a type; none where nothing
    can."""
    origin = get_origin(holder) or holder
    inner = get_args(holder)
    is_place = isinstance(part, int)
    if holder is Any and (is_place or "[" not in part):
        return [Any]
    if not isinstance(origin, type) or (not is_place and "[" in part):
        return []
    if issubclass(origin, BaseModel):
        return [
            field.annotation
            for name, field in origin.model_fields.items()
            if part in {name, field.alias}
        ]
    if issubclass(origin, Mapping):
        return [inner[1] if inner else Any]
    is_list = issubclass(origin, Sequence | Set) and not issubclass(origin, str)
    if is_place and is_list:
        return [inner[0] if inner else Any]
    return []


def _is_labelled(each: Any, label: str | int) -> bool:
    """Whether Pydantic calls a part of a union so: by its class, or by the tag that tells it
    apart."""
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


_MOST_LISTED: Final = 40
_LONGEST_SHOWN: Final = 100
OBJECT: Final = "Send a JSON object."

# By the type of the error. What stands in braces is of its context.
_SENTENCES: Final[Mapping[str, str]] = {
    "missing": "It is missing.",
    "string_type": "Send a text.",
    "string_too_short": "Send at least {min_length} characters.",
    "string_too_long": "Send at most {max_length} characters.",
    "string_pattern_mismatch": "It does not have this form: {pattern}",
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "Send a whole number."),
    "int_parsing_size": "Send a smaller whole number.",
    **dict.fromkeys(("float_type", "float_parsing"), "Send a number."),
    "finite_number": "Send a finite number.",
    **dict.fromkeys(
        ("decimal_type", "decimal_parsing"), "Send a decimal number, such as 12.50, as text."
    ),
    "decimal_max_places": "Send at most {decimal_places} digits behind the point.",
    "decimal_max_digits": "Send at most {max_digits} digits.",
    **dict.fromkeys(("bool_type", "bool_parsing"), "Send true or false."),
    **dict.fromkeys(
        ("list_type", "tuple_type", "set_type", "frozen_set_type"), "Send a list: […]."
    ),
    "too_short": "Send at least {min_length}.",
    "too_long": "Send at most {max_length}.",
    **dict.fromkeys(
        ("dict_type", "mapping_type", "model_type", "model_attributes_type", "dataclass_type"),
        OBJECT,
    ),
    "greater_than": "Send more than {gt}.",
    "greater_than_equal": "Send {ge} or more.",
    "less_than": "Send less than {lt}.",
    "less_than_equal": "Send {le} or less.",
    "multiple_of": "Send a multiple of {multiple_of}.",
    **dict.fromkeys(("date_type", "date_parsing"), "Send a day as YYYY-MM-DD."),
    **dict.fromkeys(
        ("date_from_datetime_parsing", "date_from_datetime_inexact"), "Send a day as YYYY-MM-DD."
    ),
    **dict.fromkeys(
        ("datetime_type", "datetime_parsing", "datetime_from_date_parsing"),
        "Send a time as YYYY-MM-DDTHH:MM:SSZ, or a day as YYYY-MM-DD.",
    ),
    "timezone_aware": "Send a time with its zone, such as …Z or …+01:00.",
    "none_required": "Send null, or leave it out.",
    "json_invalid": "It is no JSON: {error}.",
}


@dataclass(frozen=True)
class Fault:
    """`field` is the path of names, apart by points; the name that was given for the whole where
    that is wrong."""

    field: str
    says: str


def faults_in(
    errors: Iterable[Error], whole: str, model: Any = None, *, is_shown: bool = True
) -> list[Fault]:
    """What is wrong, each field once. `whole` is what the value itself is called, such as `body`;
    `model` the type that was to be made of it. `is_shown`: a word that is not known is said
    again."""
    sentences_by_field: dict[str, list[str]] = {}
    for error in errors:
        place = place_of(error, model)
        sentences = sentences_by_field.setdefault(".".join(place.path) or whole, [])
        sentence = _sentence_of(error, place, is_shown=is_shown)
        if sentence not in sentences:
            sentences.append(sentence)
    return [
        Fault(field, " Or: ".join(sentences)) for field, sentences in sentences_by_field.items()
    ]


def faults_of(error: ValidationError, whole: str, model: Any = None) -> str:
    """The faults in one line, for logs and records. It leaves out what was sent, which may be
    personal."""
    faults = faults_in(cast("list[Error]", error.errors()), whole, model, is_shown=False)
    return "; ".join(f"{each.field}: {each.says.rstrip('.')}" for each in faults)


def one_of(allowed: Sequence[str], value: object) -> str:
    """What to send in place of a word that is not known."""
    if allowed:
        listed = f"There are {_listed(allowed)}."
    else:
        listed = "There are none."
    if not isinstance(value, str):
        return listed
    near = get_close_matches(value, allowed, n=1)
    guess = "."
    if near:
        guess = f": did you mean {near[0]}?"
    return f"There is no `{value[:_LONGEST_SHOWN]}`{guess} {listed}"


def _listed(allowed: Sequence[str]) -> str:
    names = ", ".join(allowed[:_MOST_LISTED])
    if len(allowed) <= _MOST_LISTED:
        return names
    return f"{names} and {len(allowed) - _MOST_LISTED} more"


def _sentence_of(error: Error, place: Place, *, is_shown: bool) -> str:
    kind = str(error["type"])
    context = dict(error.get("ctx", {}))
    if kind == UNKNOWN:
        return _no_such_field(str(error["loc"][-1]), names_of(place.holders))
    match kind:
        case "literal_error" | "enum" | "union_tag_invalid":
            expected = str(context.get("expected", context.get("expected_tags", "")))
            return one_of(
                re.findall(r"'([^']*)'", expected) or [expected],
                _input_of(error, context, is_shown),
            )
        case "union_tag_not_found":
            discriminator = str(context["discriminator"]).strip("'")
            tags = dict.fromkeys(
                tag for each in place.types for tag in tags_of(each, discriminator)
            )
            return f"Say in `{discriminator}` which it is: {', '.join(tags)}."
        case "value_error" | "assertion_error":
            return _sentence(str(context.get("error", error["msg"])))
        case _:
            if kind in _SENTENCES:
                return _SENTENCES[kind].format_map(context)
            return _sentence(str(error["msg"]))


def _input_of(error: Error, context: Mapping[str, Any], is_shown: bool) -> object:
    if is_shown:
        return context.get("tag", error.get("input"))
    return None


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '?', '!')) else '.'}"


def _no_such_field(name: str, fields: Sequence[str]) -> str:
    near = get_close_matches(name, fields, n=1)
    meant = f" Did you mean {near[0]}?" if near else ""
    if fields:
        return f"No such field here.{meant} There are {_listed(fields)}."
    return "No such field here."

"""JSON values: what crosses the engine's boundary and what is stored as text."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias, cast

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None
JsonObject: TypeAlias = dict[str, Json]

GivenJson: TypeAlias = (
    bool | int | float | str | Sequence["GivenJson"] | Mapping[str, "GivenJson"] | None
)
"""JSON that somebody hands in and that is only read: `dict[str, int]` and `list[str]` are such."""
GivenObject: TypeAlias = Mapping[str, GivenJson]


_STRING: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_BRACKET: Final = re.compile(rb"[\[\]{}]")

# Made once: json.dumps would make one a call.
_CANONICAL = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
)


def dump(value: Json) -> str:
    """Canonical JSON: sorted keys, no spaces, so that equal values have equal text (and
    digests)."""
    return _CANONICAL.encode(value)


def as_json(value: GivenJson) -> Json:
    """Copy it into dicts and lists. Raises TypeError: a part of it is no JSON."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Mapping):
        return as_object(value)
    # The types let bytes pass, as a sequence of numbers, and not everybody has types checked.
    is_list = isinstance(value, Sequence)  # pyright: ignore[reportUnnecessaryIsInstance]
    if not is_list or isinstance(value, bytes | bytearray | memoryview):
        raise TypeError(f"{type(value).__name__} is no JSON: give it as text, or as a number")
    return [as_json(each) for each in value]


def as_object(value: GivenObject) -> JsonObject:
    """Copy it into dicts and lists. Raises TypeError: a part of it is no JSON."""
    return {name: as_json(each) for name, each in value.items()}


def load(text: str) -> Json:
    """Read JSON. Raises ValueError: it is none."""
    return cast("Json", json.loads(text))


def load_object(text: str) -> JsonObject:
    """Parse a JSON object. Raises ValueError: the text is no JSON, or not an object."""
    value = load(text)
    if not isinstance(value, dict):
        raise ValueError("expected a JSON object")  # noqa: TRY004 - the text is what is wrong
    return value


def load_texts(text: str) -> list[str]:
    """Parse a JSON array of texts. Raises ValueError: the text is no JSON, or not such an array."""
    value = load(text)
    if not isinstance(value, list):
        raise ValueError("expected a JSON array")  # noqa: TRY004 - the text is what is wrong
    return [each for each in value if isinstance(each, str)]


# The deepest JSON that anybody may send: no route needs more than three levels.
DEEPEST: Final = 32


def nesting(body: bytes) -> int:
    """How deep brackets stand within each other. Ask before parsing: Python's parser recurses by
    level."""
    deepest = level = 0
    for bracket in _BRACKET.findall(_STRING.sub(b"", body)):
        level += 1 if bracket in b"[{" else -1
        deepest = max(deepest, level)
    return deepest


def member(value: Json, path: str) -> Json:
    """What stands at names and numbers apart by points; None where nothing does."""
    for part in filter(None, path.split(".")):
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value

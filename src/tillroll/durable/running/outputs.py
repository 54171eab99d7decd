"""What a step may hand back: what the engine keeps and gives back as it was. The rest is refused before a write."""

import math
from collections.abc import Iterable
from typing import cast

from tillroll.platform.bindings.database import LARGEST_INTEGER
from tillroll.platform.bindings.engine import NonRetryable
from tillroll.platform.json import Json, dump

# The engine keeps at most 1 MiB a step; larger things belong into the object store, with a reference in the output.
LARGEST_OUTPUT_BYTES = 2**20


class UnfitOutput(NonRetryable):
    """A step's output that the engine would refuse, however often it is tried; the message says how to put it right."""


def as_stored(step: str, output: Json) -> str:
    """The output as canonical JSON.

    Raises:
        UnfitOutput: it is larger than the engine keeps, or no JSON.
    """
    what = _what_is_no_json(output)
    if what is not None:
        raise UnfitOutput(f"the output of {step} holds {what}: hand back JSON, other things as text")
    stored = dump(output)
    try:
        size = _size_at_engine(stored)
    except UnicodeEncodeError as error:
        raise UnfitOutput(f"the output of {step} holds half of a surrogate pair, which is no text") from error
    if size > LARGEST_OUTPUT_BYTES:
        raise UnfitOutput(f"the output of {step} exceeds 1 MiB: put it into the object store, hand back its key")
    return stored


def _size_at_engine(stored: str) -> int:
    """An upper bound of what the engine counts: it keeps text with a byte a character, or with two where one of them is
    beyond Latin-1; sent as UTF-8, it can be more."""
    return max(len(stored.encode()), len(stored.encode("utf-16-le")) if not _is_latin_1(stored) else 0)


def _is_latin_1(text: str) -> bool:
    return text.isascii() or all(character <= "\xff" for character in text)


def _what_is_no_json(value: object) -> str | None:
    """The first thing in it that the engine would change or refuse, in words; None where there is none."""
    match value:
        case None | bool() | str():
            found = None
        case int():
            found = "an integer beyond 2^53" if abs(value) > LARGEST_INTEGER else None
        case float():
            found = None if math.isfinite(value) else f"the number {value}"
        case list():
            found = _first_of(cast("list[object]", value))
        case dict():
            members = cast("dict[object, object]", value)
            has_names = all(isinstance(key, str) for key in members)
            found = _first_of(members.values()) if has_names else "an object whose keys are no text"
        case _:
            found = f"a {type(value).__name__}"
    return found


def _first_of(values: Iterable[object]) -> str | None:
    return next((found for each in values if (found := _what_is_no_json(each)) is not None), None)

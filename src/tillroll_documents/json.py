"""JSON values, and their canonical text."""

import json
from typing import TypeAlias, cast

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None
JsonObject: TypeAlias = dict[str, Json]

# Made once: json.dumps would make one a call.
_CANONICAL = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
)


def dump(value: Json) -> str:
    """Canonical JSON: sorted keys, no spaces, so that equal values have equal text."""
    return _CANONICAL.encode(value)


def load_object(text: str) -> JsonObject:
    """Parse a JSON object. Raises ValueError: the text is no JSON, or not an object."""
    value = cast("Json", json.loads(text))
    if not isinstance(value, dict):
        raise ValueError("expected a JSON object")  # noqa: TRY004 - the text is what is wrong
    return value

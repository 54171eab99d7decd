"""The bounds that hold wherever a definition names none of its own, written into the OpenAPI
document.
"""

from collections.abc import Iterator
from typing import Any

from tillroll_durable.platform.models import (
    LONGEST_IN_PATH,
    LONGEST_IN_QUERY,
    LONGEST_TEXT,
    MOST_IN_QUERY,
)

# A string with one of these is bounded by it.
_BOUNDS_TEXT = frozenset({"maxLength", "enum", "const", "format"})
_OF_PARAMETERS = {"path": LONGEST_IN_PATH, "query": LONGEST_IN_QUERY}


def add_bounds(document: dict[str, Any]) -> None:
    """Add to a document, in place: the length of texts and the number of values in parameters, and
    in each body that refuses what it does not know (`RequestBody`).
    """
    for operations in document["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                longest = _OF_PARAMETERS.get(parameter["in"])
                if longest is not None:
                    _bound(parameter["schema"], longest, MOST_IN_QUERY)
    for schema in document["components"]["schemas"].values():
        if schema.get("additionalProperties") is False:
            for member in schema.get("properties", {}).values():
                _bound(member, LONGEST_TEXT, None)


def _bound(schema: dict[str, Any], longest: int, most: int | None) -> None:
    for each in _parts(schema):
        if each.get("type") == "string" and not _BOUNDS_TEXT & each.keys():
            each["maxLength"] = longest
        if each.get("type") == "array" and most is not None:
            each.setdefault("maxItems", most)


def _parts(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """It, and what is said of its alternatives, items and values."""
    yield schema
    inner = [
        *schema.get("anyOf", ()),
        *schema.get("oneOf", ()),
        schema.get("items"),
        schema.get("additionalProperties"),
    ]
    for each in inner:
        if isinstance(each, dict):
            # Of a JSON document.
            yield from _parts(each)  # pyright: ignore[reportUnknownArgumentType]

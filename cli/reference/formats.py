"""Formats of texts, written into the OpenAPI document: generated clients then read a moment or a
day, where else they have a text.

The names of the API say what each is (docs/api.md). A name that says it of some and not of others,
such as `since`, is declared by its model: `TimeText`, `DayText`.
"""

import re
from collections.abc import Iterator
from typing import Any, Final, cast

TIME: Final = "date-time"
DAY: Final = "date"
# Schemas of a day's or a moment's name are looked at; those that have words of their own are none.
_OTHERWISE: Final = frozenset({"format", "enum", "const", "pattern"})
_TIMES: Final = re.compile(r"\w+(At|Since)|at|previousUntil|tick|nextTick")
_DAYS: Final = re.compile(r"day|date|\w+(Day|Date|On)")


def format_by_name(name: str) -> str | None:
    """What a member of a name is, where it is a text: `date-time`, `date`, or nothing certain."""
    if _TIMES.fullmatch(name):
        return TIME
    if _DAYS.fullmatch(name):
        return DAY
    return None


def add_formats(document: dict[str, Any]) -> None:
    """Change a document in place: each text whose name says a moment or a day has its format."""
    for name, schema in members_in(document):
        format_ = format_by_name(name)
        if format_ is not None:
            for text in texts_in(schema):
                text["format"] = format_


def texts_in(schema: Any) -> Iterator[dict[str, Any]]:
    """Of a member's schema: the parts that are any text, also those in a list."""
    if not isinstance(schema, dict):
        return
    part = cast("dict[str, Any]", schema)
    if part.get("type") in ("string", ["string", "null"]) and not _OTHERWISE & part.keys():
        yield part
    for each in (*part.get("anyOf", ()), *part.get("oneOf", ()), part.get("items")):
        yield from texts_in(each)


def members_in(part: Any) -> Iterator[tuple[str, Any]]:
    """Name and schema of each member of an object, at any depth of a document."""
    if isinstance(part, list):
        for each in part:  # pyright: ignore[reportUnknownVariableType] - of JSON
            yield from members_in(each)
    if not isinstance(part, dict):
        return
    members: Any = part.get("properties")  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - of JSON
    if isinstance(members, dict) and part.get("type") == "object":  # pyright: ignore[reportUnknownMemberType] - of JSON
        yield from cast("dict[str, Any]", members).items()
    for key, each in part.items():  # pyright: ignore[reportUnknownVariableType] - of JSON
        if key not in {"example", "examples"}:
            yield from members_in(each)


def add_files(document: dict[str, Any]) -> None:
    """Change a document in place: an answer of another media type than JSON is a text where it is
    called one, and bytes elsewhere. Generators leave out what has no schema.
    """
    for operations in document["paths"].values():
        for operation in operations.values():
            for answer in operation["responses"].values():
                for media_type, content in answer.get("content", {}).items():
                    content.setdefault("schema", _schema_of(media_type))


def _schema_of(media_type: str) -> dict[str, str]:
    if media_type.startswith("text/"):
        return {"type": "string"}
    return {"type": "string", "format": "binary"}

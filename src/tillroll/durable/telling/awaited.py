"""What is sent with a signal, by an example: what a person copies, fills in and sends."""

from collections.abc import Mapping
from typing import Any, Final, cast

from pydantic import BaseModel

from tillroll.platform.json import Json, JsonObject

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

"""An example for a JSON Schema, by the names of its members. The same schema always gets the same
example.
"""

import re
from collections.abc import Mapping
from typing import Any, Final, cast

from cli.reference.examples.places import PLACES
from cli.reference.examples.words import IDS, NAMES, STATUSES, THERE, TIME, VALUES

_DEEPEST: Final = 6
# Lists that have nothing in them, as a rule.
_EMPTY: Final = frozenset({"mustNotRepeat", "remarks"})
_REF: Final = "#/components/schemas/"
_TIMES: Final = re.compile(r"\w+At$|Until$|^(until|deadline|since|at|timestamp|tick|nextTick)$")
_DAYS: Final = re.compile(r"(date|Date|Day)$")
Schema = Mapping[str, Any]


class Examples:
    """Examples of the schemas of a document. `schemas` are its components."""

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self._schemas = schemas

    def of(
        self, schema: Schema, name: str = "", *, within: str = "", only_required: bool = False
    ) -> Any:
        """A value that fits. `name` is the member's, `within` the part of a path that an `id`
        belongs to. Of an object, with `only_required`, no member that may be left out.
        """
        return self._of(schema, name, within, 0, only_required=only_required)

    def _of(
        self, schema: Schema, name: str, within: str, depth: int, *, only_required: bool = False
    ) -> Any:
        told = PLACES.get(within, {}).get(name, "")
        if told is None or (told and not isinstance(told, str | int)):
            return told
        if "$ref" in schema:
            return self._of(
                self._schemas[str(schema["$ref"]).removeprefix(_REF)], name, within, depth
            )
        named = (
            [schema["const"]] if "const" in schema else schema.get("examples") or schema.get("enum")
        )
        if named:
            return next((each for each in VALUES.get(name, ()) if each in named), named[0])
        choices = schema.get("anyOf") or schema.get("oneOf")
        if choices:
            return self._one_of(choices, name, within, depth)
        if schema.get("type") == "object":
            return self._object(schema, name, within, depth, only_required=only_required)
        return (
            self._array(schema, name, within, depth)
            if schema.get("type") == "array"
            else _plain(schema, name, within)
        )

    def _one_of(self, choices: list[Schema], name: str, within: str, depth: int) -> Any:
        """The first that a value is known for, else the first that is not null; null where it nests
        too deeply.
        """
        kinds = [each for each in choices if each.get("type") != "null"]
        for value in _known(name, within):
            if any(_fits(each, value) for each in kinds):
                return value
        if len(kinds) < len(choices) and name not in THERE:
            return None
        return self._of(kinds[0], name, within, depth)

    def _object(
        self, schema: Schema, name: str, within: str, depth: int, *, only_required: bool
    ) -> Any:
        members: Mapping[str, Schema] = schema.get("properties", {})
        within = _inside(name, within)
        if not members:
            return self._mapping(schema, name, within, depth)
        required = schema.get("required", [])
        return {
            member: self._of(each, member, within, depth + 1)
            for member, each in members.items()
            if member in required or not (only_required or depth >= _DEEPEST)
        }

    def _mapping(self, schema: Schema, name: str, within: str, depth: int) -> Any:
        """An object whose members have no names of their own."""
        values = schema.get("additionalProperties")
        for value in VALUES.get(name, ()):
            if hasattr(value, "keys"):
                return value
        if not isinstance(values, dict) or not values or depth >= _DEEPEST:
            return {}
        return {"Meals": self._of(cast("Schema", values), name, within, depth + 1)}

    def _array(self, schema: Schema, name: str, within: str, depth: int) -> Any:
        for value in VALUES.get(name, ()):
            if (
                (value or name in _EMPTY)
                and isinstance(value, list)
                and _fits(schema, cast("Any", value))
            ):
                return cast("Any", value)
        each = schema.get("items", {})
        if depth >= _DEEPEST and not schema.get("minItems"):
            return []
        singular = "id" if name == "ids" else name
        return [self._of(each, singular, within, depth + 1)]


def _inside(name: str, within: str) -> str:
    """What the members of `name` stand in, where that stands in `within`."""
    place = f"{within}.{name}"
    return place if place in PLACES else name if name in NAMES or name in PLACES else within


def _fits(schema: Schema, value: Any) -> bool:
    """Whether a plain value, or a list of such, is one that the schema allows as far as its type
    and form go.
    """
    if "const" in schema or schema.get("enum"):
        return value in schema.get("enum", [schema.get("const")])
    match schema.get("type"):
        case "string":
            return isinstance(value, str) and _is_formed(schema, value)
        case "integer" | "number":
            return isinstance(value, int) and not isinstance(value, bool)
        case "boolean":
            return isinstance(value, bool)
        case "array":
            items: Schema = schema.get("items", {})
            return isinstance(value, list) and all(
                _fits(items, each) for each in cast("list[Any]", value)
            )
        case _:
            return False


def _is_formed(schema: Schema, value: str) -> bool:
    form, pattern = schema.get("format"), schema.get("pattern")
    if form == "date":
        return re.fullmatch(r"\d{4}-\d\d-\d\d", value) is not None
    if form == "date-time":
        return "T" in value and value.endswith("Z")
    return pattern is None or re.search(pattern, value) is not None


def _plain(schema: Schema, name: str, within: str) -> Any:
    """Text, a number, a boolean, or anything."""
    kind = schema.get("type")
    if kind == "boolean":
        return bool(schema.get("default", False))
    for value in _known(name, within):
        if _fits(schema, value):
            return value
    if kind in {"integer", "number"}:
        return max(int(schema.get("minimum", 0)), int(schema.get("default", 1)))
    if kind is None:
        return {}
    if schema.get("default"):
        return schema["default"]
    return _text(schema, name)


def _known(name: str, within: str) -> tuple[Any, ...]:
    if name in PLACES.get(within, {}):
        return (PLACES[within][name],)
    if name == "id" and within in IDS:
        return (IDS[within],)
    if name == "name" and within in NAMES:
        return (NAMES[within],)
    if name == "status" and within in STATUSES:
        return (STATUSES[within], *VALUES[name])
    return (IDS[name],) if name in IDS else VALUES.get(name, ())


def _text(schema: Schema, name: str) -> str:
    form = schema.get("format")
    if form == "date-time" or (form is None and _TIMES.search(name)):
        return TIME
    if form == "date" or (form is None and _DAYS.search(name)):
        return TIME[:10]
    return NAMES.get(name, "text")

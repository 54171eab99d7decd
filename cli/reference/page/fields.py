"""The fields of a body, and the parameters of a route, in a table that is made from their JSON
Schema.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast

from pydantic.alias_generators import to_camel

from cli.reference.page.html import prose, table
from tillroll_durable.platform.models import LONGEST_IN_PATH, LONGEST_IN_QUERY, LONGEST_TEXT

_REF: Final = "#/components/schemas/"
_DEEPEST: Final = 4
_WORDS: Final[Mapping[str, str]] = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "null": "null",
}
_FORMS: Final[Mapping[str, str]] = {
    "date": "day",
    "date-time": "time",
    "binary": "file",
    "uri": "address",
}
# Said once for all texts that name no length of their own.
_USUAL: Final = frozenset({LONGEST_TEXT, LONGEST_IN_PATH, LONGEST_IN_QUERY})
Schema = Mapping[str, Any]
Row = tuple[str, str, str, str]


class Fields:
    """Tables for the schemas of a document. `schemas` are its components."""

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self._schemas = schemas

    def of_body(self, label: str, schema: Schema) -> str:
        """What is said of a body, and its fields; nothing where its fields have no names of their
        own.
        """
        shape = self._resolved(schema)
        said = prose(_as_sent(str(shape.get("description", "")), {*shape.get("properties", {})}))
        rows = [*self._rows(shape, "", 0)]
        return said + (table(label, ("Field", "Is", "Needed", "Says"), rows) if rows else "")

    def of_parameters(self, label: str, parameters: Sequence[Mapping[str, Any]]) -> str:
        rows = [
            (
                f"`{each['name']}` ({each['in']})",
                self._is(each.get("schema", {})),
                _needed(is_needed=bool(each.get("required"))),
                str(each.get("description", "")),
            )
            for each in parameters
        ]
        return table(label, ("Parameter", "Is", "Needed", "Says"), rows) if rows else ""

    def said_of(self, schema: Schema) -> str:
        """What a definition says of itself, with the names of its fields as they are sent."""
        shape = self._resolved(schema)
        return _as_sent(str(shape.get("description", "")), {*shape.get("properties", {})})

    def _resolved(self, schema: Schema) -> Schema:
        """The definition itself, also behind a reference, and of what may be null."""
        if "$ref" in schema:
            return self._resolved(self._schemas[str(schema["$ref"]).removeprefix(_REF)])
        there = _choices(schema)
        return self._resolved(there[0]) if len(there) == 1 else schema

    def _rows(self, schema: Schema, prefix: str, depth: int, of: str = "") -> Iterator[Row]:
        """The fields of an object, and of what is in it, by their paths. `of` names the variant
        that has them.
        """
        shape = self._resolved(schema)
        if shape.get("type") == "array":
            yield from self._rows(
                shape.get("items", {}), f"{prefix.removesuffix('.')}[].", depth, of
            )
            return
        variants = [self._resolved(each) for each in _choices(shape)]
        told_apart = [
            each["properties"]["name"]
            for each in variants
            if "const" in each.get("properties", {}).get("name", {})
        ]
        if told_apart:
            yield (
                f"`{prefix}name`",
                f"one of {', '.join(self._one(each) for each in told_apart)}",
                _needed(is_needed=True),
                "",
            )
        for variant in variants:
            yield from self._rows(variant, prefix, depth, f"for {self._name_of(variant)}")
        if depth >= _DEEPEST:
            return
        needed = shape.get("required", ())
        for name, each in shape.get("properties", {}).items():
            if of and name == "name" and "const" in each:
                continue  # the field by which variants differ: said once, for all of them
            said = _as_sent(str(each.get("description", "")), {*shape["properties"]})
            needs = _needed(is_needed=name in needed)
            yield f"`{prefix}{name}`", self._is(each), ", ".join(filter(None, (needs, of))), said
            yield from self._rows(each, f"{prefix}{name}.", depth + 1, of)

    def _name_of(self, variant: Schema) -> str:
        """The word that tells a variant apart, or what it is called."""
        members: Mapping[str, Schema] = self._resolved(variant).get("properties", {})
        words = [str(each["const"]) for each in members.values() if "const" in each]
        return f"`{words[0]}`" if words else str(self._resolved(variant).get("title", "another"))

    def _is(self, schema: Schema) -> str:
        """Type and limits, as in `whole number, 0 to 168; else 24`."""
        kinds = _kinds(schema)
        said = " or ".join(dict.fromkeys(self._one(self._resolved(each)) for each in kinds))
        default = schema.get("default")
        return f"{said}; else `{_written(default)}`" if default not in (None, "", [], {}) else said

    def _one(self, schema: Schema) -> str:
        if "const" in schema:
            return f"`{_written(schema['const'])}`"
        if schema.get("enum"):
            return f"one of {', '.join(f'`{_written(each)}`' for each in schema['enum'])}"
        kind, limits = schema.get("type"), _limits(schema)
        if kind == "array":
            items: Schema = schema.get("items", {})
            return f"list of {self._is(items)}{limits}"
        if kind == "object" or schema.get("properties") or _choices(schema):
            values = schema.get("additionalProperties")
            of = (
                f" of {self._is(cast('Schema', values))}"
                if isinstance(values, dict) and values
                else ""
            )
            return f"object{of}{limits}"
        return f"{_FORMS.get(str(schema.get('format')), _WORDS.get(str(kind), 'anything'))}{limits}"


def _kinds(schema: Schema) -> Sequence[Schema]:
    return schema.get("anyOf") or schema.get("oneOf") or [schema]


def _choices(schema: Schema) -> list[Schema]:
    """What a value may be of, but null."""
    return [
        each
        for each in schema.get("anyOf") or schema.get("oneOf") or ()
        if each.get("type") != "null"
    ]


def _needed(*, is_needed: bool) -> str:
    return "needed" if is_needed else ""


def _written(value: Any) -> str:
    return (
        {True: "true", False: "false"}.get(value, str(value))
        if isinstance(value, bool)
        else str(value)
    )


def _limits(schema: Schema) -> str:
    found = (
        _between(schema.get("minimum"), schema.get("maximum"), ""),
        _between(schema.get("minLength"), schema.get("maxLength"), " characters"),
        _between(schema.get("minItems"), schema.get("maxItems"), " of them"),
    )
    return "".join(f", {each}" for each in found if each)


def _between(least: Any, most: Any, of: str) -> str:
    least, most = (
        int(each) if isinstance(each, float) and each.is_integer() else each
        for each in (least, most)
    )
    most = None if of == " characters" and most in _USUAL else most
    if least is not None and most is not None:
        return f"{least} to {most}{of}"
    if most is not None:
        return f"at most {most}{of}"
    return f"{least} or more{of}" if least else ""


def _as_sent(text: str, names: set[str]) -> str:
    """A description with the names of fields as JSON has them."""

    def sent(found: re.Match[str]) -> str:
        name = to_camel(found[1])
        return f"`{name if name in names else found[1]}`"

    return re.sub(r"`([a-z]+(?:_[a-z]+)+)`", sent, text)

"""What the description says of one value."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Final, TypeAlias, cast

JsonObject: TypeAlias = dict[str, Any]

_WORDS: Final = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "array": "list",
    "object": "object",
}


class Schema:
    """A value's schema. References are followed, and all that a union allows is allowed."""

    def __init__(self, document: JsonObject, declared: JsonObject) -> None:
        self._document = document
        self._forms = [*_forms(document, declared)]
        self.description = " ".join(str(declared.get("description", "")).split())
        self.default: object = declared.get("default")

    @cached_property
    def types(self) -> frozenset[str]:
        """The JSON types that the value may have."""
        return frozenset(_type_of(form) for form in self._forms)

    @property
    def may_be_nothing(self) -> bool:
        return "null" in self.types

    @property
    def is_file(self) -> bool:
        return any(form.get("format") == "binary" for form in self._forms)

    @cached_property
    def choices(self) -> list[str]:
        """The only texts that the value may have; empty where any text will do."""
        found: list[str] = []
        for form in self._forms:
            if _type_of(form) == "string":
                own = form.get("enum") or ([form["const"]] if "const" in form else None)
                if own is None:
                    return []
                found += [str(each) for each in own]
        return [*dict.fromkeys(found)]

    @cached_property
    def items(self) -> "Schema":
        """An item of the list."""
        for form in self._forms:
            if isinstance(form.get("items"), dict):
                return Schema(self._document, form["items"])
        return Schema(self._document, {})

    @cached_property
    def members(self) -> "Mapping[str, Schema]":
        """The members of the object by their names."""
        found: dict[str, Schema] = {}
        for form in self._objects:
            for name, declared in form.get("properties", {}).items():
                found.setdefault(name, Schema(self._document, declared))
        return found

    @cached_property
    def required(self) -> frozenset[str]:
        """Members that each form of the object needs."""
        needed: set[str] = set(self.members)
        for form in self._objects:
            needed &= set(form.get("required", ()))
        return frozenset(needed)

    @property
    def takes_other_members(self) -> bool:
        """Whether the object takes members that are not described."""
        if "any" in self.types:
            return True
        return any(form.get("additionalProperties") not in (None, False) for form in self._objects)

    @property
    def _objects(self) -> list[JsonObject]:
        return [form for form in self._forms if _type_of(form) == "object"]

    @property
    def largest(self) -> int | None:
        """The largest number that it takes."""
        found: list[float] = [form["maximum"] for form in self._forms if "maximum" in form]
        return int(max(found)) if found else None

    def in_words(self) -> str:
        """What a person may write."""
        if self.is_file:
            return "file: @PATH"
        if self.choices:
            words = [" | ".join(self.choices)]
        else:
            words = [_WORDS[each] for each in _WORDS if each in self.types - {"null"}]
        if "array" in self.types:
            words = [f"list: {self.items.in_words()}; repeat"]
        if self.may_be_nothing:
            words.append("nothing")
        return " or ".join(words)


def _forms(document: JsonObject, declared: JsonObject) -> Iterator[JsonObject]:
    """The schemas of which the value has one, without references and unions."""
    if "$ref" in declared:
        yield from _forms(document, referred(document, str(declared["$ref"])))
        return
    unions: list[JsonObject] = [*declared.get("anyOf", ()), *declared.get("oneOf", ())]
    if unions:
        for each in unions:
            yield from _forms(document, each)
        return
    types: object = declared.get("type")
    if isinstance(types, list):
        for each in cast("list[str]", types):
            yield {**declared, "type": each}
        return
    yield declared


def _type_of(form: JsonObject) -> str:
    if "type" in form:
        return str(form["type"])
    return "object" if "properties" in form else "any"


def referred(document: JsonObject, reference: str) -> JsonObject:
    """What stands in the document where a reference leads."""
    found: Any = document
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return found

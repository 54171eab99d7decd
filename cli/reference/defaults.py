"""Defaults of request bodies, as words. Generated clients send what has a default in its schema,
or require it, as those of openapi-typescript do."""

import json
from typing import Any, Final, cast

_REF: Final = "#/components/schemas/"


def say_defaults(document: dict[str, Any]) -> None:
    """Change a document in place: a member of a request's body says in words what it is without a
    value, and has no `default`."""
    schemas: dict[str, Any] = document["components"]["schemas"]
    names: set[str] = set()
    for operations in document["paths"].values():
        for operation in operations.values():
            body = operation.get("requestBody", {})
            _say_within(body)
            _collect(body, schemas, names)
    for name in names:
        _say_within(schemas[name])


def _collect(part: Any, schemas: dict[str, Any], names: set[str]) -> None:
    """Add the names of the schemas that a part of the document refers to, and of those that they
    refer to.
    """
    if isinstance(part, list):
        for each in part:  # pyright: ignore[reportUnknownVariableType] - of a JSON document
            _collect(each, schemas, names)
    if not isinstance(part, dict):
        return
    reference = part.get("$ref")  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType] - of JSON
    name = str(reference).removeprefix(_REF)  # pyright: ignore[reportUnknownArgumentType] - of JSON
    if name in schemas and name not in names:
        names.add(name)
        _collect(schemas[name], schemas, names)
    for each in part.values():  # pyright: ignore[reportUnknownVariableType] - of JSON
        _collect(each, schemas, names)


def _say_within(part: Any) -> None:
    if isinstance(part, list):
        for each in part:  # pyright: ignore[reportUnknownVariableType] - of JSON
            _say_within(each)
    if not isinstance(part, dict):
        return
    members: Any = part.get("properties")  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - of JSON
    if isinstance(members, dict):
        _say_each(cast("dict[str, Any]", members))
    for key, each in part.items():  # pyright: ignore[reportUnknownVariableType] - of JSON
        if key not in {"example", "examples"}:
            _say_within(each)


def _say_each(members: dict[str, Any]) -> None:
    for member in members.values():
        _say(member)


def _say(member: Any) -> None:
    if "default" not in member:
        return
    value = json.dumps(member.pop("default"), ensure_ascii=False)
    description = str(member.get("description", "")).rstrip(".")
    sentences = [description, f"Left out, it is `{value}`"]
    member["description"] = ". ".join(each for each in sentences if each)

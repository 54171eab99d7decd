"""What a route takes and answers, for people."""

import json
import shlex
from collections.abc import Iterator, Mapping
from typing import Final, cast

from .operations import Operation
from .schemas import JsonObject, Schema

KEY: Final = "Idempotency-Key"
"""A header that --key gives."""
_WIDEST_NAME: Final = 24


def explain(operation: Operation) -> list[str]:
    """All that is known of an operation, in lines."""
    lines = [operation.name, *(operation.description or operation.summary).splitlines()]
    if operation.permission:
        lines += ["", f"Permission: {operation.permission}"]
    for kind, schema in operation.bodies.items():
        lines += ["", f"Body: {kind}{_how(kind, schema)}"]
        lines += _rows(schema.members, schema.required)
    if operation.query:
        lines += ["", "Query: -q NAME=VALUE"]
        lines += _rows(operation.query, frozenset(operation.needed_query))
    headers = {name: each for name, each in operation.headers.items() if name != KEY}
    if headers:
        lines += ["", "Headers: -H NAME=VALUE"]
        lines += _rows(headers, frozenset())
    lines += ["", f"Answer: {'; '.join(operation.answers)}"]
    lines += ["", "Example:", f"  {example_of(operation)}"]
    return lines


def _how(kind: str, schema: Schema) -> str:
    if schema.members:
        return ", by -f NAME=VALUE (* is needed)"
    return ", by --data @FILE" if kind != "application/json" else ", by --data JSON"


def _rows(fields: Mapping[str, Schema], needed: frozenset[str]) -> Iterator[str]:
    names = {name: f"{name}*" if name in needed else name for name in fields}
    width = min(max(map(len, names.values()), default=0), _WIDEST_NAME)
    for name, schema in sorted(fields.items(), key=lambda field: field[0] not in needed):
        says = f". {schema.description}" if schema.description else ""
        default = "" if schema.default is None else f", else {json.dumps(schema.default)}"
        yield f"  {names[name]:<{width}}  {schema.in_words()}{default}{says}"


def example_of(operation: Operation) -> str:
    """A command that asks for it."""
    words: list[str] = []
    for text in _assignments(operation.example or {}):
        words += ["-f", text]
    for name, schema in operation.bodies.items():
        if name == "multipart/form-data":
            for field in sorted(schema.required):
                words += ["-f", f"{field}=@FILE"]
            break
        if name != "application/json":
            words += ["--data", "@FILE"]
            break
    for name in operation.needed_query:
        words += ["-q", f"{name}=VALUE"]
    return " ".join(["tillroll", "api", operation.name, *map(shlex.quote, words)])


def _assignments(body: JsonObject) -> Iterator[str]:
    for name, value in body.items():
        items = cast("list[object]", value) if isinstance(value, list) else [value]
        if items and all(_is_plain(each) for each in items):
            for each in items:
                yield f"{name}={each}"
        else:
            yield f"{name}:={json.dumps(value, ensure_ascii=False)}"


def _is_plain(value: object) -> bool:
    """Whether it is written as it stands: neither JSON, nor a file, nor nothing."""
    if isinstance(value, str):
        return value != "" and value.isprintable() and not value.startswith(("@", "[", "{"))
    return isinstance(value, int) and not isinstance(value, bool)


def method_rows(operations: list[Operation]) -> list[tuple[str, str, str]]:
    """A row an operation."""
    return [(each.method, each.path, each.summary) for each in operations]

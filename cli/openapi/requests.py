"""A request, made of what a person has written."""

import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

from tillroll_command.endings import Code, Stopped

from .operations import Operation
from .schemas import JsonObject, Schema
from .values import assignment, body_of, bytes_of, json_of, typed_value, unknown_name

_JSON: Final = "application/json"
_FORM: Final = "multipart/form-data"
_BYTES: Final = "application/octet-stream"


@dataclass(frozen=True)
class Given:
    """What a person has written: NAME=VALUE of fields, query and headers, and a body."""

    fields: Sequence[str] = ()
    data: str | None = None
    query: Sequence[str] = ()
    headers: Sequence[str] = ()


@dataclass
class Request:
    """What httpx is given."""

    query: dict[str, Any]
    headers: dict[str, str]
    body: dict[str, Any] = field(default_factory=dict[str, Any])


def request_of(operation: Operation, given: Given, in_path: str) -> Request:
    """The request; `in_path` is a query that stood behind the path.

    Raises:
        Stopped: the route takes no such thing, or needs another.
    """
    written = [*given.query, *(f"{name}={value}" for name, value in parse_qsl(in_path, True))]
    query = _query_of(operation, written)
    request = Request(query, _headers_of(operation, given.headers))
    if given.fields and given.data is not None:
        raise Stopped(Code.USAGE, "Give --field or --data, not both: --data is the whole body.")
    if given.data is not None:
        _add_data(operation, request, given.data)
    elif given.fields or operation.needs_body:
        _add_fields(operation, request, given.fields)
    return request


def _query_of(operation: Operation, assignments: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for text in assignments:
        name, value, _ = assignment(text)
        if name not in operation.query:
            raise unknown_name(name, [*operation.query], operation.name)
        schema = operation.query[name]
        typed = _in_query(typed_value(schema, name, value))
        if "array" in schema.types:
            found.setdefault(name, []).append(typed)
        else:
            found[name] = typed
    missing = [name for name in operation.needed_query if name not in found]
    if missing:
        raise Stopped(
            Code.USAGE,
            f"{operation.name} needs {', '.join(missing)}: give it by -q {missing[0]}=…. "
            f"`tillroll api {operation.name} --help` says more.",
        )
    return found


def _in_query(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _headers_of(operation: Operation, assignments: Sequence[str]) -> dict[str, str]:
    known = {name.lower(): name for name in operation.headers}
    found: dict[str, str] = {}
    for text in assignments:
        name, value, _ = assignment(text)
        if name.lower() not in known:
            raise unknown_name(name, [*operation.headers], operation.name)
        found[known[name.lower()]] = value
    return found


def _add_data(operation: Operation, request: Request, data: str) -> None:
    """The body as it stands, or as it stands in a file."""
    if not operation.bodies:
        raise _no_body(operation)
    content = bytes_of(data, "--data") if data.startswith("@") else data.encode()
    kind = _kind_of(operation, Path(data))
    if kind == _JSON:
        json_of(content, "--data")
    if kind == _FORM:
        raise Stopped(
            Code.USAGE,
            f"{operation.name} takes files by their names: `tillroll api {operation.name} --help` "
            "has them.",
        )
    request.body = {"content": content}
    request.headers["content-type"] = kind


def _kind_of(operation: Operation, file: Path) -> str:
    """The content type of a body: JSON where the route takes it, else what the file's name says,
    else any bytes.
    """
    kinds = [*operation.bodies]
    if _JSON in kinds:
        return _JSON
    guessed = mimetypes.guess_type(file.name)[0]
    if guessed in kinds:
        return guessed
    if _BYTES in kinds:
        return _BYTES
    return kinds[0]


def _add_fields(operation: Operation, request: Request, fields: Sequence[str]) -> None:
    if not operation.bodies:
        raise _no_body(operation)
    if _JSON in operation.bodies:
        schema = operation.bodies[_JSON]
        body = body_of(schema, [*fields], operation.name)
        _check_whole(operation, schema, body)
        request.body = {"json": body}
        return
    if _FORM in operation.bodies:
        request.body = {"files": _files_of(operation, operation.bodies[_FORM], fields)}
        return
    raise Stopped(Code.USAGE, f"{operation.name} takes a file: give it by --data @FILE.")


def _check_whole(operation: Operation, schema: Schema, body: JsonObject) -> None:
    missing = sorted(schema.required - body.keys())
    if missing:
        raise Stopped(
            Code.USAGE,
            f"{operation.name} needs {', '.join(missing)}: give it by -f {missing[0]}=…. "
            f"`tillroll api {operation.name} --help` says more.",
        )


def _files_of(operation: Operation, schema: Schema, fields: Sequence[str]) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for text in fields:
        name, value, _ = assignment(text)
        if name not in schema.members:
            raise unknown_name(name, [*schema.members], operation.name)
        member = schema.members[name]
        if member.is_file or member.items.is_file:
            kind = mimetypes.guess_type(value)[0] or _BYTES
            content = bytes_of(value, name)
            found.append((name, (Path(value.removeprefix("@")).name, content, kind)))
        else:
            found.append((name, (None, _in_query(typed_value(member, name, value)))))
    _check_whole(operation, schema, dict(found))
    return found


def _no_body(operation: Operation) -> Stopped:
    by_query = " Parameters are given by -q NAME=VALUE." if operation.query else ""
    return Stopped(Code.USAGE, f"{operation.name} takes no body.{by_query}")

"""What a shell offers behind `tillroll api`. Nobody is asked: it is read from what is at hand."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tillroll_command.endings import Stopped

from ..client.server import ServerOptions, find_server
from .operations import METHODS, Description, Operation, whole_path
from .schemas import Schema
from .sources import description_at_hand


def complete_method(incomplete: str) -> list[str]:
    """Methods that begin so."""
    return [each for each in METHODS if each.startswith(incomplete.upper())]


def complete_path(method: str, incomplete: str, options: ServerOptions) -> list[tuple[str, str]]:
    """Paths that begin so, each with what it is. Ids that were typed stay."""
    description = _description(options)
    if description is None:
        return []
    found: dict[str, str] = {}
    for each in description.operations:
        if each.method == method.upper():
            path = _continued(each.path, whole_path(incomplete) if incomplete else "/api")
            if path is not None:
                found.setdefault(path, each.summary)
    return [*found.items()]


def _continued(path: str, typed: str) -> str | None:
    """The path with the ids that were typed, where it begins so."""
    names = path.split("/")
    parts = typed.split("/")
    if len(parts) > len(names):
        return None
    *whole, last = parts
    for name, part in zip(names, whole, strict=False):
        if name != part and not name.startswith("{"):
            return None
    if not names[len(whole)].startswith(last) and not names[len(whole)].startswith("{"):
        return None
    rest = names[len(whole) :]
    if rest[0].startswith("{") and last:
        rest[0] = last
    return "/".join([*whole, *rest])


def complete_field(
    method: str, path: str, incomplete: str, options: ServerOptions
) -> list[tuple[str, str]]:
    """Fields of the body that begin so, or the values of one."""
    operation = _operation(method, path, options)
    if operation is None:
        return []
    members = {
        name: each for body in operation.bodies.values() for name, each in body.members.items()
    }
    return [*_offers(members, incomplete)]


def complete_query(
    method: str, path: str, incomplete: str, options: ServerOptions
) -> list[tuple[str, str]]:
    """Parameters that begin so, or the values of one."""
    operation = _operation(method, path, options)
    return [] if operation is None else [*_offers(operation.query, incomplete)]


def _offers(fields: Any, incomplete: str) -> Iterator[tuple[str, str]]:
    name, sign, value = incomplete.partition("=")
    if sign and name in fields:
        schema: Schema = fields[name]
        if "array" in schema.types:
            schema = schema.items
        choices = schema.choices
        if "boolean" in schema.types:
            choices = ["true", "false"]
        for choice in choices:
            if choice.startswith(value):
                yield f"{name}={choice}", ""
        return
    for each, schema in fields.items():
        if each.startswith(incomplete):
            yield f"{each}=", schema.description


def _operation(method: str, path: str, options: ServerOptions) -> Operation | None:
    description = _description(options)
    return description and description.find(method.upper(), whole_path(path))


def _description(options: ServerOptions) -> Description | None:
    try:
        url = find_server(options, os.environ, Path.cwd()).url
    except Stopped:
        url = None
    return description_at_hand(os.environ, url)

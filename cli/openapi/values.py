"""Values as a person writes them, made what the description says that they are."""

import re
import sys
from pathlib import Path
from typing import Any, Final

from tillroll_command.endings import Code, Stopped

from .operations import nearest
from .schemas import JsonObject, Schema

_WHOLE: Final = re.compile(r"-?[0-9]+")
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_FILE: Final = "@"
_STDIN: Final = "-"


def assignment(text: str) -> tuple[str, str, bool]:
    """NAME=VALUE, or NAME:=JSON: the name, the value, and whether that is JSON. Raises Stopped."""
    name, sign, value = text.partition("=")
    is_json = name.endswith(":")
    name = name.removesuffix(":")
    if not sign or not name:
        raise Stopped(Code.USAGE, f"{text!r}: write NAME=VALUE, such as name=ACME.")
    return name, value, is_json


def body_of(schema: Schema, assignments: list[str], where: str) -> JsonObject:
    """The object that NAME=VALUE and NAME:=JSON make together. NAME.MEMBER=VALUE is of an object
    in it, and a name that is repeated makes a list.

    Raises:
        Stopped: there is no such member, or the value is no such value.
    """
    body: JsonObject = {}
    for text in assignments:
        name, value, is_json = assignment(text)
        *outer, last = name.split(".")
        inside = schema
        target = body
        for step in outer:
            inside = _member(inside, step, name, where)
            target = target.setdefault(step, {})
        own = _member(inside, last, name, where)
        typed = _json(value, name) if is_json else typed_value(own, name, value)
        _put(target, last, typed, is_list="array" in own.types and not isinstance(typed, list))
    return body


def _put(target: JsonObject, name: str, value: Any, *, is_list: bool) -> None:
    """Raises Stopped: it is there already."""
    if is_list and value is not None:
        target.setdefault(name, []).append(value)
    elif name in target:
        raise Stopped(Code.USAGE, f"{name} is given twice: give it once.")
    else:
        target[name] = value


def _member(schema: Schema, step: str, name: str, where: str) -> Schema:
    if step in schema.members:
        return schema.members[step]
    if schema.takes_other_members:
        return Schema({}, {"type": "string"})
    raise unknown_name(name, [*schema.members], where)


def unknown_name(name: str, known: list[str], where: str) -> Stopped:
    """There is no such name; it says which there are."""
    alike = nearest(name.rpartition(".")[2], known) or known
    names = ", ".join(alike) if alike else "none"
    return Stopped(
        Code.USAGE,
        f"{where} takes no {name!r}. It takes: {names}. `tillroll api {where} --help` says more.",
    )


def typed_value(schema: Schema, name: str, text: str) -> object:
    """A value as the schema has it. @FILE is what stands in the file, and nothing is null where
    that may be.

    Raises:
        Stopped: it is none.
    """
    if text == "" and schema.may_be_nothing:
        return None
    if "array" in schema.types:
        if text.startswith("["):
            return _json(text, name)
        return typed_value(schema.items, name, text)
    if text.startswith(_FILE):
        text = text_of(text, name)
    return _plain(schema, name, text)


def _plain(schema: Schema, name: str, text: str) -> object:
    types = schema.types
    if "integer" in types and _WHOLE.fullmatch(text):
        return int(text)
    if "number" in types and _NUMBER.fullmatch(text):
        return float(text)
    if "boolean" in types and text in {"true", "false"}:
        return text == "true"
    if "object" in types:
        return _json(text, name)
    if "any" in types:
        return text
    if "string" in types and (not schema.choices or text in schema.choices):
        return text
    raise Stopped(Code.USAGE, f"{name} takes {schema.in_words()}, and {text!r} is none of it.")


def _json(text: str, name: str) -> Any:
    return json_of(text_of(text, name) if text.startswith(_FILE) else text, name)


def json_of(given: str | bytes, name: str) -> Any:
    """What is given as JSON. Raises Stopped: it is none."""
    from tillroll_command.given_json import read_json  # noqa: PLC0415 - not loaded for help

    try:
        return read_json(given)
    except ValueError as error:
        raise Stopped(Code.USAGE, f"{name} takes JSON: {error}.") from error


def text_of(given: str, name: str) -> str:
    """What stands in the file behind the sign, as text. Raises Stopped."""
    try:
        return bytes_of(given, name).decode("utf-8")
    except UnicodeDecodeError as error:
        raise Stopped(Code.USAGE, f"{given.removeprefix(_FILE)} is no text in UTF-8.") from error


def bytes_of(given: str, name: str) -> bytes:
    """What stands in the file behind the sign; @- is what comes on stdin. Raises Stopped."""
    path = given.removeprefix(_FILE)
    if path == _STDIN:
        return sys.stdin.buffer.read()
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise Stopped(
            Code.USAGE,
            f"{path} cannot be read: {error.strerror}. A text that begins with {_FILE} is written "
            f"as JSON: {name}:='\"{given}\"'.",
        ) from error

"""Which part of the fake answers which call, and what an answer is."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from tests.deploying.fake.account import Account


class Refused(Exception):
    """The call is answered by an error of Cloudflare's: its HTTP status, its code and its
    message.
    """

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


@dataclass(frozen=True)
class Call:
    """A call: `operation` is the published method and path, `named` what the path names."""

    operation: str
    named: Mapping[str, str]
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    content: bytes = b""
    address: str = ""

    @property
    def body(self) -> Any:
        return json.loads(self.content)


@dataclass(frozen=True)
class Page:
    """A result that is a part of a list, with what says so."""

    result: list[Any]
    info: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class Bare:
    """An answer outside of the envelope."""

    content: bytes
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


Handler: TypeAlias = Callable[[Account, Call], Any]
_handlers: list[tuple[str, "re.Pattern[str]", str, Handler]] = []


def answers(operation: str) -> Callable[[Handler], Handler]:
    """Register what answers `POST /accounts/{account_id}/queues` and the like."""
    method, path = operation.split(" ", 1)
    pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))

    def register(handler: Handler) -> Handler:
        _handlers.append((method, pattern, operation, handler))
        return handler

    return register


def find(method: str, path: str) -> tuple[str, Mapping[str, str], Handler] | None:
    """The operation, what its path names, and its handler; None for a call that the fake does not
    know.
    """
    for its_method, pattern, operation, handler in _handlers:
        matched = pattern.fullmatch(path)
        if its_method == method and matched is not None:
            return operation, matched.groupdict(), handler
    return None

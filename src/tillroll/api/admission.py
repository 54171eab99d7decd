"""Admission of requests: how much of a body is read before FastAPI gets it."""

import json
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tillroll.access.permissions import Permission
from tillroll.api.problems import TOO_DEEP, Problem
from tillroll.identity.authentication import Principal, authenticate
from tillroll_durable.platform.bindings.database import LARGEST_INTEGER
from tillroll_durable.platform.bindings.http import BodyTooLong, BrokenUpload, IncomingUpload
from tillroll_durable.platform.json import DEEPEST, Json, nesting
from tillroll_durable.platform.refusals import (
    BODY_TOO_LARGE,
    INVALID_REQUEST,
    UNREADABLE_BODY,
    Refusal,
)
from tillroll_durable.platform.services import Platform

if TYPE_CHECKING:
    from tillroll.api.routing import Routes


# The largest body that any route takes names a hundred runs: four kilobytes.
LARGEST_BODY_BYTES: Final = 64 * 1024
# Where the principal that was found here stands in the ASGI scope.
PRINCIPAL: Final = "tillroll.principal"

_WITHOUT_BODY: Final = frozenset({"GET", "HEAD"})
_MOST_DIGITS: Final = 15
_MOST_EXACT_DIGITS: Final = len(str(LARGEST_INTEGER))
# Where none of these stands, every number is finite and exact.
_ODD_NUMBER: Final = re.compile(r"NaN|Infinity|[0-9]{16}|[eE]\+?[0-9]{3}")


@dataclass(frozen=True)
class Admitted:
    """A request that may be handled: its body, whole, and who asks, where that was looked at
    here."""

    body: bytes
    principal: Principal | None


async def admit(
    platform: Platform, routes: "Routes", method: str, path: str, request: IncomingUpload
) -> Admitted:
    """Open the routes of a request that FastAPI is to answer, and let it in. Where FastAPI will
    refuse the path or the method, no body is kept."""
    routes.open(path)
    if not request.has_body:
        return Admitted(b"", None)
    if method in _WITHOUT_BODY:
        await request.discard()
        return Admitted(b"", None)
    try:
        needed = routes.needed(method, path)
        if needed is None:
            principal = await authenticate(platform, method, request.header)
            await request.discard()
            return Admitted(b"", principal)
        if needed is Permission.OPEN:
            principal = None
        else:
            principal = await authenticate(platform, method, header=request.header, needed=needed)
        body = await _bounded(request)
    except Refusal:
        await request.discard()
        raise
    check_json(body)
    return Admitted(body, principal)


def announced_bytes(request: IncomingUpload) -> int:
    """What Content-Length says; 0 where it says nothing."""
    length = request.header("content-length") or ""
    if not (length.isascii() and length.isdecimal()):
        return 0
    return int(length[:_MOST_DIGITS])


async def _bounded(request: IncomingUpload) -> bytes:
    too_large = Problem(
        BODY_TOO_LARGE, f"Send at most {LARGEST_BODY_BYTES // 1024} KB in one request."
    )
    if announced_bytes(request) > LARGEST_BODY_BYTES:
        raise too_large
    try:
        file = await request.body(LARGEST_BODY_BYTES)
    except BodyTooLong as error:
        raise too_large from error
    except BrokenUpload as error:
        raise Problem(UNREADABLE_BODY, "The body was cut off. Send the request again.") from error
    return file.peek(0, file.size)


def check_json(body: bytes) -> None:
    """Refuse what must not come to a parser, or what none can hand on. Whether it is JSON at all,
    the parser says."""
    if nesting(body) > DEEPEST:
        raise Problem(
            TOO_DEEP,
            f"Nest objects and lists at most {DEEPEST} levels deep; see /api/openapi.json.",
        )
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise Problem(UNREADABLE_BODY, "Send the body as text in UTF-8.") from error
    if "{" not in text and "\\u" not in text and not _ODD_NUMBER.search(text):
        return
    try:
        document = json.loads(
            text,
            parse_int=_whole,
            parse_float=_finite,
            parse_constant=_finite,
            object_pairs_hook=_once,
        )
        json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise Problem(
            INVALID_REQUEST,
            "Some text has half of a surrogate pair (\\ud800 to \\udfff). Send whole characters.",
        ) from error
    except ValueError:
        return  # no JSON: FastAPI says where


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Raises Problem, 422: a name stands twice in an object. Readers of JSON differ in which of
    the values they take (RFC 8259, section 4)."""
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        fault: Json = {
            "field": twice[:100],
            "message": "It stands twice in the same object: give it once.",
        }
        raise Problem(
            INVALID_REQUEST, "Correct what `errors` names; see /api/docs.", errors=[fault]
        )
    return members


def _whole(digits: str) -> int:
    """Raises Problem, 422: it is beyond what every reader of JSON takes exactly (RFC 7493, section
    2.2)."""
    if len(digits.lstrip("-")) > _MOST_EXACT_DIGITS or abs(int(digits)) > LARGEST_INTEGER:
        raise Problem(
            INVALID_REQUEST, f"Send whole numbers up to {LARGEST_INTEGER}; what is larger as text."
        )
    return int(digits)


def _finite(number: str) -> float:
    """Raises Problem, 422: it is NaN, or infinite."""
    value = float(number)
    if not math.isfinite(value):
        raise Problem(
            INVALID_REQUEST, "Send numbers that are finite: NaN, Infinity and 1e400 are none."
        )
    return value

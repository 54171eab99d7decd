"""Errors as RFC 9457 problem details: a stable type, and a detail that says what to do."""

from collections.abc import Iterable, Sequence
from typing import Any

from tillroll.access.permissions import BEYOND_LIMITED, Permission
from tillroll.access.roles import Role, holders
from tillroll_durable.errors import ValuesRefused
from tillroll_durable.platform.faults import Fault
from tillroll_durable.platform.json import Json
from tillroll_durable.platform.refusals import (
    BEYOND_TOKEN,
    NOT_FOUND,
    PROBLEM_MEDIA_TYPE,
    Kind,
    Problem,
    Refusal,
    missing,
)

REQUEST_ID = "x-request-id"


TOO_DEEP = Kind("too-deep", 400, "The JSON is nested too deeply")
INVALID_CURSOR = Kind("invalid-cursor", 400, "The cursor is not one of ours")
INVALID_SIGNATURE = Kind("invalid-signature", 401, "The signature does not fit")
OPERATOR_ONLY = Kind("operator-only", 403, "Only an operator of this deployment may do this")
OWNER_ONLY = Kind("owner-only", 403, "Only an owner of the account may do this")
NOT_PERMITTED = Kind("not-permitted", 403, "None of your roles in the account allows this")
NOT_TRIGGERABLE = Kind("not-triggerable", 403, "Runs of this kind are begun by something else")
NOT_DUE = Kind("not-due", 409, "The schedule can begin nothing now")
UNSUPPORTED_BODY = Kind("unsupported-body", 415, "The body is not sent as JSON")
RANGE_NOT_SATISFIABLE = Kind("range-not-satisfiable", 416, "The file has no such bytes")
CONFIRMATION_NEEDED = Kind("confirmation-needed", 422, "A value is likelier a slip than meant")
TOO_MANY_ATTEMPTS = Kind("too-many-attempts", 429, "There were too many attempts to sign in")
TOO_MANY_REQUESTS = Kind("too-many-requests", 429, "There are too many requests")


def no_such_bytes(size: int) -> Problem:
    """A part that begins behind the end of a file of so many bytes (RFC 9110, section 15.5.17)."""
    detail = (
        f"The file has {size} bytes, counted from 0: ask for some of these, or without Range for "
        "all."
    )
    return Problem(RANGE_NOT_SATISFIABLE, detail, headers={"content-range": f"bytes */{size}"})


def no_picture() -> Problem:
    """A PDF, an e-invoice, a statement, or bytes that cannot be decoded."""
    return Problem(
        NOT_FOUND, "This receipt has no picture to scale: ask for the original, without a width."
    )


def not_found(what: str) -> Problem:
    """Answer 404. A record of another account gets the same answer as a missing one."""
    return Problem(NOT_FOUND, missing(what))


def refusal(permission: Permission, *, is_beyond_token: bool = False) -> Problem:
    """What is answered to somebody without a permission, or to whose token it was not given."""
    if is_beyond_token:
        if permission in BEYOND_LIMITED:
            why = "no token that is limited may do it. Use one without limits, or sign in."
        else:
            why = f"it lacks the scope `{permission.value}`. Use one that has it."
        return Problem(
            BEYOND_TOKEN,
            f"You may do this, but not with this token: {why}",
            permission=permission.value,
        )
    if permission is Permission.DEPLOYMENT:
        return Problem(
            OPERATOR_ONLY,
            "Ask the operator of this deployment: `python -m cli operator grant` "
            "makes an operator.",
        )
    roles = holders(permission)
    if roles == (Role.OWNER,):
        return Problem(
            OWNER_ONLY, "Ask an owner of the account to do this.", permission=permission.value
        )
    return Problem(
        NOT_PERMITTED,
        f"This needs the permission `{permission.value}` ({permission.says}), which these roles "
        f"grant: {', '.join(roles)}. Ask an owner of the account for one of them.",
        permission=permission.value,
    )


def as_errors(faults: Iterable[Fault]) -> list[Json]:
    """The `errors` of a problem."""
    return [{"field": each.field, "message": each.says} for each in faults]


def invalid_values(problems: Sequence[tuple[str, str]]) -> Refusal:
    """What a person gave cannot be used: each field, with how to put it right."""
    return ValuesRefused(problems)


PROBLEM_SHAPE: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "pattern": "^urn:tillroll:problem:[a-z-]+$"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "minLength": 1},
        "requestId": {
            "type": "string",
            "description": "As in `X-Request-Id`: it finds the request in the log",
        },
    },
}


def problem(description: str) -> dict[str, Any]:
    return {"description": description, "content": {PROBLEM_MEDIA_TYPE: {"schema": PROBLEM_SHAPE}}}


# What a route that takes If-Match may answer beside that.
VERSION_RESPONSES: dict[int | str, dict[str, Any]] = {
    412: problem("Somebody else was first: `current` is what stands, `yours` what was sent"),
    428: problem("The change is one of money and has no `If-Match`"),
}

NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {
        "description": "`If-None-Match` names what stands",
        "headers": {"ETag": {"schema": {"type": "string"}}},
    }
}

# What any route may answer beside its success; `type` tells the kinds apart (docs/api.md lists
# them).
PROBLEM_RESPONSES: dict[int | str, dict[str, Any]] = {
    400: problem("The body, a cursor or another parameter cannot be read"),
    401: problem("Not authenticated"),
    403: problem("Not for this caller, or asked from another site"),
    404: problem("No such thing in the account"),
    409: problem("Not possible in the present status"),
    405: problem("Another method; `Allow` names those there are"),
    413: problem("A body of more than 64 KB"),
    415: problem("The body has another `Content-Type` than application/json"),
    422: problem("The request does not have the expected shape"),
    429: problem(
        "Too many requests, or attempts to sign in, within a minute: `Retry-After` says how long "
        "to wait"
    ),
}

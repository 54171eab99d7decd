"""Errors as RFC 9457 problem details: a stable type, and a detail that says what to do."""

from collections.abc import Iterable, Sequence
from typing import Any

from tillroll.access.permissions import BEYOND_LIMITED, SAYS, Permission
from tillroll.access.roles import Role, holders
from tillroll.durable.errors import ValuesRefused
from tillroll.idempotency.keys import KeyReused
from tillroll.platform.faults import Fault
from tillroll.platform.json import Json
from tillroll.platform.refusals import NOT_FOUND, Kind, Refusal, missing

MEDIA_TYPE = "application/problem+json"
REQUEST_ID = "x-request-id"
TYPE = "urn:tillroll:problem:"


EMPTY_UPLOAD = Kind("empty-upload", 400, "The upload is empty")
NO_RECEIPT_FIELD = Kind("no-receipt-field", 400, "The form has no file in the field `receipt`")
SEVERAL_FILES = Kind("several-files", 400, "The form has several files in the field `receipt`")
BROKEN_MULTIPART = Kind("broken-multipart", 400, "The multipart body cannot be read")
UNREADABLE_BODY = Kind("unreadable-body", 400, "The request's body cannot be read")
TOO_DEEP = Kind("too-deep", 400, "The JSON is nested too deeply")
INVALID_CURSOR = Kind("invalid-cursor", 400, "The cursor is not one of ours")
INVALID_WIDTH = Kind("invalid-width", 400, "The picture is not offered in that width")
INVALID_VERSION = Kind("invalid-version", 400, "If-Match is no ETag of ours")
NOT_SIGNED = Kind("not-signed", 400, "The event is not signed as its source says")
UNAUTHENTICATED = Kind("unauthenticated", 401, "Authentication is needed")
INVALID_CODE = Kind("invalid-code", 401, "The sign-in code cannot be used")
INVALID_SIGNATURE = Kind("invalid-signature", 401, "The signature does not fit")
FOREIGN_ORIGIN = Kind("foreign-origin", 403, "The request comes from another site")
OPERATOR_ONLY = Kind("operator-only", 403, "Only an operator of this deployment may do this")
OWNER_ONLY = Kind("owner-only", 403, "Only an owner of the account may do this")
NOT_PERMITTED = Kind("not-permitted", 403, "None of your roles in the account allows this")
BEYOND_TOKEN = Kind("beyond-token", 403, "The token is limited to other things")
ADDRESS_NOT_ALLOWED = Kind("address-not-allowed", 403, "The token may not be used from this address")
NOT_TRIGGERABLE = Kind("not-triggerable", 403, "Runs of this kind are begun by something else")
FOUR_EYES = Kind("four-eyes", 403, "Somebody else has to decide this")
METHOD_NOT_ALLOWED = Kind("method-not-allowed", 405, "This resource does not know that method")
OTHER_ACCOUNT = Kind("other-account", 409, "The request was meant for another account", may_pass=True)
NO_REVIEW_OPEN = Kind("no-review-open", 409, "The run is not waiting for a review")
NOT_DUE = Kind("not-due", 409, "The schedule can begin nothing now")
NOT_POSSIBLE = Kind("not-possible", 409, "The run is not in a status in which this can be done")
ALREADY_DECIDED = Kind("already-decided", 409, "The review was decided differently before")
CHANGE_ENDED = Kind("change-ended", 409, "The change does not wait any more")
SETTLED_OTHERWISE = Kind("settled-otherwise", 409, "The payout was settled otherwise before")
CANNOT_MERGE = Kind("cannot-merge", 409, "The two expenses cannot be merged as they are")
NOT_REDELIVERABLE = Kind("not-redeliverable", 409, "The delivery cannot be sent again as it stands", may_pass=True)
TOO_MANY_ENDPOINTS = Kind("too-many-endpoints", 409, "The account has as many endpoints as it may")
NOT_CHANGEABLE = Kind("deployments-own", 409, "This is a setting of the deployment")
ALREADY_THERE = Kind("already-there", 409, "There is one already")
CLAIM_NOT_OPEN = Kind("claim-not-open", 409, "The claim does not stand so that this can be done", may_pass=True)
NOTHING_WAITS = Kind("no-payment-waits", 409, "No payment waits for a file", may_pass=True)
FILES_UNKNOWN = Kind("files-unknown", 409, "The bank may have files that this database does not know", may_pass=True)
NAME_TAKEN = Kind("name-taken", 409, "Something else has this name")
EXPENSES_DISTURBED = Kind("expenses-disturbed", 409, "Others change the same expenses")
ACTS_UNFINISHED = Kind("acts-unfinished", 409, "Too many acts of the account are not finished", may_pass=True)
EXPORT_UNFINISHED = Kind("export-unfinished", 409, "Another export of what is new has not ended", may_pass=True)
SIGNAL_CONFLICT = Kind("signal-conflict", 409, "A signal with this key has another payload")
NO_MAIL_HERE = Kind("no-mail-here", 409, "This deployment sends no mail")
TRANSFER_CONFLICT = Kind("transfer-conflict", 409, "The id stands for another transfer")
ACCOUNT_CONFLICT = Kind("ledger-account-conflict", 409, "The id stands for another account of the ledger")
EVENT_CONFLICT = Kind("event-conflict", 409, "Another event has this id")
NO_MAIL_TAKEN = Kind("no-mail-taken", 409, "This deployment takes no receipts by mail")
MAIL_NOT_REPLAYABLE = Kind("mail-not-replayable", 409, "The mail cannot be worked off again")
NOT_REPLAYABLE = Kind("not-replayable", 409, "The event cannot be worked off again")
NOT_ERASABLE = Kind("not-erasable", 409, "It cannot be deleted as it stands")
EXPENSE_LOCKED = Kind("expense-locked", 409, "The expense is not open for changes")
CANNOT_UNDO = Kind("cannot-undo", 409, "The change cannot be taken back any more")
CHANGED_MEANWHILE = Kind("changed-meanwhile", 412, "Somebody else has changed this meanwhile")
TOO_LARGE = Kind("too-large", 413, "The file is too large")
BODY_TOO_LARGE = Kind("body-too-large", 413, "The request's body is too large")
RANGE_NOT_SATISFIABLE = Kind("range-not-satisfiable", 416, "The file has no such bytes")
UNSUPPORTED_MEDIA_TYPE = Kind("unsupported-media-type", 415, "The file is not a picture or PDF that can be read")
INVALID_REQUEST = Kind("invalid-request", 422, "The request does not have the expected shape", may_pass=True)
KEY_REUSED = KeyReused.kind
INVALID_SIGNAL = Kind("invalid-signal", 422, "The signal does not have the payload that its contract declares")
TRANSFER_REFUSED = Kind("transfer-refused", 422, "The ledger refuses the transfer")
TOO_LONG_FOR_ONE_FILE = Kind("too-long-for-one-file", 422, "There is more than one file may have")
INVALID_VALUES = Kind("invalid-values", 422, "Some values cannot be taken")
POLICIES_AGAINST = Kind("policies-against", 422, "Policies are against claiming this", may_pass=True)
CONFIRMATION_NEEDED = Kind("confirmation-needed", 422, "A value is likelier a slip than meant")
TOO_MANY_PIXELS = Kind("too-many-pixels", 422, "The picture has too many pixels")
HIDDEN_SIZE = Kind("hidden-size", 422, "The picture's size cannot be found")
TOO_MANY_ATTEMPTS = Kind("too-many-attempts", 429, "There were too many attempts to sign in")
TOO_MANY_REQUESTS = Kind("too-many-requests", 429, "There are too many requests")
TOO_MANY_MAILS = Kind("too-many-mails", 429, "Too many links were mailed today")
VERSION_NEEDED = Kind("version-needed", 428, "The change must say which version it was made from")
INTERNAL = Kind("internal", 500, "Something went wrong here")
UNAVAILABLE = Kind("unavailable", 503, "This cannot be done just now", may_pass=True)
ARCHIVE_LOST = Kind("archive-lost", 503, "What was archived cannot be read", may_pass=True)
MISCONFIGURED = Kind("misconfigured", 503, "A setting of this deployment cannot be used")


class Problem(Refusal):
    """A refusal whose kind and detail are given where it is raised. `extra` members stand beside the standard ones."""

    def __init__(
        self,
        kind: Kind,
        detail: str,
        *,
        allow: str | None = None,
        of_size: int | None = None,
        retry_after: int | None = None,
        limited: tuple[str, int] | None = None,
        **extra: Json,
    ) -> None:
        """`allow` goes into the Allow header of a 405 (RFC 9110, section 15.5.6), `of_size`, in bytes, into the
        Content-Range of a 416 (section 15.5.17), `retry_after`, in seconds, into Retry-After. `limited` names what has
        nothing left, and the seconds until it has, for the RateLimit header (draft-ietf-httpapi-ratelimit-headers-10,
        section 4)."""
        super().__init__(detail)
        self.kind = kind
        self.extra = extra
        headers = {
            "allow": allow,
            "content-range": None if of_size is None else f"bytes */{of_size}",
            "retry-after": None if retry_after is None else str(retry_after),
            "ratelimit": None if limited is None else f'"{limited[0]}";r=0;t={limited[1]}',
        }
        self.headers = {name: value for name, value in headers.items() if value}


def no_such_bytes(size: int) -> Problem:
    """A part that begins behind the end of a file of so many bytes."""
    detail = f"The file has {size} bytes, counted from 0: ask for some of these, or without Range for all."
    return Problem(RANGE_NOT_SATISFIABLE, detail, of_size=size)


def no_picture() -> Problem:
    """A PDF, an e-invoice, a statement, or bytes that cannot be decoded."""
    return Problem(NOT_FOUND, "This receipt has no picture to scale: ask for the original, without a width.")


def not_found(what: str) -> Problem:
    """The same answer for what does not exist and for what belongs to another account."""
    return Problem(NOT_FOUND, missing(what))


def refusal(permission: Permission, *, is_beyond_token: bool = False) -> Problem:
    """What is answered to somebody without a permission, or to whose token it was not given."""
    if is_beyond_token:
        why = (
            "no token that is limited may do it. Use one without limits, or sign in."
            if permission in BEYOND_LIMITED
            else f"it lacks the scope `{permission.value}`. Use one that has it."
        )
        return Problem(BEYOND_TOKEN, f"You may do this, but not with this token: {why}", permission=permission.value)
    if permission is Permission.DEPLOYMENT:
        return Problem(
            OPERATOR_ONLY, "Ask whoever runs this deployment: `python -m cli operator grant` makes an operator."
        )
    roles = holders(permission)
    if roles == (Role.OWNER,):
        return Problem(OWNER_ONLY, "Ask an owner of the account to do this.", permission=permission.value)
    return Problem(
        NOT_PERMITTED,
        f"This needs the permission `{permission.value}` ({SAYS[permission]}), which these roles grant: "
        f"{', '.join(roles)}. Ask an owner of the account for one of them.",
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
        "requestId": {"type": "string", "description": "As in `X-Request-Id`: it finds the request in the log"},
    },
}


def problem(description: str) -> dict[str, Any]:
    return {"description": description, "content": {MEDIA_TYPE: {"schema": PROBLEM_SHAPE}}}


# What a route that takes If-Match may answer beside that.
VERSION_RESPONSES: dict[int | str, dict[str, Any]] = {
    412: problem("Somebody else was first: `current` is what stands, `yours` what was sent"),
    428: problem("The change is one of money and has no `If-Match`"),
}

NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "`If-None-Match` names what stands", "headers": {"ETag": {"schema": {"type": "string"}}}}
}

# What any route may answer beside its success; `type` tells the kinds apart (docs/api.md lists them).
PROBLEM_RESPONSES: dict[int | str, dict[str, Any]] = {
    400: problem("The body, a cursor or another parameter cannot be read"),
    401: problem("Not authenticated"),
    403: problem("Not for whoever asks, or asked from another site"),
    404: problem("No such thing in the account"),
    409: problem("Not possible in the present status"),
    405: problem("Another method; `Allow` names those there are"),
    413: problem("A body of more than 64 KB"),
    422: problem("The request does not have the expected shape"),
    429: problem("Too many requests, or attempts to sign in, within a minute: `Retry-After` says how long to wait"),
}

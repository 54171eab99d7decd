"""Resend's API as far as Tillroll asks it (resend.com/docs/api-reference), without HTTP: its
checks, its answers, and that a key does a thing once. Nothing leaves this machine: mail stays in a
list.

Faults are ordered, and used up one a request.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import uuid
from collections import deque
from dataclasses import asdict, dataclass
from dataclasses import field as member
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints, ValidationError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# refused: 422. denied: 403. throttled: 429 with Retry-After. down: 500. lost_before: the request
# never arrives. lost_after: it is done, and the answer never arrives. bounced, complained: it is
# taken, and comes back later.
FaultKind = Literal[
    "refused", "denied", "throttled", "down", "lost_before", "lost_after", "bounced", "complained"
]
_KEY_HOLDS = timedelta(hours=24)
_LONGEST_KEY = 256
_MOST_KEPT = 500
# Of older mails only the names of their files are kept.
_FILES_KEPT = 50
# Resend takes 40 MB, with the files in Base64.
_MOST_ATTACHED = 40_000_000


@dataclass
class Fault:
    """What becomes of the next request. `retry_after` is in seconds, of a throttled one."""

    kind: FaultKind
    retry_after: int = 1


@dataclass
class File:
    """A file of a mail; `content` is its Base64."""

    filename: str
    content_type: str
    content: str

    @property
    def data(self) -> bytes:
        return base64.b64decode(self.content)


@dataclass
class Email:
    """A mail that was taken. `last_event` is Resend's word: sent, delivered, bounced,
    complained.
    """

    id: str
    sender: str
    to: list[str]
    subject: str
    text: str
    html: str
    tags: dict[str, str]
    created_at: str
    last_event: str = "delivered"
    reply_to: list[str] = member(default_factory=list[str])
    attachments: list[File] = member(default_factory=list[File])


@dataclass(frozen=True)
class Answered:
    """`body` is JSON. `is_lost`: the other side never hears it."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str] = member(default_factory=dict[str, str])
    is_lost: bool = False


class Counterpart:
    """One team's mail. `now` is the time that keys are kept by."""

    def __init__(
        self, api_key: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.emails: deque[Email] = deque(maxlen=_MOST_KEPT)
        self.faults: list[Fault] = []
        self.repeats = 0
        self._api_key = api_key
        self._now = now
        self._keys: dict[str, tuple[str, str, datetime]] = {}

    def post_email(self, headers: Mapping[str, str], body: str) -> Answered:
        """POST /emails; header names are in lower case."""
        fault = self.faults.pop(0) if self.faults else None
        kind = fault.kind if fault else None
        if kind == "lost_before":
            return Answered(503, {}, is_lost=True)
        if kind == "down":
            return _error(500, "internal_server_error", "An unexpected error occurred.")
        if fault and kind == "throttled":
            said = _error(
                429,
                "rate_limit_exceeded",
                "Too many requests. Please limit the number of requests per second.",
            )
            return Answered(said.status, said.body, {"retry-after": str(fault.retry_after)})
        if kind == "denied":
            return _error(403, "invalid_api_key", "API key is invalid")
        if kind == "refused":
            return _error(422, "validation_error", "Invalid `to` field.")
        answer = self._post(headers, body, kind)
        return Answered(answer.status, answer.body, answer.headers, is_lost=kind == "lost_after")

    def kept(self) -> dict[str, Any]:
        """What must outlive a kill: the mail, and the keys that hold."""
        keys = {key: [digest, id_, at.isoformat()] for key, (digest, id_, at) in self._keys.items()}
        return {"emails": [asdict(email) for email in self.emails], "keys": keys}

    def load(self, kept: dict[str, Any]) -> None:
        """Take up what `kept` gave."""
        for email in kept["emails"]:
            files = [File(**file) for file in email.pop("attachments")]
            self.emails.append(Email(**email, attachments=files))
        self._keys = {
            key: (d, i, datetime.fromisoformat(at)) for key, (d, i, at) in kept["keys"].items()
        }

    def find(self, id_: str) -> Email | None:
        """A mail by its id."""
        return next((email for email in self.emails if email.id == id_), None)

    def _post(self, headers: Mapping[str, str], body: str, fault: FaultKind | None) -> Answered:
        authorization = headers.get("authorization", "")
        if authorization != f"Bearer {self._api_key}":
            if not authorization:
                return _error(401, "missing_api_key", "Missing API key in the authorization header")
            return _error(403, "invalid_api_key", "API key is invalid")
        key = headers.get("idempotency-key")
        if key is not None and not 0 < len(key) <= _LONGEST_KEY:
            return _error(400, "invalid_idempotency_key", "The key must be between 1-256 chars.")
        digest = hashlib.sha256(body.encode()).hexdigest()
        known = self._known(key, digest)
        if known is not None:
            return known
        email = _read(body, self._now(), fault)
        if isinstance(email, str):
            return _error(422, "validation_error", email)
        self.emails.append(email)
        if len(self.emails) > _FILES_KEPT:
            for file in self.emails[-_FILES_KEPT - 1].attachments:
                file.content = ""
        if key is not None:
            self._keys[key] = (digest, email.id, self._now())
        return Answered(200, {"id": email.id})

    def _known(self, key: str | None, digest: str) -> Answered | None:
        """What a key's first request was answered, while it holds; None for a new one."""
        known = self._keys.get(key or "")
        if known is None or self._now() - known[2] >= _KEY_HOLDS:
            return None
        if known[0] != digest:
            why = "Same idempotency key used with a different request payload."
            return _error(409, "invalid_idempotent_request", why)
        self.repeats += 1
        return Answered(200, {"id": known[1]})


def event_of(
    email: Email, kind: Literal["bounced", "complained", "delivered"], now: datetime
) -> dict[str, Any]:
    """What Resend's webhook says of a mail (resend.com/docs/webhooks/emails/bounced)."""
    data: dict[str, Any] = {
        "created_at": email.created_at,
        "email_id": email.id,
        "from": email.sender,
        "to": email.to,
        "subject": email.subject,
        "tags": email.tags,
    }
    if kind == "bounced":
        data["bounce"] = {
            "message": "There is no such mailbox.",
            "subType": "General",
            "type": "Permanent",
        }
    return {"type": f"email.{kind}", "created_at": now.isoformat(), "data": data}


def _error(status: int, name: str, message: str) -> Answered:
    return Answered(status, {"statusCode": status, "name": name, "message": message})


class _Tag(BaseModel):
    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,256}$")]
    value: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,256}$")]


_Address = Annotated[
    str,
    StringConstraints(pattern=r"^(?:[^<>\r\n]+ <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$"),
]


class _Attached(BaseModel):
    filename: Annotated[str, Field(min_length=1)]
    content: Annotated[str, Field(min_length=1)]
    content_type: str = "application/octet-stream"


class _Sent(BaseModel):
    """The body of POST /emails."""

    sender: Annotated[_Address, Field(alias="from")]
    to: Annotated[list[_Address], Field(min_length=1, max_length=50)]
    subject: Annotated[str, Field(min_length=1)]
    text: str = ""
    html: str = ""
    headers: dict[str, str] = {}
    tags: list[_Tag] = []
    reply_to: _Address | list[_Address] = []
    attachments: list[_Attached] = []


def _read(body: str, now: datetime, fault: FaultKind | None) -> Email | str:
    """The mail, or what is wrong with it."""
    try:
        sent = _Sent.model_validate_json(body)
    except ValidationError as error:
        return (
            f"Invalid `{error.errors()[0]['loc'][0] if error.errors()[0]['loc'] else 'body'}` "
            "field."
        )
    if not (sent.text or sent.html):
        return "Missing `html` or `text` field."
    if sum(len(each.content) for each in sent.attachments) > _MOST_ATTACHED:
        return "The attachments are larger than 40 MB."
    try:
        for each in sent.attachments:
            base64.b64decode(each.content, validate=True)
    except binascii.Error:
        return "Invalid `attachments` field."
    return Email(
        id=str(uuid.uuid4()),
        sender=sent.sender,
        to=sent.to,
        subject=sent.subject,
        text=sent.text,
        html=sent.html,
        tags={tag.name: tag.value for tag in sent.tags},
        created_at=now.isoformat(),
        last_event=fault if fault in {"bounced", "complained"} else "delivered",
        reply_to=[sent.reply_to] if isinstance(sent.reply_to, str) else sent.reply_to,
        attachments=[File(**each.model_dump()) for each in sent.attachments],
    )

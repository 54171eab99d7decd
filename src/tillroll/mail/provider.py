"""The provider of mail, and its settings: sends one mail under a key, once. Resend
(https://resend.com/docs/api-reference/emails/send-email)."""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final, Self

from tillroll_durable.platform.bindings.http import Http, HttpAnswer, HttpFailed, Throttled
from tillroll_durable.platform.json import Json, JsonObject, dump, load
from tillroll_durable.platform.settings import (
    InvalidSetting,
    Variable,
    is_webhook_secret,
    read_address,
)
from tillroll_durable.platform.web.throttling import seconds_of

_SENDER = re.compile(r"(?:[^<>@\r\n]{1,100} <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)")
_RESEND = "https://api.resend.com"


@dataclass(frozen=True)
class MailSettings:
    """
    Attributes:
        sender: an address, or a name with one: Tillroll <tillroll@example.com>. Empty where no mail
            is sent.
        api_key: the provider's key.
        api_url: the provider's API, without a slash at its end.
        public_url: where links lead: MAIL_LINKS_URL, or PUBLIC_URL.
        webhook_secret: key of the provider's events, whsec_ and base64; empty where none are taken.
    """

    sender: str = ""
    api_key: str = field(default="", repr=False)
    api_url: str = _RESEND
    public_url: str = ""
    webhook_secret: str = field(default="", repr=False)

    @classmethod
    def read(cls, variable: Variable) -> Self:
        """Raises InvalidSetting: a value cannot be used."""
        settings = cls(
            sender=variable("MAIL_FROM").strip(),
            api_key=variable("MAIL_API_KEY"),
            api_url=read_address("MAIL_API_URL", variable).rstrip("/") or _RESEND,
            public_url=(
                read_address("MAIL_LINKS_URL", variable) or read_address("PUBLIC_URL", variable)
            ).rstrip("/"),
            webhook_secret=variable("MAIL_WEBHOOK_SECRET"),
        )
        if settings.webhook_secret and not is_webhook_secret(settings.webhook_secret):
            raise InvalidSetting(
                "MAIL_WEBHOOK_SECRET must be whsec_ and base64, as the provider shows it"
            )
        if settings.sender and not _SENDER.fullmatch(settings.sender):
            raise InvalidSetting(
                "MAIL_FROM must be an address, or a name with one: Tillroll <tillroll@example.com>"
            )
        if settings.sender and not (settings.api_key and settings.public_url):
            raise InvalidSetting(
                "MAIL_FROM is set, so MAIL_API_KEY must be the provider's key, and PUBLIC_URL the "
                "address of this deployment, for the links in the mail"
            )
        return settings

    @property
    def sends(self) -> bool:
        return bool(self.sender)


# What a quoted name cannot hold as it is (RFC 5322, 3.2.4), and what parts a name from an address.
_UNQUOTABLE: Final = frozenset('"\\<>')
_BREAKS: Final = re.compile(r"[\r\n\0]")


def sender_named(sender: str, name: str) -> str:
    """The address of a sender under another name. Raises ValueError: the name has a line break,
    which would end the header.
    """
    if _BREAKS.search(name):
        raise ValueError("the name of a sender has no line break")
    address = sender.rpartition("<")[2].rstrip(">")
    marks = (mark for mark in name if mark.isprintable() and mark not in _UNQUOTABLE)
    display = " ".join("".join(marks).split())
    if not display:
        return sender
    return f'"{display}" <{address}>'


@dataclass(frozen=True)
class Attachment:
    """A file of a mail, with its bytes."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """A mail as it is sent. The provider's events bring `message_id` back; `headers` stand beside
    its own. Answers go to `reply_to`, where it is not empty. Raises ValueError: a header has a
    line break.
    """

    message_id: str
    sender: str
    to: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    reply_to: str = ""
    attachments: Sequence[Attachment] = ()

    def __post_init__(self) -> None:
        names = [each.name for each in self.attachments]
        for header in (self.sender, self.to, self.subject, self.reply_to, *names):
            if _BREAKS.search(header):
                raise ValueError("a header of a mail has no line break")


class MailRefused(Exception):
    """The provider does not take this mail; nothing was sent."""


class MailDenied(Exception):
    """The provider did not let us in, or does not know the sender's domain; nothing was sent."""


class MailUncertain(Exception):
    """Whether the mail was sent is unknown: no answer came, or it says neither."""


class SentOtherwise(Exception):
    """Another mail was sent under this key."""


KEY_HOLDS: Final = timedelta(hours=24)
_TIMEOUT_SECONDS: Final = 20
_DENIED: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
# The name of the tag that brings our id back with an event.
TAG: Final = "message"


class Resend:
    """Resend's HTTP API."""

    def __init__(self, http: Http, settings: MailSettings) -> None:
        self._http = http
        self._settings = settings

    async def send(self, mail: Mail, key: str, now: datetime) -> str:
        """Send a mail; return the provider's id. Under the same key it is sent once within a day.
        Raises MailRefused, MailDenied, Throttled, MailUncertain, SentOtherwise.
        """
        headers = {
            "authorization": f"Bearer {self._settings.api_key}",
            "content-type": "application/json",
            "idempotency-key": key,
            "user-agent": "tillroll",  # requests without one are refused
        }
        try:
            url = f"{self._settings.api_url}/emails"
            answer = await self._http.post(
                url, headers, body=dump(body_of(mail)), timeout_seconds=_TIMEOUT_SECONDS
            )
        except HttpFailed as error:
            raise MailUncertain(f"the mail provider did not answer: {error}") from error
        return _id_in(answer, now)


def body_of(mail: Mail) -> JsonObject:
    """The request's body."""
    more: JsonObject = {}
    if mail.headers:
        more["headers"] = dict(mail.headers)
    if mail.reply_to:
        more["reply_to"] = mail.reply_to
    if mail.attachments:
        more["attachments"] = [_body_of_file(each) for each in mail.attachments]
    return {
        **more,
        "from": mail.sender,
        "to": [mail.to],
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
        "tags": [{"name": TAG, "value": mail.message_id}],
    }


def _body_of_file(attachment: Attachment) -> JsonObject:
    return {
        "filename": attachment.name,
        "content": b64encode(attachment.content).decode("ascii"),
        "content_type": attachment.media_type,
    }


def _id_in(answer: HttpAnswer, now: datetime) -> str:
    body = _parsed(answer.body)
    if answer.is_success:
        match body:
            case {"id": str(id_)} if id_:
                return id_
            case _:
                raise MailUncertain("the mail provider took the mail, and named no id")
    name = str(body.get("name", "")) if isinstance(body, dict) else ""
    # What it says beside the name may quote the address, so it is not repeated.
    why = f"the mail provider answered {answer.status} {name}".rstrip()
    match answer.status:
        case HTTPStatus.CONFLICT if name == "concurrent_idempotent_requests":
            raise MailUncertain(why)
        case HTTPStatus.CONFLICT:
            raise SentOtherwise(why)
        case HTTPStatus.TOO_MANY_REQUESTS:
            raise Throttled(why, seconds_of(answer.retry_after, now))
        case status if status in _DENIED:
            raise MailDenied(why)
        case status if status in range(400, 500):
            raise MailRefused(why)
        case _:
            raise MailUncertain(why)


def _parsed(body: str) -> Json:
    try:
        return load(body)
    except ValueError:
        return None

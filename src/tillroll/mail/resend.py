"""Resend (https://resend.com/docs/api-reference/emails/send-email), read in November 2026 and never asked for real.

A key holds for 24 hours: the same request gives the same answer, another one under it 409 invalid_idempotent_request,
and one while the first is under way 409 concurrent_idempotent_requests
(resend.com/docs/dashboard/emails/idempotency-keys). Errors are JSON with `name` and `message`
(resend.com/docs/api-reference/errors).
"""

from datetime import timedelta
from http import HTTPStatus
from typing import Final

from tillroll.mail.provider import (
    Mail,
    MailDenied,
    MailPostponed,
    MailRefused,
    MailUncertain,
    SentOtherwise,
)
from tillroll.mail.settings import MailSettings
from tillroll.platform.bindings.http import Http, HttpAnswer, HttpFailed
from tillroll.platform.json import Json, JsonObject, dump, load

KEY_HOLDS: Final = timedelta(hours=24)
_TIMEOUT_SECONDS: Final = 20
_LONGEST_WAIT: Final = 24 * 3600
_DENIED: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
# The name of the tag that brings our id back with an event.
TAG: Final = "message"


class Resend:
    """`MailProvider` on Resend's HTTP API."""

    def __init__(self, http: Http, settings: MailSettings) -> None:
        self._http = http
        self._settings = settings

    async def send(self, mail: Mail, key: str) -> str:
        """Raises: as MailProvider.send."""
        headers = {
            "authorization": f"Bearer {self._settings.api_key}",
            "content-type": "application/json",
            "idempotency-key": key,
            "user-agent": "tillroll",  # requests without one are refused
        }
        try:
            url = f"{self._settings.api_url}/emails"
            answer = await self._http.post(url, headers, dump(body_of(mail)), _TIMEOUT_SECONDS)
        except HttpFailed as error:
            raise MailUncertain(f"the mail provider did not answer: {error}") from error
        return _id_in(answer)


def body_of(mail: Mail) -> JsonObject:
    """The request's body."""
    headers: JsonObject = {"headers": dict(mail.headers)} if mail.headers else {}
    return {
        **headers,
        "from": mail.sender,
        "to": [mail.to],
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
        "tags": [{"name": TAG, "value": mail.message_id}],
    }


def _id_in(answer: HttpAnswer) -> str:
    said = _parsed(answer.body)
    if answer.is_success:
        match said:
            case {"id": str(id_)} if id_:
                return id_
            case _:
                raise MailUncertain("the mail provider took the mail, and named no id")
    name = str(said.get("name", "")) if isinstance(said, dict) else ""
    # What it says beside the name may quote the address, so it is not repeated.
    why = f"the mail provider answered {answer.status} {name}".rstrip()
    match answer.status:
        case HTTPStatus.CONFLICT if name == "concurrent_idempotent_requests":
            raise MailUncertain(why)
        case HTTPStatus.CONFLICT:
            raise SentOtherwise(why)
        case HTTPStatus.TOO_MANY_REQUESTS:
            raise MailPostponed(why, _seconds(answer.retry_after))
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


def _seconds(retry_after: str | None) -> int | None:
    """The header's seconds, at most a day; None where it has none."""
    text = (retry_after or "").strip()
    return min(int(text), _LONGEST_WAIT) if text.isascii() and text.isdecimal() else None

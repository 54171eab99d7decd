"""One signed POST, as Standard Webhooks has it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

from standardwebhooks import Webhook

from tillroll.durable.errors import one_line
from tillroll.platform.bindings.http import Http, HttpFailed

# The specification asks for 15 to 30 seconds.
TIMEOUT_SECONDS: Final = 20
_LONGEST_WAIT: Final = timedelta(days=1)
_KEPT_OF_ANSWER: Final = 1000


@dataclass(frozen=True)
class Posted:
    """What came of an attempt.

    Attributes:
        status: what the receiver answered; None where it did not.
        error: what went wrong, in one line; None for an answer of 2xx.
        answer: the beginning of the answer's body.
        wait: how long the receiver asked to be left alone (Retry-After), at most a day.
    """

    status: int | None
    error: str | None
    answer: str = ""
    wait: timedelta = timedelta()

    @property
    def is_gone(self) -> bool:
        """The receiver wants no events any more."""
        return self.status == HTTPStatus.GONE


async def post_signed(
    http: Http, url: str, secrets: Sequence[str], message_id: str, payload: str, now: datetime
) -> Posted:
    """Send `payload` (JSON) under `message_id`, signed with each of `secrets` (whsec_…), the newest first."""
    headers = {
        "content-type": "application/json",
        "user-agent": "Tillroll-Webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(message_id, now, payload) for secret in secrets),
    }
    try:
        answer = await http.post(url, headers, payload, TIMEOUT_SECONDS)
    except HttpFailed as error:
        return Posted(None, one_line(str(error)))
    beginning = answer.body[:_KEPT_OF_ANSWER]
    if answer.is_success:
        return Posted(answer.status, None, beginning)
    followed = " with a redirect, which is not followed" if 300 <= answer.status < 400 else ""
    error = f"the receiver answered {answer.status}{followed}"
    return Posted(answer.status, error, beginning, _wait(answer.retry_after, now))


def _wait(retry_after: str | None, now: datetime) -> timedelta:
    """What Retry-After asks for (RFC 9110, section 10.2.3): seconds or a date; nothing where it is neither."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdecimal():
        return min(timedelta(seconds=int(text[:9])), _LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return timedelta()
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(timedelta(), min(moment - now, _LONGEST_WAIT))

"""Answers that ask to come again later."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from tillroll_durable.platform.bindings.http import HttpAnswer, Throttled


def check_throttled(answer: HttpAnswer, now: datetime) -> None:
    """Raises Throttled: the other side did nothing, and asks to come again."""
    is_busy = answer.status == HTTPStatus.SERVICE_UNAVAILABLE and answer.retry_after is not None
    if is_busy or answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        raise Throttled(
            f"the other side answered {answer.status}", seconds_of(answer.retry_after, now)
        )


def seconds_of(retry_after: str | None, now: datetime) -> float | None:
    """What Retry-After asks for (RFC 9110, section 10.2.3), a number or a date; None where it is
    neither."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdecimal():
        return int(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())

"""What an answer over HTTP means for a step, by its status, and how a call sends its key."""

from collections.abc import Collection
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from pydantic_core import from_json

from tillroll_durable._execution.steps import CallContext
from tillroll_durable.errors import AccessDenied
from tillroll_durable.platform.bindings.engine import NonRetryable
from tillroll_durable.platform.bindings.http import AnswerUnfit, HttpAnswer, HttpFailed
from tillroll_durable.platform.json import Json, dump
from tillroll_durable.platform.web.throttling import check_throttled

# Who asks is not let in, and nothing was done: 511 is a network's own sign-in page.
_NOT_LET_IN: Final = frozenset({401, 403, 407, 511})
# A 4xx says that the request is at fault, so nothing was done, but for two. A gateway answers 408
# where it has waited in vain. 409 may mean that a request with this key is still under way.
_UNKNOWN_4XX: Final = frozenset({408, 409})
# The address is another one, and the method is to stay: nothing was done at this one.
_MOVED: Final = frozenset({307, 308})
# The other side does not take what could be a repetition yet (RFC 8470).
_TOO_EARLY: Final = 425
# What a header can carry, but for the percent sign that others are written with.
_PLAIN: Final = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) != "%")


def read_json(answer: HttpAnswer) -> Json:
    """The JSON of an answer; None where its body is empty. Raises AnswerUnfit: it is none."""
    text = answer.body.removeprefix("\ufeff").strip()
    if not text:
        return None
    try:
        value: Json = from_json(text, allow_inf_nan=False)
        dump(value).encode()
    except ValueError as error:
        raise AnswerUnfit(f"the answer {answer.status} is no JSON") from error
    return value


def key_sent(key: str) -> str:
    """An idempotency key as a header carries it: the rest than visible ASCII in percents."""
    return quote(key, safe=_PLAIN)


def check_goes_on(context: CallContext, answer: HttpAnswer) -> None:
    """Raises AccessDenied: who asks is not let in; Throttled: they are to come again."""
    if answer.status in _NOT_LET_IN:
        raise AccessDenied(sentence_of(answer))
    if answer.status == _TOO_EARLY:
        answer = HttpAnswer(HTTPStatus.TOO_MANY_REQUESTS, "", retry_after=answer.retry_after)
    check_throttled(answer, context.platform.clock.now())


def is_refusal(status: int, refusals: Collection[int]) -> bool:
    """Whether the other side says by a status that it did nothing, and will not."""
    if status in refusals or status in _MOVED:
        return True
    return 400 <= status < 500 and status not in _UNKNOWN_4XX


def succeeded(context: CallContext, answer: HttpAnswer) -> HttpAnswer:
    """An answer to what changes nothing. Raises AccessDenied: who asks is not let in; Throttled:
    they are to come again; NonRetryable: the request is at fault; HttpFailed: nobody knows.
    """
    check_goes_on(context, answer)
    if is_refusal(answer.status, ()):
        raise NonRetryable(sentence_of(answer))
    return success_of(answer)


def success_of(answer: HttpAnswer) -> HttpAnswer:
    """Raises HttpFailed: nobody knows what was done."""
    if not answer.is_success:
        raise HttpFailed(sentence_of(answer))
    return answer


_LONGEST_EXCERPT: Final = 120


def sentence_of(answer: HttpAnswer) -> str:
    """Say what the other side answered: its status, and how its body begins."""
    excerpt = " ".join(answer.body.split())[:_LONGEST_EXCERPT]
    if excerpt:
        return f"the other side answered {answer.status}: {excerpt}"
    return f"the other side answered {answer.status}"

"""Identifiers that sort by time: a prefix for the kind, then a ULID. The request that is answered
has one too."""

import secrets
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import Context, ContextVar

from tillroll_durable.platform import shards

_RANDOM_BITS = 80
_STEP_BITS = 70
_LENGTH = 26
_RANDOM_LENGTH = 16

_last = 0


def draw() -> int:
    """A number that nobody has drawn before: 48 bits of milliseconds, 80 random bits. It is above
    all that this isolate drew, also within a millisecond: a Worker's clock stands still between two
    awaits."""
    global _last  # noqa: PLW0603 - there is one order
    now = (time.time_ns() // 1_000_000 << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS)
    _last = max(now, _last + 1 + secrets.randbits(_STEP_BITS))
    return _last


_drawing: ContextVar[Callable[[], int]] = ContextVar("_drawing", default=draw)


@contextmanager
def drawn_by(source: Callable[[], int]) -> Generator[None]:
    """Draw ids from the numbers of `source` in this task: a repeated operation gets those of the
    first time."""
    token = _drawing.set(source)
    try:
        yield
    finally:
        _drawing.reset(token)


def new_id(prefix: str) -> str:
    """For instance new_id("run") -> "run_01JD0C3YF8W7…", by `draw`. In another database than the
    first it says so: see `shards`."""
    return f"{prefix}_{_digits(_drawing.get()(), _LENGTH)}{shards.digits()}"


def new_unguessable_id(prefix: str) -> str:
    """An id that nobody guesses: 160 random bits in place of a ULID, so it sorts by nothing."""
    draw_number = _drawing.get()
    random = _digits(draw_number(), _RANDOM_LENGTH) + _digits(draw_number(), _RANDOM_LENGTH)
    return f"{prefix}_{random}{shards.digits()}"


def _digits(number: int, length: int) -> str:
    """The last digits of a number."""
    return "".join(shards.CROCKFORD[number >> 5 * place & 31] for place in reversed(range(length)))


_current: ContextVar[str | None] = ContextVar("_current", default=None)


def begin_request() -> str:
    """Give the request that this task answers an id, and return it."""
    request_id = new_id("req")
    _current.set(request_id)
    return request_id


def request_id() -> str | None:
    """The id; None where no request is being answered, as in a workflow."""
    return _current.get()


def request_in(context: Context) -> str | None:
    """The id of the request to which a context belongs; None where it belongs to none."""
    return context.get(_current)

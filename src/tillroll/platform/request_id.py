"""The id of the request that is being answered: in its answer, in its problem, in each line that is logged for it."""

from contextvars import ContextVar

from tillroll.platform.ids import new_id

_current: ContextVar[str | None] = ContextVar("_current", default=None)


def begin_request() -> str:
    """Give the request that this task answers an id, and return it."""
    made = new_id("req")
    _current.set(made)
    return made


def request_id() -> str | None:
    """The id; None where no request is being answered, as in a workflow."""
    return _current.get()

"""The log: one line of JSON an event. What may stand in it is named here, so that nothing personal
gets in by accident.

{"time": "2026-11-20T08:30:00.000Z", "level": "info", "event": "step.completed", "account": "acc_…",
"run": "run_…", …}

What is logged while a request is answered has its id as `request`.

No merchant, file name, amount, text of a file or answer of a model, and no secret: ids, codes,
counts and times.
"""

import logging
import traceback
from pathlib import PurePath
from typing import Final, TypedDict, Unpack, cast

from tillroll_durable.platform.clock import SystemClock, to_text
from tillroll_durable.platform.ids import request_id
from tillroll_durable.platform.json import Json, dump

LOGGER: Final = logging.getLogger("tillroll")
LOGGER.setLevel(logging.INFO)

_CLOCK = SystemClock()
_LONGEST_ERROR = 300
_FRAMES = 8
_AS_IT_IS: Final = (int, list, dict)


class Fields(TypedDict, total=False):
    """What can be said of an event; what is None is left out.

    Attributes:
        account, run, subject, expense, review, delivery, alert: ids. kind, step, attempt,
        generation, state, purpose: of a run; attempts count from 1. method, route, status: of a
        request; `route` is the template, for instance /api/runs/{run_id}.
        duration_ms: whole milliseconds.
        seal: the number of a seal of the audit. count, position: how many; where a bounded scan
            stands. outcome, reason, code, source: codes and names of ours, and host and path of a
            configured address.
        time: when it happened, where that is not now; UTC text.
        error: what the platform or another service answered. Never an error that a file can have
            caused.
        error_class: its class, for any error.
        mended, differences: how many of each kind.
        message, values: what the body of a workflow logs; its author answers for them.
    """

    account: str | None
    run: str | None
    subject: str | None
    expense: str | None
    review: str | None
    delivery: str | None
    alert: str | None
    kind: str
    step: str
    attempt: int
    generation: int
    state: str
    purpose: str
    method: str
    route: str
    status: int
    duration_ms: int | None
    seal: int
    count: int
    position: str
    outcome: str
    reason: str
    code: str
    source: str
    time: str
    error: Exception | str
    error_class: str
    mended: dict[str, int]
    differences: dict[str, int]
    message: str
    values: dict[str, Json]


class OfRun(TypedDict):
    """Which run."""

    account: str
    run: str
    kind: str
    generation: int


class OfAttempt(OfRun):
    """Which attempt of which step of a run."""

    step: str
    attempt: int
    duration_ms: int


class OfDelivery(TypedDict):
    """Which attempt of which delivery."""

    account: str
    run: str
    delivery: str
    attempt: int


def info(event: str, **fields: Unpack[Fields]) -> None:
    """Something happened as it should."""
    _write(logging.INFO, event, {**fields})


def warning(event: str, **fields: Unpack[Fields]) -> None:
    """Something did not go; it is tried again, or mended, without anybody."""
    _write(logging.WARNING, event, {**fields})


def error(event: str, **fields: Unpack[Fields]) -> None:
    """Somebody should look."""
    _write(logging.ERROR, event, {**fields})


def crash(event: str, unexpected: BaseException, **fields: Unpack[Fields]) -> None:
    """A fault of ours: its class and where it came from. Its message is left out, for it can quote
    a file."""
    frames = traceback.extract_tb(unexpected.__traceback__)[-_FRAMES:]
    where: list[Json] = [
        f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames
    ]
    _write(
        logging.ERROR, event, {**fields, "error_class": type(unexpected).__name__, "where": where}
    )


def foreign_line(record: logging.LogRecord) -> str:
    """The line for a record of a library: who said something and from where, but not what, for it
    can quote a file."""
    fields: dict[str, object] = {"source": record.name, "where": f"{record.module}:{record.lineno}"}
    if record.exc_info and record.exc_info[0]:
        fields["error_class"] = record.exc_info[0].__name__
    return _line(record.levelno, "library.said", fields)


def _write(level: int, event: str, fields: dict[str, object]) -> None:
    problem = fields.pop("error", None)
    if isinstance(problem, Exception):
        fields.setdefault("error_class", type(problem).__name__)
    if problem is not None:
        fields["error"] = " ".join(str(problem).split())[:_LONGEST_ERROR]
    LOGGER.log(level, "%s", _line(level, event, fields))


def _line(level: int, event: str, fields: dict[str, object]) -> str:
    record: dict[str, object] = {
        name: value if isinstance(value, _AS_IT_IS) else str(value)
        for name, value in fields.items()
        if value is not None
    }
    if "time" not in record:
        record["time"] = to_text(_CLOCK.now())
    request = request_id()
    if request:
        record["request"] = request
    return dump(
        cast("Json", {"level": logging.getLevelName(level).lower(), "event": event, **record})
    )

"""What a body logs: written with the record of what comes behind it, so a replay writes nothing.

A line waits until the next step, wait or review of its task is recorded. Where that is answered
from the record, the line was written when it was recorded.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from tillroll_durable.platform import log
from tillroll_durable.runs import Run, log_fields

Value: TypeAlias = str | int | float | bool | None
_LONGEST_TEXT = 300


@dataclass(frozen=True)
class Line:
    message: str
    values: Mapping[str, Value]


class Lines:
    """The lines that wait, by the task that a body goes on in."""

    def __init__(self) -> None:
        self._waiting: dict[asyncio.Task[Any] | None, list[Line]] = {}
        self._holder: asyncio.Task[Any] | None = None

    def add(self, message: str, values: Mapping[str, Value]) -> None:
        self._waiting.setdefault(asyncio.current_task(), []).append(Line(message, values))

    def begin_turn(self) -> None:
        """The running task begins something: what it has logged before belongs to that."""
        self._holder = asyncio.current_task()

    def drop(self) -> None:
        """What the lines belong to is on the record, or is left to another instance."""
        self._waiting.pop(self._holder, None)

    def write(self, run: Run) -> None:
        """What the lines belong to is recorded now."""
        for line in self._waiting.pop(self._holder, []):
            values = {name: _short(value) for name, value in line.values.items()}
            log.info("run.logged", **log_fields(run), message=_short(line.message), values=values)


def _short(value: Value) -> Any:
    if isinstance(value, str):
        return " ".join(value.split())[:_LONGEST_TEXT]
    return value

"""The queue. A message only nudges: what is to be done is a row, and a lost message costs time, nothing else."""

from typing import Protocol

from tillroll.platform.json import JsonObject


class QueueUnavailable(Exception):
    """The message was not taken."""


class Queue(Protocol):
    async def send(self, message: JsonObject, *, delay_seconds: int = 0) -> None:
        """Hand a message over, to arrive after `delay_seconds` at the earliest.

        Raises:
            QueueUnavailable: it was not taken; sending again is safe.
        """
        ...

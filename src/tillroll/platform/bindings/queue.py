"""The queue. A message only nudges: what is to be done is a row, and a lost message costs time, nothing else."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Protocol, TypeVar

from tillroll.platform import log
from tillroll.platform.json import JsonObject

Message = TypeVar("Message")


class QueueUnavailable(Exception):
    """The message was not taken."""


class Queue(Protocol):
    async def send(self, message: JsonObject, *, delay_seconds: int = 0) -> None:
        """Hand a message over, to arrive after `delay_seconds` at the earliest.

        Raises:
            QueueUnavailable: it was not taken; sending again is safe.
        """
        ...


async def take_all(messages: Iterable[Message], take: Callable[[Message], Awaitable[None]]) -> None:
    """Take each message of a batch, all at the same time, so that one which waits for a slow receiver keeps no other;
    whatever becomes of the others, each is taken."""

    async def take_one(message: Message) -> None:
        try:
            await take(message)
        except Exception as error:  # noqa: BLE001 - the other messages of the batch must still be delivered
            log.crash("delivery.crashed", error)

    await asyncio.gather(*map(take_one, messages))

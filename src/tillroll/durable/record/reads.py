"""Reads that are repeated: one that fails for a moment must cost a run neither an attempt of a step nor an instance."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from tillroll.platform import log
from tillroll.platform.bindings.database import DatabaseError

Result = TypeVar("Result")

# Seconds between the tries: a lost connection is back at once, a database that restarts is not waited for here.
_PAUSES = (0.05, 0.2)


async def insist(read: Callable[[], Awaitable[Result]]) -> Result:
    """Read, and read again where the database fails, three times in all.

    Raises:
        DatabaseError: the last try's.
    """
    for pause in _PAUSES:
        try:
            return await read()
        except DatabaseError as error:
            log.warning("database.read_again", error=error)
            await asyncio.sleep(pause)
    return await read()

"""How many bytes an isolate holds at one time, of bodies and of pictures on their way to Images."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

# Together. Small ones pass. A slow one keeps the others waiting no longer than so.
_MOST_HELD_BYTES = 6_000_000
_SMALL_BYTES = 300_000
_LONGEST_WAIT_SECONDS = 20.0
_WAIT_SECONDS = 0.02
# The runtime may drop a request where it waits: its holder never says that it leaves.
_GONE_SECONDS = 30.0

_holds: dict[object, tuple[int, float]] = {}


async def take_room(holder: object, size: int) -> None:
    """Wait until `holder` may hold so many bytes, in place of what it holds. One that is larger
    than all room waits until nobody else holds any.

    It is asked again and again: a lock would wake a request in another's turn, whose bindings are
    not its own.
    """
    if size < _SMALL_BYTES:
        return
    waited = 0.0
    while waited < _LONGEST_WAIT_SECONDS:
        others = _bytes_beside(holder)
        if not others or others + size <= _MOST_HELD_BYTES:
            break
        await asyncio.sleep(_WAIT_SECONDS)
        waited += _WAIT_SECONDS
    _holds[holder] = (size, time.monotonic())


def leave_room(holder: object) -> None:
    """What it held is others' room."""
    _holds.pop(holder, None)


@asynccontextmanager
async def room_for(size: int) -> AsyncGenerator[None]:
    """Hold so many bytes while the block lasts."""
    holder = object()
    await take_room(holder, size)
    try:
        yield
    finally:
        leave_room(holder)


def _bytes_beside(holder: object) -> int:
    """Bytes that others hold."""
    now = time.monotonic()
    stale = [each for each, (_, since) in _holds.items() if now - since > _GONE_SECONDS]
    for each in stale:
        del _holds[each]
    return sum(size for each, (size, _) in _holds.items() if each is not holder)

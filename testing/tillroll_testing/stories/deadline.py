"""A play that hangs or spins is a finding, and must not take the search with it."""

import asyncio
import signal
import time
from collections.abc import Callable, Coroutine
from typing import Any, Final

# How much longer a play may take by the wall, for which others computed.
_OTHERS: Final = 10


class NoEnd(BaseException):
    """A play goes on past its deadline; it is no Exception, for what is played may catch those."""


def run_within(seconds: float, play: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a coroutine in a loop of its own, in the main thread. `seconds` are those that this
    process computed, so that a busy machine is no finding; ten times as many may pass meanwhile.

    Raises:
        TimeoutError: it waited, or let others take turns, past its deadline.
        NoEnd: it came to no turn at all in twice that time.
    """
    computed, began = time.process_time(), time.monotonic()

    def is_past(deadline: float) -> bool:
        return (
            time.process_time() - computed > deadline
            or time.monotonic() - began > _OTHERS * deadline
        )

    async def bounded() -> None:
        loop = asyncio.get_running_loop()

        def look() -> None:
            if is_past(seconds):
                limit.reschedule(loop.time())
            else:
                loop.call_later(seconds / 10, look)

        async with asyncio.timeout(None) as limit:
            look()
            await play()

    def give_up(*_: object, **__: object) -> None:
        if is_past(2 * seconds):
            raise NoEnd(f"it came to no turn in {2 * seconds:g} s")

    before = signal.signal(signal.SIGALRM, give_up)
    # Again and again: the first may end a task that somebody else waits for.
    signal.setitimer(signal.ITIMER_REAL, 2 * seconds, 1)
    try:
        asyncio.run(bounded())
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        # An alarm may be on its way yet, and by default it ends the process.
        signal.signal(signal.SIGALRM, signal.SIG_IGN if before is signal.SIG_DFL else before)

"""A play that hangs or spins is a finding, and must not take the search with it."""

import asyncio
import signal
from collections.abc import Callable, Coroutine
from typing import Any


class NoEnd(BaseException):
    """A play goes on past its deadline; it is no Exception, for what is played may catch those."""


def run_within(seconds: float, play: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a coroutine in a loop of its own, in the main thread.

    Raises:
        TimeoutError: it waited, or let others take turns, past its deadline.
        NoEnd: it came to no turn at all in twice that time.
    """

    async def bounded() -> None:
        async with asyncio.timeout(seconds):
            await play()

    def give_up(*_: object) -> None:
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

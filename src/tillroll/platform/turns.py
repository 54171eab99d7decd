"""Callbacks of the event loop by turns: all that are ready run at once, and those that become ready meanwhile."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from contextvars import Context
from typing import Any, Final

# A turn comes at once. One that did not come by then was lost: what was running then was ended from outside.
_LOST_AFTER_SECONDS: Final = 1.0


class Turns:
    """`plan` has `run` called, from outside of any callback; `begin` is called before the callbacks of a turn."""

    def __init__(self, loop: asyncio.AbstractEventLoop, plan: Callable[[], None], begin: Callable[[], None]) -> None:
        self._loop = loop
        self._plan = plan
        self._begin = begin
        self._ready: deque[asyncio.Handle] = deque()
        self._is_lost_at = 0.0  # the turn that is planned; 0 where none is

    def call_soon(self, callback: Callable[..., object], *given: Any, context: Context | None = None) -> asyncio.Handle:
        """As the event loop's."""
        handle = asyncio.Handle(callback, given, self._loop, context)
        self._ready.append(handle)
        self._plan_one()
        return handle

    def run(self) -> None:
        """One turn."""
        self._begin()
        left = asyncio.current_task(self._loop)
        if left is not None:  # ended within its turn; no other task can go on before it is left
            asyncio._leave_task(self._loop, left)  # noqa: SLF001 # pyright: ignore[reportAttributeAccessIssue] - documented
        try:
            while self._ready:
                handle = self._ready.popleft()
                if not handle.cancelled():
                    handle._run()  # noqa: SLF001 - as each event loop does
        finally:
            self._is_lost_at = 0.0
            if self._ready:
                self._plan_one()

    def _plan_one(self) -> None:
        now = time.monotonic()
        if now >= self._is_lost_at:
            self._is_lost_at = now + _LOST_AFTER_SECONDS
            self._plan()

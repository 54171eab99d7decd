"""Callbacks of the event loop by turns: all that are ready run at once, and those that become ready
meanwhile.

The runtime can end a request in the middle of a turn. What was ready then waits until its own
request plans a turn: in the turn of another request it would ask for what belongs to another.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from contextvars import Context
from typing import Any, Final, cast

from tillroll_durable.platform.ids import request_in

# A turn comes at once. One that did not come by then was lost: what was running then was ended from
# outside.
_LOST_AFTER_SECONDS: Final = 1.0
# So many requests that were ended can leave something. Of more the oldest is forgotten.
_MOST_SET_ASIDE: Final = 100


class Turns:
    """`plan` has `run` called, from outside of any callback; `begin` is called before the callbacks
    of a turn."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, plan: Callable[[], None], begin: Callable[[], None]
    ) -> None:
        self._loop = loop
        self._plan = plan
        self._begin = begin
        self._ready: deque[asyncio.Handle] = deque()
        self._aside: dict[str, list[asyncio.Handle]] = {}  # what ended requests left, by request
        self._is_lost_at = 0.0  # the turn that is planned; 0 where none is

    def call_soon(
        self, callback: Callable[..., object], *values: Any, context: Context | None = None
    ) -> asyncio.Handle:
        """Plan a callback, as the event loop's method does."""
        handle = asyncio.Handle(callback, values, self._loop, context)
        if self._aside:
            self._take_up(handle)
        self._ready.append(handle)
        self._plan_one()
        return handle

    def run(self) -> None:
        """One turn."""
        self._begin()
        pending = asyncio.current_task(self._loop)
        if pending is not None:  # ended within its turn; no other task can go on before it is left
            # asyncio documents this for third-party loops; its types leave it out.
            leave_task: Callable[..., None] = cast(Any, asyncio)._leave_task  # noqa: SLF001
            leave_task(self._loop, pending)
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
            if self._is_lost_at:
                self._set_aside()
            self._is_lost_at = now + _LOST_AFTER_SECONDS
            self._plan()

    def _take_up(self, handle: asyncio.Handle) -> None:
        """The request of this callback goes on: what it left comes first."""
        request = _request_of(handle)
        if request is not None:
            self._ready.extend(self._aside.pop(request, []))

    def _set_aside(self) -> None:
        """A turn was lost: the next one is of the newest callback's request, and runs nothing of
        another."""
        own = _request_of(self._ready[-1])
        ready = deque[asyncio.Handle]()
        for handle in self._ready:
            request = _request_of(handle)
            if request is None or request == own:
                ready.append(handle)
            else:
                self._aside.setdefault(request, []).append(handle)
        self._ready = ready
        while len(self._aside) > _MOST_SET_ASIDE:
            del self._aside[next(iter(self._aside))]


def _request_of(handle: asyncio.Handle) -> str | None:
    # No method tells the context.
    context: Context = cast(Any, handle)._context  # noqa: SLF001
    return request_in(context)

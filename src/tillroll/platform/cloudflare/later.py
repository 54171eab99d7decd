"""Work that is done after the answer: the runtime keeps the isolate for it."""

import asyncio
from collections.abc import Awaitable

from pyodide.ffi import create_proxy
from workers import wait_until

from tillroll.platform import log


async def after_the_answer(work: Awaitable[object]) -> None:
    """Begin it, and do not wait. The proxy lives until it has ended, by which the runtime knows that it goes on."""
    task = asyncio.ensure_future(work)
    proxy = create_proxy(task)

    def end(ended: "asyncio.Future[object]") -> None:
        proxy.destroy()
        error = None if ended.cancelled() else ended.exception()
        if isinstance(error, Exception):
            log.crash("later.failed", error)

    task.add_done_callback(end)
    wait_until(proxy)

"""Pauses in the Worker: JavaScript's event loop takes its turn."""

import js


async def pause() -> None:
    """`Pause` by the runtime's scheduler. It is awaited: to set a stack with a library's frames aside (`run_sync`) can
    end the whole interpreter."""
    await js.scheduler.wait(0)

"""When work is done: a pause between two pieces of a long computation, so that everything else of the isolate goes on
meanwhile, and what nobody has to wait for."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

Pause: TypeAlias = Callable[[], Awaitable[None]]
"""Let all others run that can; returns when it is this computation's turn again."""


async def no_pause() -> None:
    """Where there is nobody else to wait."""


Later: TypeAlias = Callable[[Awaitable[object]], Awaitable[None]]
"""Have work done that the answer need not wait for. It may be lost with the isolate; its failure is logged."""


async def at_once(work: Awaitable[object]) -> None:
    """Where nobody is kept waiting by it."""
    await work

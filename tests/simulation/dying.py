"""Deaths after any line of the product's own code: nothing after it is done, and nothing catches
it.
"""

import sys
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, Final

import tillroll
from tillroll_testing.simulation.faults import Crash
from tillroll_testing.simulation.world import World

_SOURCES: Final = Path(tillroll.__file__).parent


class Lines:
    """Counts the lines that are executed in some files of the product, and dies at one of them.

    `files` are the beginnings of their paths, such as "ledger/" or "bank/decisions/effects.py".
    """

    def __init__(self, files: tuple[str, ...], last: int | None = None) -> None:
        self.count = 0
        self._last = last
        self._files = tuple(f"{_SOURCES}/{each}" for each in files)

    def _enter(self, frame: FrameType, _event: str, _argument: Any) -> Any:
        if not frame.f_code.co_filename.startswith(self._files):
            return None
        return self._line

    def _line(self, _frame: FrameType, event: str, _argument: Any) -> Any:
        if event != "line":
            return self._line
        self.count += 1
        if self.count == self._last:
            raise Crash(f"line {self.count}")
        return self._line

    @contextmanager
    def watched(self) -> Generator[None]:
        """Count, and die, in the block. A debugger or a measure of coverage gets its turn again
        after it.
        """
        before = sys.gettrace()
        sys.settrace(self._enter)
        try:
            yield
        finally:
            sys.settrace(before)


async def dies(world: World, act: Callable[[], Awaitable[object]], lines: Lines) -> bool:
    """Do something; whether the process died over it. Then another process begins."""
    with lines.watched():
        try:
            await act()
        except Crash:
            pass
        else:
            return False
    await world.faults.drop()
    world.host.pieces.queue.lose_all()
    world.instances.wake_after_restart()
    return True

"""How much work a PDF may cost, looked at inside of the reader's own loops, and pauses in between.

A few kilobytes of PDF can ask for hours of work, and pypdf is one long synchronous call. Here the interpreter tells of
each function that it enters and each turn of a loop (`sys.monitoring`, PEP 669): they are counted, since a Worker's
clock stands still while it computes. After each slice the rest of the isolate gets its turn.
"""

import asyncio
import sys
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from types import CodeType, FrameType
from typing import Any, Final, cast

from tillroll.platform import log
from tillroll.platform.bindings.pausing import Pause

# Units that one file may take. A dense page takes 5,000 to 10,000; twenty of them, a fifteenth of this.
MOST_WORK: Final = 3_000_000
# Between two pauses: some hundredths of a second, so that half a second holds on a busy machine as well.
SLICE: Final = 10_000
# Bytes of pictures, unpacked: they are held until the last page is read, in 128 MB that are everybody's.
MOST_PICTURE_BYTES: Final = 48_000_000
# What pypdf may unpack at once, where it is no picture; the pages of an invoice have some 100 KB.
LARGEST_STREAM_BYTES: Final = 4_000_000

_TOOL: Final = (
    4  # sys.monitoring has six places; 0 to 2 and 5 are a debugger's, coverage's, a profiler's, an optimizer's
)
_WAIT_SECONDS: Final = 0.05
_LONGEST_WAIT_SECONDS: Final = 60.0
_READER: Final = "pypdf"

# pypdf tells each thing it stumbles over, thousands of times a file. What matters is told by how the reading ends.
log.silence(_READER)


class TooMuchWork(BaseException):
    """The file is not worth reading on. No Exception, since the reader takes those for a broken file and goes on."""


class Work:
    """What one file has cost so far."""

    def __init__(self, pause: Pause, most: int = MOST_WORK) -> None:
        self._pause = pause
        self._left = most
        self._until_pause = SLICE
        self._picture_bytes = MOST_PICTURE_BYTES
        self._is_pausing = False

    def count(self) -> None:
        """One unit.

        Raises:
            TooMuchWork: there were as many as there may be; again at each further one.
        """
        self._left -= 1
        if self._left < 0:
            raise TooMuchWork("it asks for more work than a receipt can be worth")
        self._until_pause -= 1
        if self._until_pause < 0:
            self._until_pause = SLICE
            self._is_pausing = True
            try:
                self._pause()
            finally:
                self._is_pausing = False

    def spend(self, units: int, *, is_too_much: bool) -> None:
        """So many units at once, for what is done outside of the reader's loops.

        Raises:
            TooMuchWork: there were as many as there may be, or `is_too_much`.
        """
        if is_too_much:
            self._left = 0
        self._left -= units - 1
        self._until_pause -= units - 1
        self.count()

    @property
    def is_pausing(self) -> bool:
        """True while others have their turn: what they do is not counted."""
        return self._is_pausing

    def unpack(self, picture_bytes: int) -> None:
        """Before a picture of so many bytes is unpacked.

        Raises:
            TooMuchWork: the file's pictures are more than may be held.
        """
        self._picture_bytes -= picture_bytes
        if self._picture_bytes < 0:
            raise TooMuchWork("its pictures take too much memory")


_busy: list[Work] = []


@asynccontextmanager
async def turn() -> AsyncGenerator[None]:
    """One file at a time: two would hold twice the memory, and stacks that are set aside must end in their order.

    Raises:
        TimeoutError: another file took too long; another attempt helps.
    """
    waited = 0.0
    # No lock: its waiters would be woken in another request's turn, whose bindings are not theirs.
    while _busy:
        if waited >= _LONGEST_WAIT_SECONDS:
            raise TimeoutError("another PDF is being read")
        await asyncio.sleep(_WAIT_SECONDS)
        waited += _WAIT_SECONDS
    mark = Work(lambda: None)
    _busy.append(mark)
    try:
        yield
    finally:
        _busy.remove(mark)


@contextmanager
def counted(work: Work) -> Generator[None]:
    """Count what the reader does meanwhile.

    Raises:
        TooMuchWork: it did too much.
    """
    if hasattr(sys, "monitoring"):
        with _monitored(work):
            yield
    else:
        with _profiled(work):
            yield


@contextmanager
def _monitored(work: Work) -> Generator[None]:
    monitoring = cast("Any", sys).monitoring
    events = monitoring.events

    def seen(code: CodeType, *_: object) -> object:
        if _READER not in code.co_filename:
            return monitoring.DISABLE
        if not work.is_pausing:
            work.count()
        return None

    monitoring.use_tool_id(_TOOL, "tillroll")
    for event in (events.PY_START, events.JUMP):
        monitoring.register_callback(_TOOL, event, seen)
    monitoring.set_events(_TOOL, events.PY_START | events.JUMP)
    try:
        yield
    finally:
        monitoring.set_events(_TOOL, 0)
        monitoring.free_tool_id(_TOOL)


@contextmanager
def _profiled(work: Work) -> Generator[None]:
    """The same on a Python without monitoring, where only tests read: calls are told, and each loop makes some."""

    def seen(frame: FrameType, event: str, _: object) -> None:
        if event in {"call", "c_call"} and _READER in frame.f_code.co_filename and not work.is_pausing:
            work.count()

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        yield
    finally:
        sys.setprofile(before)

"""How much work a PDF may cost: the whole file, and each piece of it, which is done without a pause.

A few kilobytes of PDF can ask for hours of work, and pypdf does it in long synchronous calls. While a piece is done,
the interpreter tells of each of pypdf's functions that it enters and each turn of a loop (`sys.monitoring`, PEP 669).
They are counted, since a Worker's clock stands still while it computes. Beyond the bound the count raises. It never
waits: a stack that is set aside under a library's frames can end the whole interpreter.
"""

import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from types import CodeType, FrameType
from typing import Any, Final, cast

from tillroll.platform import log
from tillroll.platform.clock import Pause

# Units that one file may take. The page of an invoice takes 5,000 to 300,000, in two pieces.
MOST_WORK: Final = 3_000_000
# Units of one piece: about half a second in the Worker, at 1 to 2.5 microseconds each.
LARGEST_PIECE: Final = 300_000
# Bytes of pictures, unpacked; packed again they are held until the last page is read, in 128 MB that are everybody's.
MOST_PICTURE_BYTES: Final = 48_000_000
# Encrypted bytes of a file; a scan of twenty pages has some 10 MB.
MOST_ENCRYPTED_BYTES: Final = 16_000_000

_TOOL: Final = (
    4  # sys.monitoring has six places; 0 to 2 and 5 are a debugger's, coverage's, a profiler's, an optimizer's
)
_READER: Final = "pypdf"

# pypdf tells each thing it stumbles over, thousands of times a file. What matters is told by how the reading ends.
log.silence(_READER)


class TooMuchWork(BaseException):
    """The file is not worth reading on. No Exception, since the reader takes those for a broken file and goes on."""


class Work:
    """What one file has cost so far."""

    def __init__(self, pause: Pause, most: int = MOST_WORK, largest_piece: int = LARGEST_PIECE) -> None:
        self._pause = pause
        self._left = most
        self._largest_piece = largest_piece
        self._left_in_piece = largest_piece
        self._picture_bytes = MOST_PICTURE_BYTES
        self._encrypted_bytes = MOST_ENCRYPTED_BYTES
        self._rested_at = time.monotonic()
        # Hashes that were made for it, by what they are made of.
        self.hashes: dict[object, bytes] = {}

    async def rest(self) -> None:
        """The end of a piece: everybody else has their turn, and the next piece begins."""
        self._rested_at = time.monotonic()
        self._left_in_piece = self._largest_piece
        await self._pause()

    @property
    def rests_since(self) -> float:
        """Seconds since the last piece ended, as the others see it."""
        return time.monotonic() - self._rested_at

    def spend(self, units: int = 1) -> None:
        """So many units.

        Raises:
            TooMuchWork: there were as many as there may be; again at each further one.
        """
        self._left -= units
        self._left_in_piece -= units
        if self._left_in_piece < 0:
            raise TooMuchWork("one part of it asks for more work than a receipt can be worth")
        if self._left < 0:
            raise TooMuchWork("it asks for more work than a receipt can be worth")

    def unpack(self, picture_bytes: int) -> None:
        """Before a picture of so many bytes is unpacked.

        Raises:
            TooMuchWork: the file's pictures are more than may be held.
        """
        self._picture_bytes -= picture_bytes
        if self._picture_bytes < 0:
            raise TooMuchWork("its pictures take too much memory")

    def decrypt(self, encrypted_bytes: int, bytes_a_unit: int) -> None:
        """Before so many bytes are decrypted.

        Raises:
            TooMuchWork: the file has more encrypted bytes than a receipt; or see `spend`.
        """
        self._encrypted_bytes -= encrypted_bytes
        if self._encrypted_bytes < 0:
            raise TooMuchWork("too much of it is encrypted")
        self.spend(encrypted_bytes // bytes_a_unit + 1)


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
        work.spend()
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
    """The same on a Python without monitoring, where only tests read. There the calls of functions in C are told too,
    and each loop makes some: two or three for each unit."""
    told = 0

    def seen(frame: FrameType, event: str, _: object) -> None:
        nonlocal told
        if event in {"call", "c_call"} and _READER in frame.f_code.co_filename:
            told += 1
            if told % 3 == 0:
                work.spend()

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        yield
    finally:
        sys.setprofile(before)

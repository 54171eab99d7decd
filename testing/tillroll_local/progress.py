"""What is under way, and for how long: a moving line on a terminal, elsewhere a line every few
seconds.
"""

import shutil
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

# What takes longer than this is shown. A log has a line then, and one more each time that as long
# has passed again.
TOLD_AFTER_SECONDS = 5.0
_REPEATED_SECONDS = 10.0
_TICK_SECONDS = 1.0
_CLEARED = "\r\x1b[2K"
_UNDER_WAY = " …"


class Progress:
    """Prints the lines of a process, from any of its threads. `now` is a clock that only goes
    forward, in seconds.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._guard = threading.Lock()
        self._began: dict[str, float] = {}
        self._next: dict[str, float] = {}
        self._stage: str | None = None
        self._is_drawn = False
        self._ticker: threading.Thread | None = None

    def say(self, line: str) -> None:
        """Print a line that stays."""
        with self._guard:
            self._clear()
            print(line, flush=True)

    def stage(self, line: str) -> None:
        """Print a line that stays, and end what the one before began. One that ends in … begins
        something.
        """
        if self._stage is not None:
            self._end(self._stage)
            self._stage = None
        self.say(line)
        if line.endswith(_UNDER_WAY):
            self._stage = line.removesuffix(_UNDER_WAY)
            self._begin(self._stage)

    @contextmanager
    def step(self, what: str) -> Generator[None]:
        """Say that something begins, beside what else is under way; it ends with the block."""
        self.say(f"{what}{_UNDER_WAY}")
        self._begin(what)
        try:
            yield
        finally:
            self._end(what)

    def tick(self) -> None:
        """Show how long everything that is under way has taken."""
        with self._guard:
            passed = {what: self._now() - began for what, began in self._began.items()}
            if sys.stdout.isatty():
                self._draw(" · ".join(_told(what, seconds) for what, seconds in passed.items()))
                return
            for what, seconds in passed.items():
                if seconds >= self._next[what]:
                    self._next[what] += _REPEATED_SECONDS
                    print(_told(what, seconds), flush=True)

    def _draw(self, line: str) -> None:
        self._clear()
        if line:
            print(line[: shutil.get_terminal_size().columns - 1], end="", flush=True)
            self._is_drawn = True

    def _clear(self) -> None:
        if self._is_drawn:
            print(_CLEARED, end="", flush=True)
            self._is_drawn = False

    def _begin(self, what: str) -> None:
        with self._guard:
            self._began[what], self._next[what] = self._now(), TOLD_AFTER_SECONDS
            if self._ticker is None:
                self._ticker = threading.Thread(target=self._run, name="progress", daemon=True)
                self._ticker.start()

    def _end(self, what: str) -> None:
        with self._guard:
            self._began.pop(what, None)
            self._clear()

    def _run(self) -> None:
        while True:
            time.sleep(_TICK_SECONDS)
            self.tick()


def _told(what: str, seconds: float) -> str:
    return f"{what} … {seconds:.0f} s"


PROGRESS = Progress()

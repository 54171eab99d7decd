"""What a running Worker's developer does and what happens to it: saves, crashes, silence."""

import contextlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tillroll_local.health import SILENT_SECONDS, Health
from tillroll_local.log_lines import STARTED_AGAIN
from tillroll_local.saves import Saves, Settled
from tillroll_local.stack import RuntimeCrashed, WorkerBroken, WorkerStack

RELOADING: Final = "Reloading the Worker …"
RELOADED: Final = "Reloaded the Worker"
# Looking at a thousand files costs 10 ms.
_POLL_SECONDS = 0.5
# So many starts in a row after a crash, none of which serves: then it is no accident.
_MOST_CRASHES = 3


class Watch:
    """Watches over a stack until it is cancelled. `read` reads wrangler.jsonc, at `bindings`, and
    raises ValueError where it cannot be read.
    """

    def __init__(
        self,
        stack: WorkerStack,
        *,
        saves: Saves,
        health: Health,
        bindings: Path,
        read: Callable[[], object],
        say: Callable[[str], None],
    ) -> None:
        self._stack = stack
        self._saves = saves
        self._health = health
        self._bindings = bindings
        self._read = read
        self._say = say

    def shows(self, line: str, show: Callable[[str], None]) -> None:
        """Take a line of wrangler's log that is to be shown."""
        if line == RELOADING:
            self._health.pause()
        if line == RELOADED:
            self._saves.loaded()
            self._health.go_on()
        if line in {RELOADING, RELOADED}:
            self._say(line)
        else:
            show(line)

    def go_on(self, look: Callable[[], None]) -> None:
        """Look again and again, and call `look` each time.

        Raises:
            Cancelled: it had to end.
            StackError: a part has ended that is not started again.
        """
        settled = Settled(self._bindings)
        while True:
            time.sleep(_POLL_SECONDS)
            self._saves.look()
            try:
                self._stack.check()
                if settled.has_changed():
                    self._health.pause()
                    self._take_up_bindings()
                    self._health.go_on()
                look()
                self._start_what_lags()
            except WorkerBroken:
                self._health.pause()
                settled = self._mend()
                self._health.go_on()
            except RuntimeCrashed:
                self._health.pause()
                settled = self._start_again() or settled
                self._health.go_on()

    def _start_what_lags(self) -> None:
        if self._saves.is_overlooked(self._stack.worker_loaded_at()):
            self._say("wrangler has not taken up the last save. It is started again.")
            self._restart()
        if self._health.is_silent():
            seconds = int(SILENT_SECONDS)
            self._say(
                f"The Worker has not answered for {seconds} seconds. wrangler is started again."
            )
            self._restart()
            self._saves.loaded()

    def _restart(self) -> None:
        """Start wrangler again; what else runs on this machine keeps its ports."""
        self._health.pause()
        self._stack.restart_worker()
        self._health.go_on()
        self._say(RELOADED)

    def _start_again(self) -> Settled | None:
        """Start wrangler again after a crash; what the Worker was doing goes on from its record.
        Returns wrangler.jsonc, as `_mend` does, where the code did not load.

        Raises:
            StackError: it crashed each time before it served.
        """
        for number in range(1, _MOST_CRASHES + 1):
            self._say(STARTED_AGAIN)
            try:
                self._stack.restart_worker()
            except WorkerBroken:
                return self._mend()
            except RuntimeCrashed:
                if number == _MOST_CRASHES:
                    raise
            else:
                self._saves.loaded()
                self._say(RELOADED)
                return None
        return None

    def _take_up_bindings(self) -> None:
        """Start wrangler again on another wrangler.jsonc, such as one with a new workflow: a reload
        takes up code only.
        """
        try:
            self._read()
        except ValueError as error:
            self._say(f"wrangler.jsonc cannot be read: {error}. What runs is as before.")
            return
        self._say("wrangler.jsonc has changed. wrangler is started again.")
        self._stack.reconfigure()
        self._say(RELOADED)

    def _mend(self) -> Settled:
        """Start wrangler again once there is something that it has not tried: at once, or after the
        next save. Returns wrangler.jsonc as it was taken up.
        """
        saves = self._saves
        saves.look()
        tried = saves.files if saves.failed_with_all() else None
        while True:
            if saves.files == tried:
                self._say("The Worker's code does not load. It is tried again after the next save.")
                while saves.files == tried:
                    time.sleep(_POLL_SECONDS)
                    saves.look()
                    with contextlib.suppress(WorkerBroken, RuntimeCrashed):
                        self._stack.check()
            else:
                self._say("Files were saved while the Worker was loaded. It is tried again.")
            while saves.look():  # what is saved together is tried together
                time.sleep(_POLL_SECONDS)
            tried = saves.files
            settled = Settled(self._bindings)
            if self._loads():
                saves.loaded()
                self._say(RELOADED)
                return settled
            saves.look()

    def _loads(self) -> bool:
        """Start wrangler again on all that lies there, and say whether the Worker's code loads."""
        try:
            self._read()
        except ValueError as error:
            self._say(f"wrangler.jsonc cannot be read: {error}.")
            return False
        try:
            self._stack.reconfigure()
        except (WorkerBroken, RuntimeCrashed):
            return False
        return True

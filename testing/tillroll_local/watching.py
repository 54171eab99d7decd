"""What a running Worker's developer does and what happens to it: saves, crashes, silence."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tillroll_local.health import Health
from tillroll_local.log_lines import STARTED_AGAIN
from tillroll_local.saves import Files, Saves, Settled
from tillroll_local.stack import READY_SECONDS, RuntimeCrashed, WorkerDown, WorkerStack
from tillroll_local.stand_in import StandIn

RELOADING: Final = "Reloading the Worker …"
RELOADED: Final = "Reloaded the Worker"
_POLL_SECONDS = 0.5
# Of a processor, within the patience: what does less is not under way. The system counts whole
# seconds.
_LEAST_WORK_SECONDS = 1.0
WAITS: Final = "The Worker does not come up. It is tried again after the next save."
# How wrangler's errors begin, and what belongs to one.
_ERROR, _INDENTED = "✘ [ERROR] ", "  "
# So many starts in a row after a crash, none of which serves: then it is no accident.
_MOST_CRASHES = 3


class Errors:
    """The errors that were shown since the newest start or reload, for those who ask the Worker."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def begin(self) -> None:
        self._lines = []

    def hear(self, line: str) -> None:
        """Take a line that is shown."""
        if line.startswith(_ERROR):
            self._lines.append(line.removeprefix(_ERROR))
        elif self._lines and line.startswith(_INDENTED):
            self._lines.append(line)

    def text(self) -> str:
        """What is wrong, and what follows."""
        lines = self._lines or ["The terminal and the log of wrangler say more."]
        return "\n".join([*lines, "It is tried again after the next save."])


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
        self._errors = Errors()
        self._started_on = saves.files
        # What lies there by now is what the stack starts on. What is saved while it starts is not.
        self._settled = Settled(bindings)
        self._reloads_since: float | None = None
        # While the Worker is silent: what it had worked when that was seen, and when to look again.
        self._worked_before: float | None = None
        self._next_measure = 0.0

    def shows(self, line: str, show: Callable[[str], None]) -> None:
        """Take a line of wrangler's log that is to be shown."""
        if line == RELOADING:
            self._errors.begin()
            self._reloads_since = time.monotonic()
            self._health.pause()
        if line == RELOADED:
            self._reloads_since = None
            self._health.go_on()
        self._errors.hear(line)
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
        settled = self._settled
        self._stack.is_overtaken = self._is_overtaken
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
            except WorkerDown:
                self._health.pause()
                settled = self._mend(has_tried_bindings=not settled.is_waiting())
                self._health.go_on()
            except RuntimeCrashed:
                self._health.pause()
                settled = self._start_again() or settled
                self._health.go_on()

    def _is_overtaken(self) -> bool:
        """Whether a start of this lacks what was saved since it began."""
        self._saves.look()
        if self._saves.files == self._started_on:
            return False
        return self._saves.is_overlooked(self._stack.worker_loaded_at())

    def _start_what_lags(self) -> None:
        if self._saves.is_overlooked(self._stack.worker_loaded_at()):
            self._say("wrangler has not taken up the last save. It is started again.")
            self._restart()
        if self._is_lost():
            seconds = int(self._health.silent_for())
            self._say(
                f"The Worker has not answered for {seconds} seconds. wrangler is started again."
            )
            self._health.be_patient()
            self._restart()
        since = self._reloads_since
        if since is not None and time.monotonic() - since > READY_SECONDS:
            seconds = int(READY_SECONDS)
            self._say(
                f"The Worker has not loaded for {seconds} seconds. "
                "Does a module wait, or go round in circles, while it is imported?"
            )
            raise WorkerDown("The Worker has not loaded")

    def _is_lost(self) -> bool:
        """Whether the Worker is silent, and does nothing. One that takes processor time on a busy
        machine answers later, and a start costs more than the wait. READY_SECONDS is the most for
        one that goes round in circles.
        """
        silent = self._health.silent_for()
        if not silent:
            self._worked_before = None
            return False
        if self._worked_before is None:
            self._worked_before = self._stack.worked_seconds()
            return False
        if not self._health.is_silent():
            return False
        if silent > max(READY_SECONDS, self._health.patience_seconds):
            return True
        if time.monotonic() < self._next_measure:
            return False
        worked = self._stack.worked_seconds()
        has_worked = worked - self._worked_before >= _LEAST_WORK_SECONDS
        self._worked_before = worked
        self._next_measure = time.monotonic() + self._health.patience_seconds
        return not has_worked

    def _restart(self) -> None:
        """Start wrangler again; what else runs on this machine keeps its ports."""
        self._health.pause()
        self._begin_anew()
        self._stack.restart_worker()
        self._health.go_on()
        self._say(RELOADED)

    def _start_again(self) -> Settled | None:
        """Start wrangler again after a crash; what the Worker was doing goes on from its record.
        Returns wrangler.jsonc, as `_mend` does, where the Worker did not come up.
        """
        for _ in range(_MOST_CRASHES):
            self._say(STARTED_AGAIN)
            self._begin_anew()
            try:
                self._stack.restart_worker()
            except WorkerDown:
                break
            except RuntimeCrashed:
                continue
            self._say(RELOADED)
            return None
        return self._mend(has_tried_bindings=True)

    def _take_up_bindings(self) -> None:
        """Start wrangler again on another wrangler.jsonc, such as one with a new workflow: a reload
        takes up code only.
        """
        try:
            self._read()
        except (OSError, ValueError) as error:
            self._say(f"wrangler.jsonc cannot be read: {error}. What runs is as before.")
            return
        self._say("wrangler.jsonc has changed. wrangler is started again.")
        self._begin_anew()
        self._stack.reconfigure()
        self._say(RELOADED)

    def _mend(self, *, has_tried_bindings: bool) -> Settled:
        """Start wrangler again once there is something that it has not tried: at once, or after the
        next save. Meanwhile the port says why nothing else answers there. Returns wrangler.jsonc as
        it was taken up.
        """
        saves = self._saves
        self._reloads_since = None
        self._stack.end_worker()
        saves.look()
        tried = None
        if has_tried_bindings and saves.are_loaded():
            tried = saves.files
        while True:
            if tried is not None and saves.files == tried:
                self._say(WAITS)
                self._wait_for_another_than(tried)
                self._say("A file was saved. The Worker is started again …")
            else:
                self._say("Files were saved while the Worker was loaded. It is started again …")
            while saves.look():  # what is saved together is tried together
                time.sleep(_POLL_SECONDS)
            tried = saves.files
            settled = Settled(self._bindings)
            if self._loads():
                self._say(RELOADED)
                return settled
            saves.look()

    def _wait_for_another_than(self, tried: Files) -> None:
        """Wait for a save, and answer for the Worker until then.

        Raises:
            Cancelled: it had to end.
            StackError: another part has ended.
        """
        try:
            stand_in = StandIn(self._stack.port, self._errors)
        except OSError as error:
            self._say(f"Port {self._stack.port} says nothing meanwhile: {error}")
            stand_in = None
        try:
            while self._saves.files == tried:
                time.sleep(_POLL_SECONDS)
                self._saves.look()
                self._stack.check()
        finally:
            if stand_in is not None:
                stand_in.stop()

    def _loads(self) -> bool:
        """Start wrangler again on all that lies there, and say whether the Worker comes up."""
        self._begin_anew()
        try:
            self._read()
        except (OSError, ValueError) as error:
            self._refuse(f"wrangler.jsonc cannot be read: {error}.")
            return False
        try:
            self._stack.reconfigure()
        except (WorkerDown, RuntimeCrashed):
            self._stack.end_worker()
            return False
        return True

    def _refuse(self, why: str) -> None:
        self._say(why)
        self._errors.hear(f"{_ERROR}{why}")

    def _begin_anew(self) -> None:
        """A start begins: what was said, and is under way, belongs to the one before."""
        self._started_on = self._saves.files
        self._errors.begin()
        self._reloads_since = None

"""Where a scene is played: an engine with its other side, and what was found wrong."""

import contextlib
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tillroll_testing.conformance.adapter import Adapter, NotReached, Standing, Status
from tillroll_testing.conformance.other_side import Books, Effect, Fault, OtherSide

_POLL_SECONDS: Final = 0.05
_TICK_SECONDS: Final = 5.0
_PACES_WATCHED: Final = 4


@dataclass(frozen=True)
class Finding:
    """Something that breaks a rule: what was lost, or done twice, or not said."""

    rule: int
    what: str


class Stage:
    """One scene's stage.

    Attributes:
        run: the name of the scene's run. A scene with several adds to it.
        findings: what breaks a rule.
    """

    def __init__(self, adapter: Adapter, side: OtherSide, run: str) -> None:
        self.adapter = adapter
        self.side = side
        self.run = run
        self.findings: list[Finding] = []

    @property
    def books(self) -> Books:
        """What the other side saw."""
        return self.side.books

    def effect(self, name: str) -> Effect:
        """An effect of the scene's run."""
        return Effect(name, self.run)

    def plan(
        self,
        name: str,
        *first: Fault,
        always: Fault | None = None,
        is_silent_when_asked: bool = False,
    ) -> None:
        """Say what becomes of an effect of the scene's run."""
        self.books.plan(
            self.effect(name), *first, always=always, is_silent_when_asked=is_silent_when_asked
        )

    def expect(self, rule: int, what: str, *, holds: bool) -> None:
        """Note what breaks a rule, unless it holds."""
        if not holds:
            self.findings.append(Finding(rule, what))

    def mend(self) -> bool:
        """Start an engine that a fault has killed. Return whether it was."""
        if not self.side.is_killed.is_set():
            return False
        self.side.is_killed.clear()
        self.adapter.start()
        return True

    def kill(self) -> None:
        """Kill the engine now, and start it again."""
        self.side.die()
        self.mend()

    def begin(self, workflow: str, run: str | None = None) -> None:
        """Begin a run. Where that is not acknowledged, ask again, as any client does."""
        name = run or self.run
        self._until_acknowledged(lambda: self.adapter.begin(workflow, name))

    def signal(self, value: str) -> None:
        """Send the scene's run its signal."""
        self._until_acknowledged(lambda: self.adapter.signal(self.run, value))

    def signal_where_taken(self, value: str) -> None:
        """Send one more, which the engine may refuse."""
        with contextlib.suppress(NotReached):
            self.adapter.signal(self.run, value)

    def retry(self) -> None:
        """Have the scene's run go on."""
        self._until_acknowledged(lambda: self.adapter.retry(self.run))

    def _until_acknowledged(self, ask: Callable[[], None]) -> None:
        deadline = time.monotonic() + self.adapter.patience_seconds
        while True:
            self.mend()
            try:
                ask()
            except NotReached:
                if time.monotonic() > deadline:
                    raise
                time.sleep(_POLL_SECONDS)
            else:
                return

    def status(self, run: str | None = None) -> Status:
        """Where a run stands. An engine that is dead just now says nothing."""
        try:
            return self.adapter.status(run or self.run)
        except NotReached:
            return Status(Standing.RUNNING)

    def end_of(self, run: str | None = None, *, rule: int = 1) -> Status:
        """Wait for the end of a run, and note where it does not come. `rule` is the one that this
        breaks.
        """
        name = run or self.run
        status = self.watch(name)
        seconds = f"{self.adapter.patience_seconds:.0f} s"
        what = f"it did not come to its end within {seconds}: {status.says[:200]}"
        self.expect(rule, what.strip(": "), holds=status.has_ended)
        return status

    def complete(self, run: str | None = None, *, rule: int = 1) -> Status:
        """Wait for the end of a run that is to have its result."""
        status = self.end_of(run, rule=rule)
        if status.has_ended:
            what = f"it ended as {status.standing}, without its result: {status.says[:200]}"
            self.expect(rule, what, holds=status.standing is Standing.COMPLETE)
        return status

    def watch(self, run: str) -> Status:
        """Look after the engine until a run has ended, or nobody waits any longer. Return where it
        stands.
        """
        deadline = time.monotonic() + self.adapter.patience_seconds
        ticks_at = time.monotonic() + _TICK_SECONDS
        status = Status(Standing.RUNNING)
        while time.monotonic() < deadline:
            if self.mend():
                deadline = time.monotonic() + self.adapter.patience_seconds
            status = self.status(run)
            if status.has_ended and not self.side.is_killed.is_set():
                break
            if time.monotonic() > ticks_at:
                self.adapter.tick()
                ticks_at = time.monotonic() + _TICK_SECONDS
            time.sleep(_POLL_SECONDS)
        # What it does behind its end is seen, too.
        time.sleep(self.adapter.pace_seconds / _PACES_WATCHED)
        self.mend()
        return self.status(run)

    def ends_at_once(self) -> bool:
        """Whether the scene's run ends before anything else happens."""
        deadline = time.monotonic() + self.adapter.pace_seconds
        while time.monotonic() < deadline:
            if self.status().has_ended:
                return True
            time.sleep(_POLL_SECONDS)
        return False

    def come(self, name: str) -> None:
        """Wait until an effect of the scene's run is asked for."""
        event = self.side.has_come(self.effect(name))
        deadline = time.monotonic() + self.adapter.patience_seconds
        while not event.is_set() and time.monotonic() < deadline:
            self.mend()
            event.wait(_POLL_SECONDS)

    def once(self, name: str, *, rule: int, run: str | None = None) -> None:
        """Note where an effect was not done, or more than once."""
        count = self.books.count(name, run or self.run)
        self.expect(rule, f"{name}: not done", holds=count > 0)
        self.expect(7, f"{name}: done {count} times", holds=count <= 1)

    def never(self, name: str, *, rule: int, what: str) -> None:
        """Note where an effect was done."""
        self.expect(rule, f"{name}: {what}", holds=self.books.count(name, self.run) == 0)

    def copy_store(self, folder: Path) -> None:
        """Copy all that outlives a kill. The engine is dead."""
        _copy(self.adapter.store, folder)

    def restore_store(self, folder: Path) -> None:
        """Put a copy in the place of what there is. The engine is dead."""
        shutil.rmtree(self.adapter.store)
        _copy(folder, self.adapter.store)


def _copy(folder: Path, to: Path) -> None:
    """Copy a folder with its owners, without which a database does not start."""
    subprocess.run(["cp", "-a", str(folder), str(to)], check=True)  # noqa: S603, S607 - our own folders

"""Runs a command and counts the seconds of processor that it took, with all that it started."""

import ctypes
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from types import FrameType
from typing import Final

from tests.cost.loop import Sampling

_BECOME_SUBREAPER: Final = 36
"""PR_SET_CHILD_SUBREAPER of prctl(2)."""
_PATIENCE_SECONDS: Final = 20.0


@dataclass(frozen=True)
class Cost:
    """What a command took.

    Attributes:
        status: its exit status; negative for the signal that ended it.
        seconds: user and system time of it and of everything that it started and that has ended.
        turn_seconds: what a turn of the fixed loop took meanwhile.
    """

    status: int
    seconds: float
    turn_seconds: float

    @property
    def turns(self) -> float:
        """How many turns of the loop it is worth: a figure that machines have in common."""
        return self.seconds / self.turn_seconds


def measure(command: Sequence[str]) -> Cost:
    """Run `command` to its end, which is waited for after Ctrl-C and SIGTERM too. To be called once
    in a process.

    Raises:
        OSError: it cannot be started.
    """
    _adopt_orphans()
    before = _seconds_of_ended()
    sampling = Sampling()
    process = subprocess.Popen(command)

    def pass_on(number: int, _frame: FrameType | None) -> None:
        """Ctrl-C reaches the command by itself; SIGTERM reaches this process alone."""
        if number == signal.SIGTERM:
            os.kill(process.pid, signal.SIGTERM)

    signal.signal(signal.SIGINT, pass_on)
    signal.signal(signal.SIGTERM, pass_on)
    sampling.begin()
    status = _wait_for(process.pid)
    process.returncode = status
    _wait_for_orphans()
    return Cost(status, _seconds_of_ended() - before, sampling.end())


def _adopt_orphans() -> None:
    """Let what outlives its parent become a child of this process: a stack that was killed counts
    too.

    Linux alone can do so. Elsewhere the figure lacks those whose parent was killed.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_BECOME_SUBREAPER, 1, 0, 0, 0)


def _wait_for(pid: int) -> int:
    """The exit status of a child. Whatever else ends meanwhile is reaped at once, as by the first
    process.
    """
    while True:
        ended, status = os.wait()
        if ended == pid:
            return os.waitstatus_to_exitcode(status)


def _wait_for_orphans() -> None:
    """What was killed needs a moment to end. What goes on for longer is not waited for."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until:
        try:
            ended, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not ended:
            time.sleep(0.05)


def _seconds_of_ended() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime

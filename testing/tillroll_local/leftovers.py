"""What a killed launcher left running: found by a mark in the processes' environment, which their
children inherit.

Process ids written to a file would not do: they are used again after a reboot, and a group can
outlive its leader.
"""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

_PROC = Path("/proc")
_MARK = "TILLROLL_STATE"
_PATIENCE_SECONDS = 5.0
_POLL_SECONDS = 0.02


def mark(state: Path) -> dict[str, str]:
    """The environment variable that marks a process as part of the stack on this state folder."""
    return {_MARK: str(state.resolve())}


def end_left_over(state: Path) -> list[int]:
    """End every process that carries the folder's mark; return their ids. Only for the process
    that holds the folder's lock.
    """
    ended: set[int] = set()
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while (found := marked_processes(state)) and time.monotonic() < deadline:
        for pid in found:
            _kill(pid)
        ended |= found
        time.sleep(_POLL_SECONDS)  # and look again: a process may have started another meanwhile
    return sorted(ended)


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):  # it may end by itself
        os.kill(pid, signal.SIGKILL)


def marked_processes(state: Path) -> set[int]:
    """The ids of all processes that carry the folder's mark."""
    return processes_with(_MARK, str(state.resolve()))


def processes_with(name: str, value: str) -> set[int]:
    """The ids of all processes that were started with this in their environment."""
    entry = f"{name}={value}"
    return _from_proc(entry) if (_PROC / "self" / "environ").exists() else _from_ps(entry)


def _from_proc(entry: str) -> set[int]:
    found: set[int] = set()
    for folder in _PROC.glob("[0-9]*"):
        try:
            environment = (folder / "environ").read_bytes()
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue  # it has ended, or is somebody else's
        if entry.encode() in environment.split(b"\0"):
            found.add(int(folder.name))
    return found


def _from_ps(entry: str) -> set[int]:
    """For macOS, whose ps shows environments with -E, separated by spaces."""
    listing = subprocess.run(
        ["ps", "-A", "-E", "-ww", "-o", "pid=,command="], capture_output=True, text=True, check=True
    )
    lines = (line.strip() for line in listing.stdout.splitlines())
    return {int(line.split()[0]) for line in lines if f" {entry} " in f"{line} "}

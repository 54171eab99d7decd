"""Terminals that a test types into, as a reader of a page does."""

import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_PATIENCE_SECONDS: Final = 600.0
_ENDS: Final = "== end of the line =="


class Terminal:
    """A shell that keeps its folder, its variables and its functions from line to line."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._shell = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def run(self, line: str) -> tuple[int, str]:
        """Type a line; its exit code and what it printed."""
        self._type(f"{line}\nprintf '\\n%s %s %s\\n' '{_ENDS}' \"$?\" \"$PWD\"")
        printed: list[str] = []
        while True:
            found = self._next(line, printed)
            if found.startswith(_ENDS):
                status = found.removeprefix(_ENDS).split()[0]
                return int(status), "".join(printed)
            printed.append(found)

    def begin(self, line: str, until: str) -> None:
        """Type a line that goes on, and wait until it prints a word."""
        self._type(line)
        printed: list[str] = []
        while until not in (found := self._next(line, printed)):
            printed.append(found)

    def end(self) -> None:
        """Kill the shell and what it has begun."""
        if self._shell.poll() is None:
            os.killpg(self._shell.pid, signal.SIGKILL)
        self._shell.wait()

    def _type(self, text: str) -> None:
        assert self._shell.stdin is not None
        self._shell.stdin.write(f"{text}\n")
        self._shell.stdin.flush()

    def _next(self, line: str, printed: list[str]) -> str:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        try:
            found = self._lines.get(timeout=deadline - time.monotonic())
        except queue.Empty:
            found = None
        assert found is not None, f"`{line}` did not come to its end:\n{''.join(printed)}"
        return found

    def _read(self) -> None:
        assert self._shell.stdout is not None
        for line in self._shell.stdout:
            self._lines.put(line)
        self._lines.put(None)

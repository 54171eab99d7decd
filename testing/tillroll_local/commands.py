"""Commands of the set-up: quiet unless they fail, and ended together with it."""

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path


class CommandFailed(Exception):
    """A command ended with an error; the message has what it printed."""


class Commands:
    """Runs commands, from several threads too.

    `keep_open` is a descriptor that every command inherits: as long as one of them lives, even
    after a SIGKILL of the set-up, a lock on it is held. `folder` is where they run, or else where
    this process runs.
    """

    def __init__(self, keep_open: int, folder: Path | None = None) -> None:
        self._folder = folder
        self._keep_open = keep_open
        self._running: set[subprocess.Popen[str]] = set()
        self._stopped = False
        self._guard = threading.Lock()

    def run(self, *command: object, folder: Path | None = None) -> None:
        """Run a command and wait for it, in `folder` or else where all of them run.

        Raises:
            CommandFailed: it ended with an error, or `stop` was called.
        """
        words = [str(word) for word in command]
        process = self._start(words, folder or self._folder)
        output, _ = process.communicate()
        with self._guard:
            self._running.discard(process)
        if process.returncode != 0:
            raise CommandFailed(f"This failed: {' '.join(words)}\n{output}")

    def stop(self) -> None:
        """End what is running, with all its descendants; nothing more is started."""
        with self._guard:
            self._stopped = True
            for process in self._running:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)

    def _start(self, words: Sequence[str], folder: Path | None) -> subprocess.Popen[str]:
        with self._guard:
            if self._stopped:
                raise CommandFailed(f"Not started: {' '.join(words)}")
            process = subprocess.Popen(
                words,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                pass_fds=(self._keep_open,),
                start_new_session=True,
            )
            self._running.add(process)
        return process

"""OCR in a process of its own: a crash or the memory of the models' runtime never becomes the
server's.

The two sides speak over a pipe. Photos go in as bytes; `Ready`, `Transcript` and `Undecodable` come
back. The process ends when its pipe is closed, so it cannot outlive the server.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    Target = Callable[[Connection[Any, Any]], None]

STOP_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Ready:
    """The models are loaded."""

    resident_bytes: int


@dataclass(frozen=True, slots=True)
class Transcript:
    """A photo was read; `resident_bytes` is the memory the process now holds. `words` are those of
    boxes.py.
    """

    text: str
    resident_bytes: int
    words: list[list[int]] = field(default_factory=list[list[int]])


@dataclass(frozen=True, slots=True)
class Undecodable:
    """The bytes were not an image."""

    reason: str


class OcrProcessLostError(Exception):
    """The process ended, or could not start."""


class OcrProcess:
    """One such process, seen from the server. Its methods block; one call at a time."""

    def __init__(self, target: Target | None = None) -> None:
        """Start the process. `target` replaces what runs in it; tests pass one that needs no
        models.
        """
        context = multiprocessing.get_context("spawn")
        self._pipe, far_end = context.Pipe()
        self._process = context.Process(target=target or read_photos, args=(far_end,), daemon=True)
        self._process.start()
        far_end.close()

    def wait_until_ready(self) -> Ready:
        """Block until the models are loaded. Raises OcrProcessLostError."""
        answer = self._receive()
        if not isinstance(answer, Ready):
            raise OcrProcessLostError(f"the OCR process began with {answer!r}")
        return answer

    def read(self, image: bytes) -> Transcript | Undecodable:
        """Block until the photo is read. Raises OcrProcessLostError if the process ends
        meanwhile.
        """
        try:
            self._pipe.send_bytes(image)
        except OSError as error:
            raise OcrProcessLostError("the OCR process is gone") from error
        answer = self._receive()
        if not isinstance(answer, Transcript | Undecodable):
            raise OcrProcessLostError(f"the OCR process answered {answer!r}")
        return answer

    def stop(self) -> None:
        """End the process, at once if it does not go by itself; a blocked call raises
        OcrProcessLostError.
        """
        self._process.terminate()
        self._process.join(STOP_SECONDS)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def _receive(self) -> object:
        try:
            return self._pipe.recv()
        except (EOFError, OSError) as error:
            raise OcrProcessLostError("the OCR process ended") from error


def read_photos(pipe: Connection[Any, Any]) -> None:
    """Run in the process: load the models, then answer photos until the pipe is closed."""
    # Ctrl-C reaches the whole group; the server decides when this process ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Imported here: the server itself starts in a moment and stays small.
    from local.ai.images import UndecodableImageError  # noqa: PLC0415
    from local.ai.recognition import Recogniser  # noqa: PLC0415 - not loaded at the start

    recogniser = Recogniser()
    with suppress(EOFError, BrokenPipeError):
        pipe.send(Ready(resident_bytes()))
        while True:
            image = pipe.recv_bytes()
            try:
                text, words = recogniser.read(image)
                answer = Transcript(text, resident_bytes(), words)
            except UndecodableImageError as error:
                answer = Undecodable(str(error))
            pipe.send(answer)


def resident_bytes() -> int:
    """Return the memory this process holds; where the system has no /proc, the most it ever
    held.
    """
    pages = Path("/proc/self/statm")
    if pages.exists():
        return int(pages.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024

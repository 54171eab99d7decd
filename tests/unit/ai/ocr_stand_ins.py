"""What runs in place of OCR in the reader's process: its photos are orders."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any

from local.ai.ocr_process import Ready, Transcript, Undecodable

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

DIE = b"die"
BROKEN = b"broken"
GROW = b"grow"
SMALL, LARGE = 1_000, 2_000


def obey(pipe: Connection[Any, Any]) -> None:
    """Answer each photo with its own bytes and this process's id, or do as it says."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resident = SMALL
    pipe.send(Ready(resident))
    while True:
        try:
            photo = pipe.recv_bytes()
        except EOFError:
            return
        if photo == DIE:
            os._exit(1)
        if photo == GROW:
            resident = LARGE
        said = (
            Undecodable("broken")
            if photo == BROKEN
            else Transcript(f"{photo.decode()} {os.getpid()}", resident)
        )
        pipe.send(said)


def fail(pipe: Connection[Any, Any]) -> None:
    """End before anything is loaded."""
    pipe.close()

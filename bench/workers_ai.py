"""The two servers that answer env.AI in benchmarks: the local one with real OCR, and a stand-in
that costs no time.
"""

import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx

from tillroll_local.processes import Part, end_all, free_port

_PATIENCE_SECONDS = 60.0
_POLL_SECONDS = 0.05


class AiServer(NamedTuple):
    """A running server; `address` is host:port."""

    address: str
    part: Part


@contextmanager
def stand_in(folder: Path) -> Generator[AiServer]:
    """A server that answers at once with a receipt's transcript. Its log goes into the folder."""
    port = free_port()
    command = [sys.executable, "-m", "bench.ai_stand_in", str(port)]
    with _running(Part("the AI stand-in", command, log=folder / "ai.log", env={}), port) as server:
        yield server


@contextmanager
def real_ocr(folder: Path) -> Generator[AiServer]:
    """The local AI server, as `make dev` runs it."""
    port = free_port()
    command = [sys.executable, "-m", "local.ai.server", "--port", str(port)]
    with _running(Part("the AI server", command, log=folder / "ai.log", env={}), port) as server:
        httpx.post(f"http://{server.address}/load", timeout=_PATIENCE_SECONDS).raise_for_status()
        yield server


@contextmanager
def _running(part: Part, port: int) -> Generator[AiServer]:
    try:
        _wait_for(f"http://127.0.0.1:{port}/health", part)
        yield AiServer(f"127.0.0.1:{port}", part)
    finally:
        end_all([part])


def _wait_for(url: str, part: Part) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline and part.exit_code() is None:
        try:
            httpx.get(url, timeout=5).raise_for_status()
        except httpx.TransportError:
            time.sleep(_POLL_SECONDS)  # not listening yet
        else:
            return
    raise TimeoutError(f"{part.name} does not answer:\n{part.tail()}")

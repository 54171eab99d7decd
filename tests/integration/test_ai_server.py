"""The local AI server as a process: it loads, reads, and ends with nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx
import pytest

from local.places import ROOT
from tests.support.drawing import draw_receipt
from tests.support.patience import PATIENCE_SECONDS
from tests.unit.ai.requests import MODEL_HEADER, VISION_MODEL, data_url, image_inputs
from tillroll_local.processes import free_port, is_port_free

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Starts the server as its child, tells its process id, and waits to be killed.
PARENT = (
    "import subprocess, sys; child = subprocess.Popen(sys.argv[1:]); print(child.pid, "
    "flush=True); child.wait()"
)


class Server:
    def __init__(self) -> None:
        port = free_port()
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "local.ai.server", "--port", str(port)]
        self.parent = subprocess.Popen(
            [sys.executable, "-c", PARENT, *command], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert self.parent.stdout
        self.pid = int(self.parent.stdout.readline())

    def wait_until_ready(self) -> None:
        until(self._is_ready, PATIENCE_SECONDS)

    def load(self) -> None:
        """Have it load the OCR models, as `make dev` does behind the Worker's start."""
        until(self._answers, PATIENCE_SECONDS)
        httpx.post(f"{self.url}/load", timeout=PATIENCE_SECONDS).raise_for_status()

    def read(self, image: bytes) -> httpx.Response:
        body = {"inputs": image_inputs(data_url(image)), "options": {}}
        return httpx.post(
            f"{self.url}/run?version=3",
            headers={MODEL_HEADER: VISION_MODEL},
            json=body,
            timeout=PATIENCE_SECONDS,
        )

    def family(self) -> dict[int, str]:
        """The server and the processes it has started: process id and command line."""
        running = processes()
        return {
            pid: command
            for pid, (_, command) in running.items()
            if self.pid in _ancestry(pid, running)
        }

    def ocr_process(self) -> int:
        [pid] = [pid for pid, command in self.family().items() if "spawn_main" in command]
        return pid

    def close(self) -> None:
        for pid in (self.parent.pid, self.pid):
            if pid in processes():
                os.kill(pid, signal.SIGKILL)
        self.parent.wait()
        assert self.parent.stdout
        self.parent.stdout.close()

    def _answers(self) -> bool:
        return not is_port_free(self.port)

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/health").is_success
        except httpx.TransportError:
            return False


def processes() -> dict[int, tuple[int, str]]:
    """All processes that run: process id, parent's id, command line. One that only waits to be
    buried runs no more.
    """
    command = ("ps", "-A", "-ww", "-o", "pid=,ppid=,stat=,args=")
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rows = [line.split(maxsplit=3) for line in listed.splitlines()]
    return {
        int(pid): (int(parent), args)
        for pid, parent, state, args in rows
        if not state.startswith("Z")
    }


def _ancestry(pid: int, running: dict[int, tuple[int, str]]) -> list[int]:
    line = [pid]
    while line[-1] in running:
        line.append(running[line[-1]][0])
    return line


def until(condition: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not so within {seconds} s"
        time.sleep(0.02)


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


@pytest.mark.parametrize("ended_by", [signal.SIGTERM, signal.SIGINT])
def test_it_reads_a_photo_and_ends_on_a_signal(server: Server, ended_by: signal.Signals) -> None:
    server.wait_until_ready()
    response = server.read(draw_receipt(["KEDAI KOPI", "TOTAL  9.90"]))
    assert response.json()["choices"][0]["message"]["content"].split() == [
        "KEDAI",
        "KOPI",
        "TOTAL",
        "9.90",
    ]
    assert httpx.get(f"{server.url}/health", timeout=PATIENCE_SECONDS).json()["photosRead"] == 1
    family = server.family()
    assert len(family) > 1
    os.kill(server.pid, ended_by)
    until(lambda: not family.keys() & processes().keys(), PATIENCE_SECONDS)
    assert is_port_free(server.port)


def test_it_ends_with_its_parent_even_while_it_loads(server: Server) -> None:
    with ThreadPoolExecutor() as asking:
        loading = asking.submit(server.load)
        until(lambda: len(server.family()) > 1, PATIENCE_SECONDS)
        family = server.family()
        assert not loading.done()
        server.parent.kill()
        until(lambda: not family.keys() & processes().keys(), PATIENCE_SECONDS)
        assert isinstance(loading.exception(PATIENCE_SECONDS), httpx.HTTPError)


def test_a_killed_ocr_process_costs_one_answer(server: Server) -> None:
    server.load()
    os.kill(server.ocr_process(), signal.SIGKILL)
    photo = draw_receipt(["KEDAI KOPI", "TOTAL  9.90"])
    lost = server.read(photo)
    assert (lost.status_code, lost.json()["internalCode"]) == (429, 3040)
    assert server.read(photo).is_success

"""What an author does with the wheel, one act after the other."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from threading import Event
from typing import Any, Final

import httpx

from local.wheel import build
from tests.support.http_server import Answer, LocalServer, Request
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running_stack import wait_until
from tillroll_local.leftovers import end_left_over
from tillroll_local.processes import free_port

_READY_SECONDS: Final = 600.0
_NAME: Final = "shop"


class Payments(LocalServer):
    """Makes a charge once a key, and counts how often it is asked. While `holds`, it makes it, and
    does not answer.
    """

    def __init__(self) -> None:
        super().__init__()
        self.charges: Counter[str] = Counter()
        self.holds = True
        self.arrived = Event()
        self.let_go = Event()

    def answer_alone(self, request: Request) -> Answer:
        """As `answer`: a request that is held keeps no other from being answered."""
        return self.answer(request)

    def answer(self, request: Request) -> Answer:
        key = request.headers["idempotency-key"]
        self.charges[key] += 1
        if self.holds:
            self.arrived.set()
            self.let_go.wait(PATIENCE_SECONDS)
        return Answer(content=json.dumps({"id": f"charge-{key}"}))


class Journey:
    """An author with an empty folder, a Python, a Node and the registries."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._root = folder / _NAME
        self._wheel = folder
        self._port = free_port()
        self._url = f"http://localhost:{self._port}"
        self._dev: subprocess.Popen[bytes] | None = None

    def build(self) -> Path:
        """Build the wheel twice, as the same bytes; its file."""
        self._wheel = build(self._folder / "dist")
        again = build(self._folder / "again")
        assert again.read_bytes() == self._wheel.read_bytes(), "two builds differ"
        return self._wheel

    def begin(self) -> None:
        """Make a project with the wheel alone, and install what it names."""
        first = self._environment(self._folder / "first")
        self._install(first, self._wheel.as_uri())
        self._run(self._folder, first / "bin" / "tillroll", "init", _NAME)
        own = self._environment(self._root / ".venv")
        self._install(own, f"tillroll-durable[dev] @ {self._wheel.as_uri()}")

    def test(self) -> None:
        """Add a workflow, and hold the project to what it is held to."""
        self._tillroll("new", "workflow", "bank-transfer")
        self._tillroll("check")
        self._tillroll("play", "bank-transfer", "--seconds", "3")
        began = time.monotonic()
        self._tillroll("test")
        self._say("tillroll test", began)

    def die_in_a_step(self) -> None:
        """Kill everything while a charge waits for its answer; the next start ends the run."""
        with Payments() as payments:
            self._start(payments.url)
            run = self._trigger()
            assert payments.arrived.wait(PATIENCE_SECONDS), "no charge came"
            self._kill()
            payments.holds = False
            payments.let_go.set()
            self._start(payments.url)
            wait_until(lambda: self._ask(f"/api/runs/{run}")["status"] == "complete", "its end")
            [(_, asked)] = payments.charges.items()
            assert asked > 1, "the kill came too late: nothing was asked again"
        orders = [step["name"] for step in self._ask(f"/api/runs/{run}/steps")["items"]]
        assert {"price", "charge", "record"} <= {*orders}, orders

    def stop(self) -> None:
        """End what runs."""
        if self._dev is not None:
            self._kill()

    def _environment(self, folder: Path) -> Path:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        return folder

    def _install(self, environment: Path, what: str) -> None:
        began = time.monotonic()
        pip = [environment / "bin" / "python", "-m", "pip", "install", "--quiet", what]
        self._run(self._folder, *pip)
        self._say(f"pip install of {what.partition(' ')[0].rpartition('/')[2]}", began)

    def _tillroll(self, *words: str) -> None:
        self._run(self._root, self._root / ".venv" / "bin" / "tillroll", *words)

    def _run(self, folder: Path, *command: str | Path) -> None:
        done = subprocess.run(
            [*command],
            cwd=folder,
            env=bare_environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"

    def _start(self, payments: str) -> None:
        """Start `tillroll dev`, and wait until it is ready."""
        began = time.monotonic()
        log = self._folder / "dev.log"
        with log.open("wb") as output:
            self._dev = subprocess.Popen(
                [self._root / ".venv" / "bin" / "tillroll", "dev", "--port", str(self._port)],
                cwd=self._root,
                env={**bare_environment(), "PAYMENTS_URL": f"{payments}/charges"},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = began + _READY_SECONDS
        while not self._information.exists():
            assert self._dev.poll() is None, log.read_text(encoding="utf-8")
            assert time.monotonic() < deadline, log.read_text(encoding="utf-8")
            time.sleep(0.1)
        self._say("tillroll dev is ready", began)

    @property
    def _information(self) -> Path:
        return self._root / ".tillroll" / "dev.json"

    def _kill(self) -> None:
        """SIGKILL, of the command and of all that it has started, as a power cut would."""
        assert self._dev is not None
        os.killpg(self._dev.pid, signal.SIGKILL)
        end_left_over(self._root / ".tillroll")
        self._dev.wait()
        self._dev = None
        self._information.unlink(missing_ok=True)

    def _trigger(self) -> str:
        answer = httpx.post(
            f"{self._url}/api/workflows/order/trigger",
            json={"article": "tea"},
            headers={**self._headers(), "idempotency-key": "one"},
            timeout=PATIENCE_SECONDS,
        )
        assert answer.status_code == httpx.codes.ACCEPTED, answer.text
        return answer.json()["id"]

    def _ask(self, path: str) -> dict[str, Any]:
        answer = httpx.get(f"{self._url}{path}", headers=self._headers(), timeout=PATIENCE_SECONDS)
        assert answer.is_success, answer.text
        return answer.json()

    def _headers(self) -> dict[str, str]:
        token = json.loads(self._information.read_text(encoding="utf-8"))["token"]
        return {"authorization": f"Bearer {token}"}

    @staticmethod
    def _say(what: str, began: float) -> None:
        # What each act takes is what this is read for.
        print(f"{what}: {time.monotonic() - began:.1f} s", flush=True)  # noqa: T201 - a report


def bare_environment() -> dict[str, str]:
    """The environment without what would lend the project this repository."""
    left_out = {"PYTHONPATH", "VIRTUAL_ENV"}
    return {name: value for name, value in os.environ.items() if name not in left_out}

"""A project of an author's own, made and run by the public commands of the built wheel."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import httpx

from tests.support.local_worker import fire_cron, query_d1
from tests.support.patience import PATIENCE_SECONDS
from tillroll_local.leftovers import end_left_over
from tillroll_local.processes import free_port

_READY_SECONDS: Final = 600.0


def bare_environment() -> dict[str, str]:
    """The environment without what would lend the project this repository."""
    left_out = {"PYTHONPATH", "VIRTUAL_ENV"}
    return {name: value for name, value in os.environ.items() if name not in left_out}


def run(folder: Path, *command: str | Path) -> str:
    """Run a command to its end; what it printed. Raises AssertionError: it failed."""
    done = subprocess.run(
        [*command],
        cwd=folder,
        env=bare_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


def say(what: str, began: float) -> None:
    """What an act took, which is what the report is read for."""
    print(f"{what}: {time.monotonic() - began:.1f} s", flush=True)  # noqa: T201 - a report


class Environment:
    """A Python environment of its own, with the wheel."""

    def __init__(self, folder: Path, wheel: Path, *, extra: str = "") -> None:
        self._folder = folder
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        began = time.monotonic()
        name = "tillroll-durable"
        if extra:
            name = f"{name}[{extra}]"
        pip = (folder / "bin" / "python", "-m", "pip", "install", "--quiet")
        run(folder, *pip, f"{name} @ {wheel.as_uri()}")
        say(f"pip install of {name}", began)

    @property
    def tillroll(self) -> Path:
        """The wheel's command."""
        return self._folder / "bin" / "tillroll"


class Project:
    """A project's folder, and its Worker under `tillroll dev`."""

    def __init__(self, root: Path, environment: Environment) -> None:
        self.root = root
        self._environment = environment
        self._port = free_port()
        self._url = f"http://localhost:{self._port}"
        self._dev: subprocess.Popen[bytes] | None = None
        self._token: str | None = None

    def tillroll(self, *words: str) -> str:
        """Run a command of the wheel in the project; what it prints."""
        return run(self.root, self._environment.tillroll, *words)

    def act_with(self, permissions: str) -> None:
        """Ask the Worker with a token of these permissions, in place of that of `tillroll dev`."""
        words = ("token", "create", "a test", "--permissions", permissions, "--json")
        self._token = json.loads(self.tillroll(*words))["token"]

    def start(self, variables: Mapping[str, str]) -> None:
        """Start `tillroll dev`, and wait until it is ready."""
        began = time.monotonic()
        log = self.root.parent / f"{self.root.name}.log"
        with log.open("wb") as output:
            self._dev = subprocess.Popen(
                [self._environment.tillroll, "dev", "--port", str(self._port)],
                cwd=self.root,
                env={**bare_environment(), **variables},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = began + _READY_SECONDS
        while not self._information.exists():
            assert self._dev.poll() is None, log.read_text(encoding="utf-8")
            assert time.monotonic() < deadline, log.read_text(encoding="utf-8")
            time.sleep(0.1)
        say("tillroll dev is ready", began)

    def kill(self) -> None:
        """SIGKILL, of the command and of all that it has started, as a power cut would."""
        if self._dev is None:
            return
        os.killpg(self._dev.pid, signal.SIGKILL)
        end_left_over(self.root / ".tillroll")
        self._dev.wait()
        self._dev = None
        self._information.unlink(missing_ok=True)

    @property
    def _information(self) -> Path:
        return self.root / ".tillroll" / "dev.json"

    def begin(self, kind: str, params: Mapping[str, Any], key: str) -> str:
        """Begin a run, once by its key; its id."""
        answer = self.post(f"/api/workflows/{kind}/trigger", params, key=key)
        assert answer.status_code in {httpx.codes.OK, httpx.codes.ACCEPTED}, answer.text
        return answer.json()["id"]

    def ask(self, path: str) -> dict[str, Any]:
        """What the Worker says to a GET."""
        answer = httpx.get(f"{self._url}{path}", headers=self._headers(), timeout=PATIENCE_SECONDS)
        assert answer.is_success, answer.text
        return answer.json()

    def post(self, path: str, body: Mapping[str, Any], *, key: str = "") -> httpx.Response:
        """Send the Worker a document."""
        headers = self._headers()
        if key:
            headers["idempotency-key"] = key
        return httpx.post(
            f"{self._url}{path}", json=body, headers=headers, timeout=PATIENCE_SECONDS
        )

    def fire_cron(self) -> None:
        """Do what is due each minute."""
        fire_cron(self._url)

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """The rows of a statement on the project's own database."""
        return query_d1(self._url, sql)

    def _headers(self) -> dict[str, str]:
        if self._token is not None:
            return {"authorization": f"Bearer {self._token}"}
        token = json.loads(self._information.read_text(encoding="utf-8"))["token"]
        return {"authorization": f"Bearer {token}"}

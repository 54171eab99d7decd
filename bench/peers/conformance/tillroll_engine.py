"""Tillroll, held to its own rules: a Worker of the library with the suite's workflows, on the
genuine runtime of this machine.
"""

import contextlib
import json
import os
import shutil
import signal
import tempfile
import time
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import httpx

from bench.measuring import family, is_alive
from local import config
from local.d1 import create_locally
from local.places import BUILD, ROOT
from local.schema import core_migrations
from local.wrangler import dev_command, wrangler_environment
from tests.support.local_worker import fire_cron, query_d1
from tillroll_command.running.page import place_page
from tillroll_durable.server.access import digest_of
from tillroll_local.processes import Part, free_port
from tillroll_local.waker import Waker
from tillroll_testing.conformance.adapter import (
    Adapter,
    DidNotStart,
    NotReached,
    Standing,
    Status,
)

_HERE: Final = Path(__file__).parent / "tillroll_flows"
_ACCOUNT: Final = "acc_held"
_NAME: Final = "held-workflows"
_ACCOUNTS: Final = (
    "CREATE TABLE accounts (id TEXT PRIMARY KEY, created_at TEXT NOT NULL, closed_at TEXT) STRICT;"
)
_START_SECONDS: Final = 300.0
_TIMEOUT_SECONDS: Final = 30.0
_POLL_SECONDS: Final = 0.1
# What the explanation says of an effect that may have happened, or may have come twice.
_DOUBTS: Final = ("may have been sent", "its outcome is unknown")


class TillrollEngine(Adapter):
    name = "Tillroll"

    def __init__(self, folder: Path, side: str) -> None:
        self.version = f"0.1.0, runtime of {config.read_deployed()['compatibility_date']}"
        self.patience_seconds = 90.0
        self.pace_seconds = 3.0
        self.store = folder / "state"
        self.store.mkdir(parents=True)
        self._side = side
        self._port = free_port()
        self._url = f"http://127.0.0.1:{self._port}"
        self._ids: dict[str, str] = {}
        self._kinds: dict[str, str] = {}
        self._part: Part | None = None
        self._waker: Waker | None = None
        self._token = ""
        self._source = self._lay()
        schema = core_migrations().values()
        create_locally("\n".join([_ACCOUNTS, *schema]), self.store, self._configure())

    def _lay(self) -> Path:
        BUILD.mkdir(exist_ok=True)
        source = Path(tempfile.mkdtemp(dir=BUILD, prefix="held-"))
        ignored = shutil.ignore_patterns("__pycache__")
        core = ROOT / "src" / "tillroll_durable"
        shutil.copytree(core, source / "tillroll_durable", ignore=ignored)
        shutil.copytree(_HERE / "held", source / "held", ignore=ignored)
        shutil.copy(_HERE / "entry.py", source)
        place_page(source / "assets")
        return source

    def _configuration(self) -> dict[str, Any]:
        deployed = config.read_deployed()
        return {
            "name": "held",
            "main": str((self._source / "entry.py").relative_to(ROOT)),
            "compatibility_date": deployed["compatibility_date"],
            "compatibility_flags": [*deployed["compatibility_flags"], *config.LOCAL_FLAGS],
            "python_modules": deployed["python_modules"],
            "assets": {"directory": str(self._source / "assets")},
            "d1_databases": [{"binding": "DB", "database_name": "held"}],
            "workflows": [{"name": _NAME, "binding": "WORKFLOWS", "class_name": "Workflows"}],
            "vars": {"ALLOW_PRIVATE_ADDRESSES": "true"},
        }

    def _configure(self) -> Path:
        path = config.config_path(self.store)
        path.write_text(json.dumps(self._configuration()), encoding="utf-8")
        return path

    def start(self) -> None:
        starts = self.store / "starts"
        starts.unlink(missing_ok=True)
        path = self._configure()
        self._part = Part(
            "held",
            dev_command(path, self.store, self._port, free_port()),
            log=self.store.parent / "wrangler.log",
            env=wrangler_environment(starts),
        )
        self._wait()
        if not self._token:
            self._admit()
        self._waker = Waker(self._url, starts, [_NAME])
        self._waker.start()

    def _wait(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and self._part and self._part.exit_code() is None:
            with contextlib.suppress(httpx.TransportError):
                httpx.get(f"{self._url}/api/workflows", timeout=_TIMEOUT_SECONDS)
                return
            time.sleep(_POLL_SECONDS)
        raise DidNotStart(self._part.tail() if self._part else "")

    def _admit(self) -> None:
        """Make the account, and a token that may do everything."""
        day = "2026-01-01T00:00:00.000Z"
        self._token = f"trd_{uuid4().hex}"
        query_d1(self._url, "INSERT INTO accounts VALUES (?, ?, NULL)", _ACCOUNT, day)
        query_d1(
            self._url,
            "INSERT INTO access_tokens (id, account_id, name, digest, permissions, created_at) "
            "VALUES ('tok_held', ?, 'suite', ?, 'read run operate', ?)",
            _ACCOUNT,
            digest_of(self._token),
            day,
        )

    def kill(self) -> None:
        if self._waker is not None:
            self._waker.stop()
            self._waker = None
        if self._part is None:
            return
        processes = family([self._part.pid])
        for process in processes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self._part.kill()
        self._part = None
        deadline = time.monotonic() + _TIMEOUT_SECONDS
        while any(map(is_alive, processes)):
            if time.monotonic() > deadline:
                raise DidNotStart(f"{processes} do not die")
            time.sleep(_POLL_SECONDS)

    def stop(self) -> None:
        self.kill()

    def clear(self) -> None:
        """Remove the copied sources."""
        config.config_path(self.store).unlink(missing_ok=True)
        shutil.rmtree(self._source, ignore_errors=True)

    def begin(self, workflow: str, run: str) -> None:
        params = {"side": self._side, "run": run}
        answer = self._ask("POST", f"/api/workflows/{workflow}/trigger", params, key=run)
        self._ids[run] = answer.json()["id"]

    def signal(self, run: str, value: str) -> None:
        body = {"key": value, "payload": {"value": value}}
        self._ask("POST", f"/api/runs/{self._ids[run]}/signals/go", body)

    def retry(self, run: str) -> None:
        self._ask("POST", f"/api/runs/{self._ids[run]}/retry", {"reason": "it was put right"})

    def status(self, run: str) -> Status:
        if run not in self._ids:
            raise NotReached(f"{run} was not begun")
        told = self._ask("GET", f"/api/runs/{self._ids[run]}").json()
        doubts = {
            line.partition(" (")[0]
            for line in told["mustNotRepeat"]
            if any(words in line for words in _DOUBTS)
        }
        error = json.dumps(told.get("error"))
        says = f"{told['whatHappened']} {error}"
        return Status(_standing(told), says, frozenset(doubts))

    def tick(self) -> None:
        with contextlib.suppress(httpx.HTTPError):
            fire_cron(self._url)

    def _ask(self, method: str, path: str, body: Any = None, *, key: str = "") -> httpx.Response:
        headers = {"authorization": f"Bearer {self._token}"}
        if key:
            headers["idempotency-key"] = key
        try:
            answer = httpx.request(
                method, self._url + path, json=body, headers=headers, timeout=_TIMEOUT_SECONDS
            )
        except httpx.TransportError as error:
            raise NotReached(str(error)) from error
        if answer.status_code >= HTTPStatus.BAD_REQUEST:
            raise NotReached(f"{answer.status_code}: {answer.text[:300]}")
        return answer


def _standing(told: dict[str, Any]) -> Standing:
    """A run that has failed and can go on is a person's; one that was undone has ended."""
    if told["status"] == "complete":
        return Standing.COMPLETE
    if told.get("escalated") or told.get("standsStill") or told.get("notUndone"):
        return Standing.CALLS_PERSON
    if told["status"] in {"failed", "cancelled", "rejected"}:
        can_go_on = told["nextSafeAction"] not in {"none", None}
        return Standing.CALLS_PERSON if can_go_on else Standing.FAILED
    return Standing.RUNNING

"""The shop on the genuine stack: its own configuration, database and token."""

import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Collection, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4

import httpx

from local import config
from local.d1 import create_locally
from local.places import ROOT
from local.schema import core_migrations
from local.wrangler import dev_command, wrangler_environment
from tests.support.http_server import Answer, LocalServer, Request
from tests.support.local_worker import fire_cron, query_d1
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running_stack import wait_until
from tillroll_command.running.page import place_page
from tillroll_durable.server.access import digest_of
from tillroll_local.processes import Part, free_port
from tillroll_local.waker import Waker

HERE = Path(__file__).parent
ACCOUNT = "acc_shop"
_WORKFLOWS = (
    {"name": "shop-workflows", "binding": "WORKFLOWS", "class_name": "Workflows"},
    {"name": "ship-parcel", "binding": "SHIP_PARCEL_WORKFLOW", "class_name": "ShipParcelWorkflow"},
)


class Bank(LocalServer):
    """POST /charges with an idempotency-key takes money once a key; GET /charges/KEY tells of it.

    `holds`: it does not answer before `let_go` is set, though it took the money.
    """

    def __init__(self) -> None:
        super().__init__()
        self.taken: Counter[str] = Counter()
        self.holds = False
        self.arrived = Event()
        self.let_go = Event()

    def answer_alone(self, request: Request) -> Answer:
        """As `answer`: a request that is held keeps no other from being answered."""
        return self.answer(request)

    def answer(self, request: Request) -> Answer:
        """What to answer."""
        if request.method == "GET":
            key = request.target.rpartition("/")[2]
            if key not in self.taken:
                return Answer(404, "{}")
            return Answer(content=json.dumps({"id": f"charge-{key}"}))
        key = request.headers["idempotency-key"]
        self.taken[key] += 1
        if self.holds:
            self.arrived.set()
            self.let_go.wait(PATIENCE_SECONDS)
        return Answer(content=json.dumps({"id": f"charge-{key}"}))


class Shop:
    """A running shop. `token` may read, run and operate."""

    def __init__(self, state: Path, source: Path, variables: Mapping[str, str]) -> None:
        self._state = state
        self._source = source
        self._variables = variables
        self._port = free_port()
        self._parts: list[Part] = []
        self._waker: Waker | None = None
        self.url = f"http://127.0.0.1:{self._port}"
        self.token = ""

    @property
    def _starts(self) -> Path:
        return self._state / "starts"

    def start(self) -> None:
        """Start wrangler, and wait until the Worker answers."""
        self._starts.unlink(missing_ok=True)
        path = self._configure()
        command = dev_command(path, self._state, self._port, free_port())
        environment = wrangler_environment(self._starts, makes_snapshots=False)
        log = self._state / "wrangler.log"
        self._parts = [Part("the shop's wrangler dev", command, log=log, env=environment)]
        wait_until(self._answers, "the shop to answer")
        self._waker = Waker(self.url, self._starts, [each["name"] for each in _WORKFLOWS])
        self._waker.start()

    def stop(self) -> None:
        """End all processes at once, as a power cut would."""
        if self._waker is not None:
            self._waker.stop()
            self._waker = None
        for part in self._parts:
            part.kill()
        self._parts = []
        config.config_path(self._state).unlink(missing_ok=True)

    def log(self) -> str:
        """The end of the log."""
        return "\n".join((self._state / "wrangler.log").read_text().splitlines()[-80:])

    def _configuration(self) -> dict[str, Any]:
        deployed = config.read_deployed()
        return {
            "name": "shop",
            "main": str((self._source / "entry.py").relative_to(ROOT)),
            "compatibility_date": deployed["compatibility_date"],
            "compatibility_flags": [*deployed["compatibility_flags"], *config.LOCAL_FLAGS],
            "python_modules": deployed["python_modules"],
            "assets": {"directory": str(self._source / "assets")},
            "d1_databases": [{"binding": "DB", "database_name": "shop"}],
            "workflows": [*_WORKFLOWS],
            "vars": dict(self._variables),
        }

    def _answers(self) -> bool:
        assert all(part.exit_code() is None for part in self._parts), self.log()
        try:
            answer = httpx.get(f"{self.url}/api/workflows", timeout=PATIENCE_SECONDS)
        except httpx.TransportError:
            return False
        return answer.status_code < 600

    def prepare(self) -> None:
        """Make the tables and the account."""
        tables = (HERE / "schema.sql").read_text(encoding="utf-8")
        schema = core_migrations().values()
        create_locally("\n".join([tables, *schema]), self._state, self._configure())

    def _configure(self) -> Path:
        path = config.config_path(self._state)
        path.write_text(json.dumps(self._configuration()), encoding="utf-8")
        return path

    def new_token(self, *permissions: str) -> str:
        """A token with these permissions, as the command that makes one writes it."""
        secret = f"trd_{uuid4().hex}"
        insert = """
          INSERT INTO access_tokens (id, account_id, name, digest, permissions, created_at)
          VALUES (?, ?, 'tests', ?, ?, '2026-01-01T00:00:00.000Z')
        """
        granted = " ".join(permissions)
        self.d1(insert, f"tok_{uuid4().hex}", ACCOUNT, digest_of(secret), granted)
        return secret

    def d1(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        """Run SQL on the shop's D1; the rows of the last statement."""
        return query_d1(self.url, sql, *values)

    def ask(
        self, method: str, path: str, body: Any = None, *, token: str | None = None, key: str = ""
    ) -> httpx.Response:
        """Ask the shop with the token."""
        headers = {"authorization": f"Bearer {self.token if token is None else token}"}
        if key:
            headers["idempotency-key"] = key
        return httpx.request(
            method, self.url + path, json=body, headers=headers, timeout=PATIENCE_SECONDS
        )

    def begin(self, kind: str, params: Any, key: str = "") -> str:
        """Begin a run; its id."""
        answer = self.ask("POST", f"/api/workflows/{kind}/trigger", params, key=key)
        assert answer.status_code == httpx.codes.ACCEPTED, answer.text
        return answer.json()["id"]

    def status(self, kind: str, run_id: str) -> dict[str, Any]:
        """The status that is told outside."""
        return self.ask("GET", f"/api/workflows/{kind}/status/{run_id}").json()

    def reach(self, kind: str, run_id: str, statuses: Collection[str]) -> dict[str, Any]:
        """The status, as soon as it is one of these."""

        def reached() -> dict[str, Any] | None:
            found = self.status(kind, run_id)
            return found if found["status"] in statuses else None

        return wait_until(reached, f"{kind} {run_id} to become {statuses}")

    def reach_state(self, run_id: str, state: str) -> dict[str, Any]:
        """The run, as soon as it is in a state."""

        def reached() -> dict[str, Any] | None:
            run = self.ask("GET", f"/api/runs/{run_id}").json()
            return run if run["state"] == state else None

        return wait_until(reached, f"{run_id} to come to {state}")

    def fire_cron(self) -> None:
        """Do what is due each minute."""
        fire_cron(self.url)


@contextmanager
def running_shop(state: Path, variables: Mapping[str, str]) -> Generator[Shop]:
    """A started shop with its tables: the library and the shop's sources, and no product."""
    build = ROOT / ".build"
    build.mkdir(exist_ok=True)
    source = Path(tempfile.mkdtemp(dir=build, prefix="shop-"))
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "src" / "tillroll_durable", source / "tillroll_durable", ignore=ignored)
    shutil.copytree(HERE / "shop", source / "shop", ignore=ignored)
    shutil.copy(HERE / "entry.py", source)
    place_page(source / "assets")
    shop = Shop(state, source, variables)
    try:
        shop.prepare()
        shop.start()
        shop.d1("INSERT INTO accounts VALUES (?, ?, NULL)", ACCOUNT, "2026-01-01T00:00:00.000Z")
        shop.token = shop.new_token("read", "run", "operate")
        yield shop
    except BaseException:
        print(shop.log())  # noqa: T201 - pytest shows it with the failure
        raise
    finally:
        shop.stop()
        shutil.rmtree(source)

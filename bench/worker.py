"""A Worker on the genuine `wrangler dev`: Tillroll's own, its twin in JavaScript, or one of the
benchmarks' entries.
"""

import hashlib
import json
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import httpx

from bench import workers_ai
from local import config, page
from local.places import ROOT
from local.wrangler import data_folder, dev_command, wrangler_environment
from tests.support.migrated_state import begin_migrated
from tillroll_local.ended_runs import forget_ended
from tillroll_local.processes import Part, end_all, free_port

TOKEN = "till_benchmark"  # noqa: S105 - of databases that live as long as a benchmark
ACCOUNT = "acc_bench"
_PATIENCE_SECONDS = 400.0
_POLL_SECONDS = 0.02
_ACCOUNT = f"""
    INSERT OR IGNORE INTO accounts (id, name, created_at) VALUES ('acc_bench', 'Bench',
        '2026-01-01T00:00:00.000Z');
    INSERT OR IGNORE INTO users (id, account_id, name, created_at)
      VALUES ('usr_bench', 'acc_bench', 'Bench', '2026-01-01T00:00:00.000Z');
    INSERT OR IGNORE INTO user_roles (user_id, role) VALUES ('usr_bench', 'owner');
    INSERT OR IGNORE INTO tokens (id, user_id, hash, name, created_at)
      VALUES ('tok_bench', 'usr_bench', '{hashlib.sha256(TOKEN.encode()).hexdigest()}', 'bench',
              '2026-01-01T00:00:00.000Z');
"""

# The one workflow that the twin and the floor have.
_TWINS = "RECEIPT_WORKFLOW"
TWIN = "bench/twin/index.js"
FLOOR = ".build/bench-floor/entry.py"
_PYTHON_FLAGS = frozenset({"python_workers", "python_workflows", *config.LOCAL_FLAGS})


class DidNotStart(Exception):
    """The Worker ended or did not answer in time; the message has the end of its log."""


@dataclass
class BenchWorker:
    """One Worker with a database and an account of its own.

    Attributes:
        main: the entry module, relative to the project's folder.
        inspector_port: where Chrome's tools find it.
        changes: what the configuration has instead of wrangler.jsonc's values.
    """

    name: str
    main: str
    state: Path
    ai_address: str
    changes: dict[str, Any] = field(default_factory=dict[str, Any])
    port: int = field(default_factory=free_port)
    inspector_port: int = field(default_factory=free_port)
    part: Part | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        """Write the configuration, give the database its tables and the account, and build the
        page.

        Raises:
            PageError: the page that wrangler serves beside the Worker cannot be built.
        """
        self.state.mkdir(parents=True, exist_ok=True)
        page.build()
        deployed = config.read_deployed()
        settings = {
            **config.localise(
                deployed, self.ai_address, {}, self.main, requests_a_minute=1_000_000
            ),
            **self.changes,
        }
        if not self.main.endswith(".py"):
            flags = [flag for flag in settings["compatibility_flags"] if flag not in _PYTHON_FLAGS]
            settings["compatibility_flags"] = flags
        if self.main == FLOOR or not self.main.endswith(".py"):
            settings["workflows"] = [
                each for each in settings["workflows"] if each["binding"] == _TWINS
            ]
        if self.main == FLOOR:
            others = [
                f"{each.name}/**"
                for each in (ROOT / "python_modules").iterdir()
                if "workers" not in each.name
            ]
            settings["python_modules"] = {
                "exclude": [*settings["python_modules"]["exclude"], *others]
            }
        self._config.write_text(json.dumps(settings), encoding="utf-8")
        begin_migrated(self.state)
        with closing(sqlite3.connect(database_path(self.state))) as database:
            database.executescript(_ACCOUNT)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._config.unlink()

    def start(self) -> None:
        """Start `wrangler dev`; `wait` waits until it answers."""
        forget_ended(data_folder(self.state), keep=0)
        self.part = Part(
            self.name,
            dev_command(self._config, self.state, self.port, self.inspector_port),
            log=self.state / "wrangler.log",
            env=wrangler_environment(self.state / "starts"),
        )

    @property
    def group(self) -> int:
        """The process group of wrangler and workerd.

        Raises:
            DidNotStart: it is not running.
        """
        if self.part is None:
            raise DidNotStart(f"{self.name} was not started")
        return self.part.pid

    def check(self) -> None:
        """Raise DidNotStart where it has ended by itself."""
        if self.part and self.part.exit_code() is not None:
            raise DidNotStart(self.part.tail())

    def wait(self, path: str = "/api/health") -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            self.check()
            try:
                if httpx.get(self.url + path, timeout=10).is_success:
                    return
            except httpx.TransportError:
                pass  # not listening yet
            time.sleep(_POLL_SECONDS)
        raise DidNotStart(self.part.tail() if self.part else "start() was not called")

    def stop(self) -> None:
        if self.part:
            end_all([self.part])
            self.part = None

    def database(self) -> sqlite3.Connection:
        """The D1 database's file, opened for reading: looking at it costs the Worker nothing."""
        return sqlite3.connect(
            f"file:{database_path(self.state)}?mode=ro",
            uri=True,
            timeout=10,
            check_same_thread=False,
        )

    @property
    def _config(self) -> Path:
        return config.config_path(self.state)


def database_path(state: Path) -> Path:
    """Where the D1 database of a state folder lies."""
    (path,) = (
        found
        for found in data_folder(state).glob("v3/d1/*/*.sqlite")
        if found.name != "metadata.sqlite"
    )
    return path


def with_product(entry: Path, name: str) -> str:
    """Lay an entry module of a benchmark beside a copy of the product's source; return it as `main`
    wants it.

    wrangler bundles the Python files beside the main module, so an entry that imports the product
    lies in its folder.
    """
    folder = ROOT / ".build" / f"bench-{name}"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "src", folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(entry, folder / entry.name)
    return str((folder / entry.name).relative_to(ROOT))


def lay_floor() -> str:
    """Lay the floor (bench/floor) where it is the whole Worker, with the twin's SQL; return it as
    `main` wants it.
    """
    folder = (ROOT / FLOOR).parent
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(
        ROOT / "bench" / "floor", folder, ignore=shutil.ignore_patterns("__pycache__", "*.pyi")
    )
    sql = json.loads((ROOT / "bench" / "twin" / "sql.json").read_text(encoding="utf-8"))
    (folder / "sql.py").write_text(f"SQL = {sql!r}\n", encoding="utf-8")
    return FLOOR


@contextmanager
def with_stand_in(entry: Path, name: str) -> Generator[BenchWorker]:
    """An entry module with the product, ready, and a stand-in for Workers AI that costs no time."""
    with (
        tempfile.TemporaryDirectory(prefix="tillroll-bench-") as folder,
        workers_ai.stand_in(Path(folder)) as ai,
        BenchWorker(
            "Python", with_product(entry, name), Path(folder) / "python", ai.address
        ) as worker,
    ):
        worker.start()
        worker.wait()
        yield worker

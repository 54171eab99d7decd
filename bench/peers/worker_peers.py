"""What runs on `wrangler dev`: Tillroll, its twin in JavaScript (bench/twin), and bare Cloudflare
Workflows.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

import httpx

from bench.client import Rows
from bench.peers.peer import Peer
from bench.worker import TWIN, BenchWorker, database_path, with_product
from local.places import ROOT
from tests.support.own_kind import add_kind
from tillroll_local.waker import Waker

# Beside those of the product, which are empty here.
_BARE_TABLES = """
    CREATE TABLE bare_runs (id TEXT PRIMARY KEY, state TEXT NOT NULL);
    CREATE TABLE bare_expenses (run_id TEXT PRIMARY KEY, merchant TEXT, day TEXT, total INTEGER);
"""
_ORDERS = """
    CREATE TEMP VIEW runs AS SELECT subject AS id, CASE
      WHEN status = 'processing' THEN state
      WHEN requires_human_review THEN 'awaiting_review'
      ELSE 'notified' END AS state FROM main.runs WHERE kind = '{kind}'
"""
_HERE = Path(__file__).parent


class WorkerPeer(Peer):
    """A Worker with D1, R2 and Workflows, all of them simulated on this machine by workerd."""

    main: str
    tables = ""
    engine = "receipt-workflow"

    def __init__(self, folder: Path, ai_address: str, side: str = "") -> None:
        super().__init__(folder, ai_address, side)
        self._worker = BenchWorker(
            self.name, self.main, folder / "state", ai_address, port=self.port
        )
        self._is_ready = False
        self._waker: Waker | None = None

    def start(self) -> None:
        """As any peer; then what was under way goes on: in the cloud by the engine's alarms, here
        by the waker.
        """
        super().start()
        self._waker = Waker(self.url, self._worker.state / "starts", [self.engine])
        self._waker.start()

    def kill(self) -> None:
        super().kill()
        self._end_waker()

    def begin(self) -> None:
        if not self._is_ready:
            self._worker.__enter__()
            self._is_ready = True
            if self.tables:
                with closing(sqlite3.connect(database_path(self._worker.state))) as database:
                    database.executescript(self.tables)
        self._worker.start()
        if self._worker.part:
            self.parts.append(self._worker.part)

    def database(self) -> Rows:
        return self._worker.database()

    def fire_cron(self) -> None:
        path = "/cdn-cgi/local/scheduled"
        httpx.get(f"{self.url}{path}", params={"cron": "* * * * *"}, timeout=60).raise_for_status()

    def stop(self) -> None:
        super().stop()
        self._end_waker()
        if self._is_ready:
            self._worker.__exit__()
            self._is_ready = False

    def _end_waker(self) -> None:
        if self._waker:
            self._waker.stop()
            self._waker = None


class Bare(WorkerPeer):
    name = "bare Workflows"
    made_of = "JavaScript, `wrangler dev`"
    main = "bench/peers/jobs/bare.js"
    tables = _BARE_TABLES

    def database(self) -> Rows:
        """Its tables under the names that all peers have."""
        connection = self._worker.database()
        connection.execute("CREATE TEMP VIEW runs AS SELECT * FROM main.bare_runs")
        connection.execute("CREATE TEMP VIEW expenses AS SELECT * FROM main.bare_expenses")
        return connection


class Twin(WorkerPeer):
    name = "twin"
    made_of = "JavaScript with all that Tillroll records, `wrangler dev`"
    main = TWIN


class Tillroll(WorkerPeer):
    name = "Tillroll"
    made_of = "Python, `wrangler dev`"
    main = "src/entry.py"


class TillrollWithOrders(Tillroll):
    """With one more kind, as anybody adds one."""

    engine = "tillroll-workflows"
    kind = "ORDER"
    package = _HERE / "jobs" / "order"

    def __init__(self, folder: Path, ai_address: str, side: str = "") -> None:
        self.main = with_product(_HERE / "orders_worker.py", f"{self.kind.lower()}s")
        add_kind((ROOT / self.main).parent, self.package, self.kind)
        super().__init__(folder, ai_address, side)

    def database(self) -> Rows:
        """Its runs by the orders' references. One with something left to do stands before a
        person.
        """
        connection = self._worker.database()
        connection.execute(_ORDERS.format(kind=self.kind.lower()))
        return connection

    def calls_person(self, run_id: str) -> bool:
        with closing(self.database()) as rows:
            row = rows.execute("SELECT state FROM runs WHERE id = ?", (run_id,)).fetchone()
        return row is not None and row[0] == "awaiting_review"

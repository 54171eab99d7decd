"""What a step by contract costs against a bare Python `step.do` with one D1 write, on the same Worker.

Usage: python -m bench.step_cost [--write]
"""

import sqlite3
import tempfile
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path

import httpx

from bench.measuring import median
from bench.quiet import Measurement, least_disturbed
from bench.report import parser, publish, table
from bench.worker import BenchWorker, database_path, with_product

_ENTRY = Path(__file__).with_name("entries") / "steps_entry.py"
_WORKFLOWS = [
    {"name": "receipt-workflow", "binding": "RECEIPT_WORKFLOW", "class_name": "ReceiptWorkflow"},
    {"name": "bare-workflow", "binding": "BARE", "class_name": "BareWorkflow"},
    {"name": "contract-workflow", "binding": "CONTRACT", "class_name": "ContractWorkflow"},
]
_TABLE = (
    "CREATE TABLE written (id TEXT PRIMARY KEY, run_id TEXT NOT NULL REFERENCES runs, created_at TEXT NOT NULL) STRICT"
)
# As steps_entry.py has it.
_STEPS = 20
_WARM_UP = 5
_TARGET = 1.2
_PATIENCE_SECONDS = 60.0


class Unfinished(Exception):
    """An instance did not write its last row in time."""


def main() -> None:
    asked = parser(__doc__)
    asked.add_argument("--runs", type=int, default=30, help="instances of each kind, of twenty steps")
    asked.add_argument("--tries", type=int, default=3, help="how often to try for each undisturbed measurement")
    arguments = asked.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="tillroll-bench-") as folder,
        BenchWorker(
            "Python", with_product(_ENTRY, "steps"), Path(folder), "127.0.0.1:9", {"workflows": _WORKFLOWS}
        ) as worker,
    ):
        with closing(sqlite3.connect(database_path(worker.state))) as database:
            database.execute(_TABLE)
        worker.start()
        worker.wait()
        pairs = measure(worker, arguments.runs, arguments.tries)
    bare, contract = (median([pair.result[side] for pair in pairs]) for side in (0, 1))
    foreign = max(pair.foreign_share for pair in pairs)
    rows = [
        ["bare `step.do` with one D1 write", f"{bare:.1f}", ""],
        ["step by contract with the same write", f"{contract:.1f}", f"**{contract / bare:.2f}** (target ≤ {_TARGET})"],
    ]
    text = f"{table(['', 'p50 (ms)', 'ratio'], rows)}\n\nMost CPU that other processes took meanwhile: {foreign:.0%}."
    said = f"ratio {contract / bare:.2f}"
    publish("step_cost", said, {"bare ms": bare, "contract ms": contract}, text, write=arguments.write)


def measure(worker: BenchWorker, runs: int, tries: int) -> list[Measurement[tuple[float, float]]]:
    """Milliseconds a step, bare and by contract, by turns."""
    database = worker.database()

    def pair() -> tuple[float, float]:
        return _milliseconds(worker, database, "BARE"), _milliseconds(worker, database, "CONTRACT")

    for _ in range(_WARM_UP):
        pair()
    return least_disturbed(pair, lambda: [worker.group], runs, runs * tries)


def _milliseconds(worker: BenchWorker, database: sqlite3.Connection, binding: str) -> float:
    """Run one instance; the time between its first and its last write, a step."""
    answer = httpx.post(f"{worker.url}/api/bench/{binding}/{time.monotonic_ns()}", timeout=60).raise_for_status()
    run_id = answer.json()["runId"]
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        written: list[tuple[str]] = database.execute(
            "SELECT created_at FROM written WHERE run_id = ? ORDER BY created_at", (run_id,)
        ).fetchall()
        if len(written) == _STEPS:
            first, last = (datetime.fromisoformat(written[number][0]) for number in (0, -1))
            return 1000 * (last - first).total_seconds() / (_STEPS - 1)
        time.sleep(0.01)
    raise Unfinished(f"{run_id} has not written its {_STEPS} rows")


if __name__ == "__main__":
    main()

"""What a step by contract costs against a bare Python `step.do` with one D1 write, on the same
Worker; and against the floor, a bare one with the statements that a contract's step writes.

Workflows have 1, 20 and 200 steps: what a step costs is not to grow with their number. Of those of
one step it is the time from the run's beginning to its write, which has the start of the instance
in it.

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
    {"name": "floor-workflow", "binding": "FLOOR", "class_name": "FloorWorkflow"},
    {"name": "contract-workflow", "binding": "CONTRACT", "class_name": "ContractWorkflow"},
]
_TABLE = (
    "CREATE TABLE written (id TEXT PRIMARY KEY, run_id TEXT NOT NULL REFERENCES runs, created_at "
    "TEXT NOT NULL) STRICT"
)
# As steps_entry.py has it.
_LENGTHS = (1, 20, 200)
_KINDS = ("BARE", "FLOOR", "CONTRACT")
_WARM_UP = 2
_TARGET = 1.05
_PATIENCE_SECONDS = 60.0


class Unfinished(Exception):
    """An instance did not write its last row in time."""


def main() -> None:
    asked = parser(__doc__)
    asked.add_argument("--runs", type=int, default=30, help="instances of each kind and length")
    asked.add_argument(
        "--tries", type=int, default=3, help="how often to try for each undisturbed measurement"
    )
    arguments = asked.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="tillroll-bench-") as folder,
        BenchWorker(
            "Python",
            with_product(_ENTRY, "steps"),
            Path(folder),
            "127.0.0.1:9",
            {"workflows": _WORKFLOWS},
        ) as worker,
    ):
        with closing(sqlite3.connect(database_path(worker.state))) as database:
            database.execute(_TABLE)
        worker.start()
        worker.wait()
        found = {
            length: measure(worker, length, arguments.runs, arguments.tries) for length in _LENGTHS
        }
    rows: list[list[str]] = []
    results: dict[str, float] = {}
    for length, each in found.items():
        times = [f"{median([one.result[kind] for one in each]):.1f}" for kind in _KINDS]
        ratio, to_floor = (
            median([one.result["CONTRACT"] / one.result[other] for one in each])
            for other in ("BARE", "FLOOR")
        )
        results |= {f"ratio of {length}": ratio, f"to the floor of {length}": to_floor}
        rows.append(
            [str(length), *times, f"**{ratio:.2f}** (target ≤ {_TARGET})", f"**{to_floor:.2f}**"]
        )
    foreign = max(one.foreign_share for each in found.values() for one in each)
    header = [
        *(
            "steps",
            "bare `step.do` with one D1 write, p50 (ms)",
            "with all that a contract writes: the floor",
        ),
        *("step by contract with the same write", "contract / bare", "contract / floor"),
    ]
    text = f"{table(header, rows)}\n\nMost CPU that other processes took meanwhile: {foreign:.0%}."
    said = ", ".join(f"{name} {ratio:.2f}" for name, ratio in results.items())
    publish("step_cost", said, results, text, write=arguments.write)


def measure(
    worker: BenchWorker, length: int, runs: int, tries: int
) -> list[Measurement[dict[str, float]]]:
    """Milliseconds a step, of each kind by turns."""
    database = worker.database()

    def each_kind() -> dict[str, float]:
        return {kind: _milliseconds(worker, database, kind, length) for kind in _KINDS}

    for _ in range(_WARM_UP):
        each_kind()
    return least_disturbed(each_kind, lambda: [worker.group], runs, runs * tries)


def _milliseconds(
    worker: BenchWorker, database: sqlite3.Connection, binding: str, length: int
) -> float:
    """Run one instance; the time between its first and its last write, a step."""
    address = f"{worker.url}/api/bench/{binding}/{length}/{time.monotonic_ns()}"
    answer = httpx.post(address, timeout=60).raise_for_status()
    run_id = answer.json()["runId"]
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        written: list[tuple[str]] = database.execute(
            "SELECT created_at FROM written WHERE run_id = ? ORDER BY created_at", (run_id,)
        ).fetchall()
        if len(written) == length:
            if length == 1:
                written = [
                    *database.execute("SELECT created_at FROM runs WHERE id = ?", (run_id,)),
                    *written,
                ]
            first, last = (datetime.fromisoformat(written[number][0]) for number in (0, -1))
            return 1000 * (last - first).total_seconds() / max(1, length - 1)
        time.sleep(0.01)
    raise Unfinished(f"{run_id} has not written its {length} rows")


if __name__ == "__main__":
    main()

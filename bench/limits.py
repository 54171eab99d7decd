"""The heap and the CPU time of each step, against what Cloudflare allows an isolate (128 MB) and an
attempt (30 s).

Usage: python -m bench.limits [--uploads 20] [--write]

Receipts as photos, PDFs and e-invoices, then exports in several formats, a claim over all that was
spent, and a data export of the account. The CPU is that of workerd while an attempt ran; nothing
else goes on meanwhile.
"""

import json
import sqlite3
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from threading import Event, Thread
from typing import Final, NamedTuple

import httpx

from bench.client import Client
from bench.heap import INVOICE
from bench.measuring import workerds
from bench.photos import unique_photos
from bench.report import parser, publish, table
from bench.worker import TOKEN, BenchWorker, database_path, with_stand_in
from tests.support.e_invoices import Facts, every_syntax
from tests.support.invoice import invoice_pdf
from tillroll.exports.writers.formats import FormatName

_MB: Final = 1024 * 1024
_HEAP_MB, _CPU_SECONDS = 128, 30
_PATIENCE_SECONDS: Final = 120.0
_POLL_SECONDS: Final = 0.005
# Those that want no profile of the account.
_FORMATS: Final = (
    FormatName.CSV,
    FormatName.XLSX,
    FormatName.JSON_LINES,
    FormatName.HLEDGER,
    FormatName.ZIP,
    FormatName.PDF,
)
_ENTRY = Path(__file__).with_name("entries") / "limits_entry.py"


class Attempt(NamedTuple):
    """One attempt of a step; seconds since the epoch, and bytes behind it."""

    kind: str
    step: str
    began: float
    ended: float
    heap: int


class Unfinished(Exception):
    """A run did not end in time."""


def main() -> None:
    asked = parser(__doc__)
    asked.add_argument("--uploads", type=int, default=20, help="photos")
    arguments = asked.parse_args()
    with with_stand_in(_ENTRY, "limits") as worker:
        watch = _Watch(worker.group)
        work(worker, arguments.uploads)
        attempts = _attempts(worker)
        watch.end()
    found = [(each, watch.cpu_between(each.began, each.ended)) for each in attempts]
    by_step: dict[tuple[str, str], list[tuple[Attempt, float]]] = defaultdict(list)
    for each, cpu in found:
        by_step[each.kind, each.step].append((each, cpu))
    rows = [
        [
            f"{kind}: {step}",
            str(len(of_step)),
            f"{max(each.heap for each, _ in of_step) / _MB:.1f}",
            f"{1000 * max(cpu for _, cpu in of_step):.0f}",
        ]
        for (kind, step), of_step in by_step.items()
    ]
    heap, cpu = max(each.heap for each, _ in found) / _MB, max(cpu for _, cpu in found)
    ends = f"Largest: {heap:.1f} of {_HEAP_MB} MB, {cpu:.2f} of {_CPU_SECONDS} s."
    text = f"{table(['step', 'attempts', 'heap behind it (MB)', 'most CPU (ms)'], rows)}\n\n{ends}"
    results = {row[0]: {"heap MB": float(row[2]), "CPU ms": float(row[3])} for row in rows}
    publish(
        "limits",
        f"heap {heap:.0f} of {_HEAP_MB} MB, CPU {cpu:.2f} of {_CPU_SECONDS} s",
        results,
        text,
        write=arguments.write,
    )
    if heap > _HEAP_MB or cpu > _CPU_SECONDS:
        raise SystemExit("a step needs more than Cloudflare allows")


def work(worker: BenchWorker, uploads: int) -> None:
    """Have every step of the main kinds done, one run at a time."""
    client = Client(worker)
    for photo in islice(unique_photos(), uploads):
        client.wait(client.upload(photo))
    documents = [invoice_pdf(INVOICE), *every_syntax(Facts()).values()]
    for document in documents:
        client.wait(client.upload(document))
    client.close()
    headers = {"authorization": f"Bearer {TOKEN}"}
    with (
        closing(worker.database()) as database,
        httpx.Client(base_url=worker.url, headers=headers, timeout=_PATIENCE_SECONDS) as api,
    ):
        for each in _FORMATS:
            api.post("/api/exports", json={"format": each.value}).raise_for_status()
            _wait(database)
        client = api.post("/api/clients", json={"name": "ACME AG"}).raise_for_status().json()["id"]
        with (
            closing(
                sqlite3.connect(database_path(worker.state), timeout=_PATIENCE_SECONDS)
            ) as books,
            books,
        ):
            billed = (
                "UPDATE expenses SET status = 'approved', billable = 1, client_id = ?, currency = "
                "'EUR'"
            )
            books.execute(billed, [client])
        claim = {"currency": "EUR", "payerKind": "customer", "clientId": client}
        api.post("/api/claims", json=claim).raise_for_status()
        _wait(database)
        api.post("/api/account/data-export", json={}).raise_for_status()
        _wait(database)


def _wait(database: sqlite3.Connection) -> None:
    """Until nothing goes on but what a customer is waited for."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    going_on = (
        "SELECT kind, state FROM runs WHERE status = 'processing' AND state <> 'awaiting_payment'"
    )
    while left := database.execute(going_on).fetchall():
        if time.monotonic() > deadline:
            raise Unfinished(str(left))
        time.sleep(_POLL_SECONDS)


def _attempts(worker: BenchWorker) -> Sequence[Attempt]:
    answer = httpx.get(f"{worker.url}/api/bench/steps", timeout=60).raise_for_status()
    return [
        Attempt(
            each["kind"], each["step"], each["began"] / 1000, each["ended"] / 1000, each["heap"]
        )
        for each in json.loads(answer.text)
    ]


class _Watch:
    """Keeps how much CPU time workerd has used, and when."""

    def __init__(self, group: int) -> None:
        self._group = group
        self._seen: list[tuple[float, float]] = []
        self._is_over = Event()
        self._thread = Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._is_over.wait(_POLL_SECONDS):
            self._seen.append(
                (time.time(), sum(each.cpu_seconds for each in workerds(self._group)))
            )

    def end(self) -> None:
        self._is_over.set()
        self._thread.join()

    def cpu_between(self, began: float, ended: float) -> float:
        """CPU seconds, as Linux counts them, in hundredths."""
        before = max((cpu for at, cpu in self._seen if at <= began), default=self._seen[0][1])
        behind = min((cpu for at, cpu in self._seen if at >= ended), default=self._seen[-1][1])
        return max(0.0, behind - before)


if __name__ == "__main__":
    main()

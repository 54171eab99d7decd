"""How much memory the Worker holds after uploads, runs and documents: Pyodide's heap, and workerd's
resident memory.

Usage: python -m bench.heap [--uploads 100] [--write]
"""

import time
from collections.abc import Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import httpx
import numpy

from bench.client import Client, submit_at_once
from bench.measuring import most_resident, resident_bytes, workerds
from bench.photos import unique_photos
from bench.report import parser, publish, table
from bench.worker import TOKEN, BenchWorker, with_stand_in
from tests.support.invoice import invoice_pdf
from tests.support.scans import jpeg_scan, scanned_pdf

_MB = 1024 * 1024
_TARGET_MB, _REPORT_MB = 64, 128
_CLIENTS = 32
_SCANS, _SCAN_PAGES, _PAGE_BYTES = 6, 10, 950_000
_PATIENCE_SECONDS, _POLL_SECONDS = 120.0, 0.02
INVOICE = [
    "EXAMPLE STATIONERS SDN BHD",
    "Date: 14/02/2026",
    "Paper      8.00",
    "TOTAL RM   8.00",
    "CASH       8.00",
]
_ENTRY = Path(__file__).with_name("entries") / "heap_entry.py"


class Held(NamedTuple):
    """In MB. `heap` is the linear memory of WebAssembly, of which Python has `in_use`; `grew` is by
    how much all processes of wrangler took more at their peak.
    """

    heap: float
    in_use: float
    resident: float
    grew: float


def main() -> None:
    asked = parser(__doc__)
    asked.add_argument("--uploads", type=int, default=100)
    arguments = asked.parse_args()
    with with_stand_in(_ENTRY, "heap") as worker:
        rows = _Measuring(worker).measure(arguments.uploads)
    columns = [
        "after",
        "Pyodide heap (MB)",
        "of it in use",
        "workerd, resident",
        "more at its peak, with wrangler",
    ]
    lines = [
        [name, *(f"{value:.1f}" for value in held[:2]), *(f"{value:.0f}" for value in held[2:])]
        for name, held in rows.items()
    ]
    report = rows[_report(arguments.uploads)]
    targets = (
        f"Targets: a heap of {_TARGET_MB} MB in ordinary use; a report takes {_REPORT_MB} MB more "
        "at most."
    )
    text = f"{table(columns, lines)}\n\n{targets}"
    said = (
        f"heap {rows[_AT_ONCE].heap:.0f} MB after {_CLIENTS} clients, a report {report.grew:.0f} "
        "MB more"
    )
    publish(
        "heap",
        said,
        {name: held._asdict() for name, held in rows.items()},
        text,
        write=arguments.write,
    )


def _report(expenses: int) -> str:
    return f"a report of {expenses} expenses as PDF"


_AT_ONCE = f"as many uploads by {_CLIENTS} clients at once"


class _Measuring:
    def __init__(self, worker: BenchWorker) -> None:
        self._worker = worker
        headers = {"authorization": f"Bearer {TOKEN}"}
        self._api = httpx.Client(base_url=worker.url, headers=headers, timeout=_PATIENCE_SECONDS)

    def measure(self, uploads: int) -> dict[str, Held]:
        """After each kind of work, on top of the ones before."""
        photos = unique_photos()
        first, others = list(islice(photos, uploads)), list(islice(photos, uploads))
        kinds = {
            "start": lambda: None,
            f"{uploads} uploads and runs": lambda: self._upload(first),
            "the API's lists": self._lists,
            _report(uploads): self._report,
            _AT_ONCE: lambda: submit_at_once(self._worker, others, _CLIENTS),
            "what is done each minute": self._minute,
            "a digital PDF": lambda: self._upload([invoice_pdf(INVOICE)]),
            f"{_SCANS} scans as PDF of {_SCAN_PAGES * _PAGE_BYTES / 1e6:.1f} MB": lambda: (
                self._upload(_scans())
            ),
        }
        rows: dict[str, Held] = {}
        for name, work in kinds.items():
            before = resident_bytes(self._worker.group)
            with most_resident(self._worker.group) as most:
                work()
            rows[name] = self._held((most() - before) / _MB)
        self._api.close()
        return rows

    def _held(self, grew: float) -> Held:
        told = self._api.get("/api/bench/heap").raise_for_status().json()
        resident = max(process.resident_bytes for process in workerds(self._worker.group))
        return Held(told["heap"] / _MB, told["inUse"] / _MB, resident / _MB, max(0.0, grew))

    def _upload(self, documents: Sequence[bytes]) -> None:
        client = Client(self._worker)
        for document in documents:
            client.wait(client.upload(document))
        client.close()

    def _lists(self) -> None:
        for path in ("/api/runs", "/api/expenses", "/api/home"):
            self._api.get(path).raise_for_status()

    def _minute(self) -> None:
        self._api.get("/cdn-cgi/local/scheduled", params={"cron": "* * * * *"}).raise_for_status()

    def _report(self) -> None:
        self._api.post("/api/exports", json={"format": "pdf"}).raise_for_status()
        going_on = "SELECT 1 FROM runs WHERE kind = 'export' AND status = 'processing'"
        deadline = time.monotonic() + _PATIENCE_SECONDS
        with closing(self._worker.database()) as database:
            while database.execute(going_on).fetchone():
                if time.monotonic() > deadline:
                    raise TimeoutError("the report is not made")
                time.sleep(_POLL_SECONDS)


def _scans() -> list[bytes]:
    """Scans of noise; what stands behind a picture's end makes each of its own."""
    noise = numpy.random.default_rng(1).bytes(_PAGE_BYTES)
    page = next(unique_photos())
    page += noise[: _PAGE_BYTES - len(page)]
    return [
        scanned_pdf(
            *[
                [jpeg_scan(page + f"{number:06d}".encode())]
                for number in range(start, start + _SCAN_PAGES)
            ]
        )
        for start in range(0, _SCANS * _SCAN_PAGES, _SCAN_PAGES)
    ]


if __name__ == "__main__":
    main()

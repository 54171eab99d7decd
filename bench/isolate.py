"""What the Worker's isolate holds while large uploads and long scans are under way: asked of its
inspector.

Usage: python -m bench.isolate [--uploads 8] [--scans 4] [--pages 30] [--write]
       python -m bench.isolate --pdf-worker     a Worker that reads PDFs alone

Cloudflare gives an isolate 128 MB: JavaScript's heap, its buffers, and the linear memory of
WebAssembly, in which Python is. The local stack does not enforce it. The inspector counts the first
two; Python says its own. A scan of more than 20 pages is asked about: its pictures are not taken
out, so one of 20 pages and as many bytes is measured too. Each load comes twice: once garbage lies
until V8 collects it by itself, and once it is collected before each look, so that what is counted
is needed.
"""

import json
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

import httpx
import numpy

from bench import workers_ai
from bench.client import Client
from bench.photos import unique_photos
from bench.report import parser, publish, table
from bench.worker import TOKEN, BenchWorker, with_product, with_stand_in
from local.places import NODE
from tests.support.scans import jpeg_scan, scanned_pdf
from tillroll_documents.pdf_reader.pages import MAX_PAGES

_MB = 1024 * 1024
_UPLOAD_BYTES = 10_000_000
_PAGE_BYTES = 300_000
_LARGE_PAGE_BYTES = 450_000
_TARGET_MB = 96
_PATIENCE_SECONDS = 300.0
_LOOKING_SECONDS = 1.0
_ENTRY = Path(__file__).with_name("entries") / "heap_entry.py"
_PDF_ENTRY = Path(__file__).with_name("entries") / "pdf_entry.py"
# What a Worker that reads PDFs alone does without.
_NOTHING_BY_ITSELF: dict[str, Any] = {
    "workflows": [],
    "queues": {"producers": [], "consumers": []},
    "triggers": {"crons": []},
}
_INSPECTOR = Path(__file__).with_name("inspector.mjs")


@dataclass
class Most:
    """The most that was seen, in bytes: of JavaScript's heap, of buffers, and of both at one
    time.
    """

    heap: int = 0
    buffers: int = 0
    both: int = 0
    looks: int = 0

    def see(self, line: str) -> None:
        """One look, as the inspector's program prints it."""
        look = json.loads(line)
        self.looks += 1
        self.heap = max(self.heap, look["total"])
        self.buffers = max(self.buffers, look["stores"])
        self.both = max(self.both, look["total"] + look["stores"])


Read: TypeAlias = Callable[[BenchWorker, bytes], None]


@dataclass(frozen=True)
class Load:
    """Documents that are handed in at once, and others of the same kind for the second time."""

    name: str
    documents: Sequence[bytes] = ()
    others: Sequence[bytes] = ()


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--uploads", type=int, default=8)
    options.add_argument("--scans", type=int, default=4)
    options.add_argument("--pages", type=int, default=30)
    options.add_argument("--pdf-worker", action="store_true", help="that Worker, and no other")
    arguments = options.parse_args()
    if arguments.pdf_worker:
        _measure_pdf_worker(arguments.scans, arguments.pages)
        return
    photos = iter(_photos(arguments.uploads * 4))
    scans = iter(_scans(arguments.scans * 4, arguments.pages, _PAGE_BYTES))
    read_whole = iter(_scans(arguments.scans * 2, MAX_PAGES, _LARGE_PAGE_BYTES))

    def some_photos() -> list[bytes]:
        return list(islice(photos, arguments.uploads))

    def some_scans() -> list[bytes]:
        return list(islice(scans, arguments.scans))

    def some_read_whole() -> list[bytes]:
        return list(islice(read_whole, arguments.scans))

    loads = [
        Load("start"),
        Load(f"{arguments.uploads} uploads of 10 MB at once", some_photos(), some_photos()),
        Load(
            f"{arguments.scans} scans of {arguments.pages} pages at once",
            some_scans(),
            some_scans(),
        ),
        Load(
            f"{arguments.scans} scans of {MAX_PAGES} pages at once",
            some_read_whole(),
            some_read_whole(),
        ),
        Load(
            "both at once",
            [*some_photos(), *some_scans()],
            [*some_photos(), *some_scans()],
        ),
    ]
    with with_stand_in(_ENTRY, "isolate") as worker:
        rows = {load.name: _measured(worker, load, _read_receipt) for load in loads}
    most = max(values[0] for values in rows.values())
    text = f"{_table(rows)}\n\nTarget: a peak of {_TARGET_MB} MB."
    publish("isolate", f"{most:.0f} MB at its peak", rows, text, write=arguments.write)


def _measure_pdf_worker(count: int, pages: int) -> None:
    """Print the same table of a Worker that only reads PDFs."""
    scans = iter(_scans(count * 2, pages, _PAGE_BYTES))
    read_whole = iter(_scans(count * 2, MAX_PAGES, _LARGE_PAGE_BYTES))
    loads = [
        Load("start"),
        Load(
            f"{count} scans of {pages} pages at once",
            list(islice(scans, count)),
            list(islice(scans, count)),
        ),
        Load(
            f"{count} scans of {MAX_PAGES} pages at once",
            list(islice(read_whole, count)),
            list(islice(read_whole, count)),
        ),
    ]
    with (
        tempfile.TemporaryDirectory(prefix="tillroll-bench-") as folder,
        workers_ai.stand_in(Path(folder)) as ai,
        BenchWorker(
            "PDFs",
            with_product(_PDF_ENTRY, "pdfs"),
            Path(folder) / "python",
            ai.address,
            changes=_NOTHING_BY_ITSELF,
        ) as worker,
    ):
        worker.start()
        worker.wait()
        rows = {load.name: _measured(worker, load, _read_pdf) for load in loads}
    print(_table(rows))


def _table(rows: Mapping[str, Sequence[float]]) -> str:
    columns = [
        "while",
        "the isolate's peak (MB)",
        "JavaScript's heap",
        "buffers",
        "Python's heap behind it",
        "needed at the peak",
    ]
    lines = [[name, *(f"{value:.1f}" for value in values)] for name, values in rows.items()]
    return table(columns, lines)


def _measured(worker: BenchWorker, load: Load, read: Read) -> list[float]:
    """The row of a load: of its peak with garbage all parts, and the sum of what is needed."""
    most, heap = _peak(worker, load.documents, read, collects=False)
    needed, needed_heap = _peak(worker, load.others, read, collects=True)
    sizes = [most.both + heap, most.heap, most.buffers, heap, needed.both + needed_heap]
    return [size / _MB for size in sizes]


def _peak(
    worker: BenchWorker, documents: Sequence[bytes], read: Read, *, collects: bool
) -> tuple[Most, int]:
    """What was seen while the documents were read, and Python's heap behind it, in bytes."""
    with _watched(worker, collects=collects) as most:
        time.sleep(_LOOKING_SECONDS)
        if documents:
            with ThreadPoolExecutor(len(documents)) as pool:
                list(pool.map(partial(read, worker), documents))
    if not most.looks:
        raise RuntimeError("the inspector answered nothing")
    headers = {"authorization": f"Bearer {TOKEN}"}
    answer = httpx.get(f"{worker.url}/api/bench/heap", headers=headers, timeout=60)
    return most, int(answer.raise_for_status().json()["heap"])


def _read_pdf(worker: BenchWorker, document: bytes) -> None:
    """Have a Worker that reads PDFs alone read it."""
    answer = httpx.post(f"{worker.url}/api/bench/pdf", content=document, timeout=_PATIENCE_SECONDS)
    if not answer.raise_for_status().json()["pages"]:
        raise RuntimeError("no page was read")


def _read_receipt(worker: BenchWorker, document: bytes) -> None:
    """Upload it as the page does, the bytes alone, and wait for its run."""
    headers = {"authorization": f"Bearer {TOKEN}", "x-file-name": "document"}
    answer = httpx.post(
        f"{worker.url}/api/receipts", content=document, headers=headers, timeout=_PATIENCE_SECONDS
    )
    client = Client(worker, patience_seconds=_PATIENCE_SECONDS)
    client.wait(str(answer.raise_for_status().json()["runId"]))
    client.close()


@contextmanager
def _watched(worker: BenchWorker, *, collects: bool) -> Generator[Most]:
    """Look at the isolate while the block lasts."""
    most = Most()
    words = [str(NODE), str(_INSPECTOR), str(worker.inspector_port)]
    if collects:
        words.append("collect")
    with subprocess.Popen(
        words,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        thread = threading.Thread(target=_follow, args=(most, process.stdout), daemon=True)
        thread.start()
        try:
            yield most
        finally:
            process.terminate()
            thread.join()


def _follow(most: Most, lines: Iterable[str] | None) -> None:
    for line in lines or ():
        most.see(line)


def _photos(count: int) -> list[bytes]:
    """Photos of 10 MB: what stands behind a picture's end is read by nobody."""
    noise = numpy.random.default_rng(1).bytes(_UPLOAD_BYTES)
    return [photo + noise[: _UPLOAD_BYTES - len(photo)] for photo in islice(unique_photos(), count)]


def _scans(count: int, pages: int, page_bytes: int) -> list[bytes]:
    noise = numpy.random.default_rng(page_bytes).bytes(page_bytes)
    page = next(unique_photos())
    page += noise[: page_bytes - len(page)]
    return [
        scanned_pdf(
            *[[jpeg_scan(page + f"{scan:03d}{number:03d}".encode())] for number in range(pages)]
        )
        for scan in range(count)
    ]


if __name__ == "__main__":
    main()

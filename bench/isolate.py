"""What the Worker's isolate holds while large uploads and long scans are under way: asked of its
inspector.

Usage: python -m bench.isolate [--uploads 8] [--scans 4] [--pages 30] [--garbage] [--write]

Cloudflare gives an isolate 128 MB: JavaScript's heap, its buffers, and the linear memory of
WebAssembly, in which Python is. The local stack does not enforce it. The inspector counts the first
two; Python says its own. Garbage is collected before each look, so that what is counted is needed;
with --garbage it lies until V8 collects it by itself.
"""

import json
import subprocess
import threading
import time
from collections.abc import Generator, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path

import httpx
import numpy

from bench.client import Client
from bench.photos import unique_photos
from bench.report import parser, publish, table
from bench.worker import TOKEN, BenchWorker, with_stand_in
from local.places import NODE
from tests.support.scans import jpeg_scan, scanned_pdf

_MB = 1024 * 1024
_UPLOAD_BYTES = 10_000_000
_PAGE_BYTES = 300_000
_TARGET_MB = 96
_PATIENCE_SECONDS = 300.0
_LOOKING_SECONDS = 1.0
_ENTRY = Path(__file__).with_name("entries") / "heap_entry.py"
_INSPECTOR = Path(__file__).with_name("inspector.mjs")


@dataclass
class Held:
    """The most that was seen, in bytes: of JavaScript's heap, of buffers, and of both at one
    time.
    """

    heap: int = 0
    stores: int = 0
    both: int = 0
    looks: int = 0


@dataclass
class Watch:
    """Looks at an isolate while a block lasts; `held` begins with each `begin`."""

    held: Held = field(default_factory=Held)

    def begin(self) -> None:
        self.held = Held()

    def see(self, line: str) -> None:
        told = json.loads(line)
        held = self.held
        held.looks += 1
        held.heap = max(held.heap, told["total"])
        held.stores = max(held.stores, told["stores"])
        held.both = max(held.both, told["total"] + told["stores"])


def main() -> None:
    asked = parser(__doc__)
    asked.add_argument("--uploads", type=int, default=8)
    asked.add_argument("--scans", type=int, default=4)
    asked.add_argument("--pages", type=int, default=30)
    asked.add_argument("--garbage", action="store_true", help="leave it to V8")
    arguments = asked.parse_args()
    photos = _photos(arguments.uploads * 2)
    scans = _scans(arguments.scans * 2, arguments.pages)
    with (
        with_stand_in(_ENTRY, "isolate") as worker,
        _watched(worker, collects=not arguments.garbage) as watch,
    ):
        kinds = {
            "start": list[bytes](),
            f"{arguments.uploads} uploads of 10 MB at once": photos[: arguments.uploads],
            f"{arguments.scans} scans of {arguments.pages} pages at once": scans[: arguments.scans],
            "both at once": [*photos[arguments.uploads :], *scans[arguments.scans :]],
        }
        rows = {name: _held(worker, watch, documents) for name, documents in kinds.items()}
    columns = [
        "while",
        "the isolate's peak (MB)",
        "JavaScript's heap",
        "buffers",
        "Python's heap behind it",
    ]
    lines = [[name, *(f"{value:.1f}" for value in values)] for name, values in rows.items()]
    most = max(values[0] for values in rows.values())
    text = f"{table(columns, lines)}\n\nTarget: a peak of {_TARGET_MB} MB."
    publish("isolate", f"{most:.0f} MB at its peak", rows, text, write=arguments.write)


def _held(worker: BenchWorker, watch: Watch, documents: Sequence[bytes]) -> list[float]:
    watch.begin()
    time.sleep(_LOOKING_SECONDS)
    if documents:
        with ThreadPoolExecutor(len(documents)) as pool:
            list(pool.map(partial(_read, worker), documents))
    headers = {"authorization": f"Bearer {TOKEN}"}
    heap = (
        httpx.get(f"{worker.url}/api/bench/heap", headers=headers, timeout=60)
        .raise_for_status()
        .json()["heap"]
    )
    held = watch.held
    return [each / _MB for each in (held.both + heap, held.heap, held.stores, heap)]


def _read(worker: BenchWorker, document: bytes) -> None:
    """Upload it as the page does, the bytes alone, and wait for its run."""
    headers = {"authorization": f"Bearer {TOKEN}", "x-file-name": "document"}
    answer = httpx.post(
        f"{worker.url}/api/receipts", content=document, headers=headers, timeout=_PATIENCE_SECONDS
    )
    client = Client(worker)
    client.wait(str(answer.raise_for_status().json()["runId"]))
    client.close()


@contextmanager
def _watched(worker: BenchWorker, *, collects: bool) -> Generator[Watch]:
    watch = Watch()
    words = [str(NODE), str(_INSPECTOR), str(worker.inspector_port)]
    if collects:
        words.append("collect")
    with subprocess.Popen(
        words,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        thread = threading.Thread(target=_follow, args=(watch, process.stdout), daemon=True)
        thread.start()
        try:
            yield watch
        finally:
            process.terminate()
            thread.join()


def _follow(watch: Watch, lines: Iterable[str] | None) -> None:
    for line in lines or ():
        watch.see(line)


def _photos(count: int) -> list[bytes]:
    """Photos of 10 MB: what stands behind a picture's end is read by nobody."""
    noise = numpy.random.default_rng(1).bytes(_UPLOAD_BYTES)
    return [photo + noise[: _UPLOAD_BYTES - len(photo)] for photo in islice(unique_photos(), count)]


def _scans(count: int, pages: int) -> list[bytes]:
    noise = numpy.random.default_rng(2).bytes(_PAGE_BYTES)
    page = next(unique_photos())
    page += noise[: _PAGE_BYTES - len(page)]
    return [
        scanned_pdf(
            *[[jpeg_scan(page + f"{scan:03d}{number:03d}".encode())] for number in range(pages)]
        )
        for scan in range(count)
    ]


if __name__ == "__main__":
    main()

"""How much memory the Worker holds after uploads and whole runs: Pyodide's heap, and workerd's resident memory.

Usage: python -m bench.heap [--uploads 100] [--write]
"""

from itertools import islice
from pathlib import Path

import httpx

from bench.client import Client, submit_at_once
from bench.measuring import workerds
from bench.photos import unique_photos
from bench.report import parser, publish, table
from bench.worker import TOKEN, BenchWorker, with_stand_in
from tests.support.invoice import invoice_pdf

_MB = 1024 * 1024
_TARGET_MB = 90
_CLIENTS = 8
INVOICE = ["EXAMPLE STATIONERS SDN BHD", "Date: 14/02/2026", "Paper      8.00", "TOTAL RM   8.00", "CASH       8.00"]
_ENTRY = Path(__file__).with_name("entries") / "heap_entry.py"


def main() -> None:
    asked = parser(__doc__)
    asked.add_argument("--uploads", type=int, default=100)
    arguments = asked.parse_args()
    with with_stand_in(_ENTRY, "heap") as worker:
        rows = measure(worker, arguments.uploads)
    columns = ["after", "Pyodide heap (MB)", "workerd, resident (MB)"]
    lines = [[name, f"{heap:.1f}", f"{resident:.0f}"] for name, (heap, resident) in rows.items()]
    text = f"{table(columns, lines)}\n\nTarget: heap under {_TARGET_MB} MB after a hundred uploads and runs."
    said = f"heap {rows[f'{arguments.uploads} uploads and runs'][0]:.0f} MB after {arguments.uploads} runs"
    publish(
        "heap",
        said,
        {name: {"heap MB": heap, "workerd MB": rss} for name, (heap, rss) in rows.items()},
        text,
        write=arguments.write,
    )


def measure(worker: BenchWorker, uploads: int) -> dict[str, tuple[float, float]]:
    """Heap and resident memory in MB, after each kind of work on top of the ones before."""
    rows = {"start": _memory(worker)}
    photos = unique_photos()
    client = Client(worker)
    run_id = ""
    for photo in islice(photos, uploads):
        run_id = client.upload(photo)
        client.wait(run_id)
    rows[f"{uploads} uploads and runs"] = _memory(worker)
    for path in ("/api/runs", f"/api/runs/{run_id}", "/api/expenses"):
        headers = {"authorization": f"Bearer {TOKEN}"}
        httpx.get(worker.url + path, headers=headers, timeout=60).raise_for_status()
    rows["the API's lists"] = _memory(worker)
    client.wait(client.upload(invoice_pdf(INVOICE)))
    rows["a digital PDF"] = _memory(worker)
    submit_at_once(worker, list(islice(photos, uploads)), _CLIENTS)
    rows[f"{uploads} uploads by {_CLIENTS} clients at once"] = _memory(worker)
    client.close()
    return rows


def _memory(worker: BenchWorker) -> tuple[float, float]:
    heap = int(httpx.get(f"{worker.url}/api/bench/heap", timeout=60).raise_for_status().json()["heap"])
    resident = max(process.resident_bytes for process in workerds(worker.group))
    return heap / _MB, resident / _MB


if __name__ == "__main__":
    main()

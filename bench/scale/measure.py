"""Measures anew what `python -m bench.scale` counts with: `python -m bench.scale.measure`.

Some hundred receipts live on the host, with the deployment's own code; the genuine D1 of wrangler
dev is asked the same statements, and says what it read and wrote. The CPU of a receipt is that of
docs/benchmarks.md.
"""

import asyncio
import json
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from bench.report import DOCUMENT, circumstances
from bench.scale.genuine import Genuine, Usage, genuine
from bench.scale.life import ARCHIVE_DAYS, COUNTS, LIST_PAGE, RECEIPTS, Life, Phase, live

FILE: Final = Path(__file__).with_name("measured.json")
_CPU: Final = re.compile(
    r"^\| CPU of workerd a run \(ms\) .*\| ([\d.]+) \| [\d.]+ \| [\d.]+ \|$", re.MULTILINE
)


def main() -> None:
    life = asyncio.run(live())
    with (
        tempfile.TemporaryDirectory(prefix="tillroll-bench-") as folder,
        genuine(Path(folder)) as databases,
    ):
        usages = _replayed(databases, life)
    found = {
        "measured": circumstances(),
        "receipts": RECEIPTS,
        "archive_days": ARCHIVE_DAYS,
        "page": LIST_PAGE,
        "phases": {phase.name: _said(phase, usages[phase.name]) for phase in life.phases},
        "cpu_ms_receipt": _cpu_of_a_receipt(),
    }
    FILE.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(FILE.read_text(encoding="utf-8"))


def _replayed(databases: Genuine, life: Life) -> Mapping[str, Usage]:
    databases.fill("DB", life.begins)
    usages: dict[str, Usage] = {}
    for phase in life.phases:
        usages[phase.name] = databases.replay("DB", phase.trips)
        print(f"{phase.name}: {usages[phase.name]}", flush=True)
    return usages


def _said(phase: Phase, used: Usage) -> dict[str, Any]:
    return {
        "trips": len(phase.trips),
        "statements": sum(len(trip.statements) for trip in phase.trips),
        "read": used.read,
        "written": used.written,
        **{name: phase.counts[name] for name in COUNTS},
        "bytes": phase.used,
        "entries": phase.entries,
        "object_bytes": phase.object_bytes,
    }


def _cpu_of_a_receipt() -> float:
    [found] = _CPU.findall(DOCUMENT.read_text(encoding="utf-8"))
    return float(found)


if __name__ == "__main__":
    main()

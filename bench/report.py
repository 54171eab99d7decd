"""Results as tables: printed, kept as JSON under .build/bench, and written between the marks of docs/benchmarks.md."""

import json
import os
import platform
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local.places import BUILD, ROOT

DOCUMENT = ROOT / "docs" / "benchmarks.md"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def circumstances() -> str:
    """When and on what something was measured, in one line."""
    model = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    load = os.getloadavg()[1]
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores ({model[1] if model else platform.machine()}), "
        f"load average at the end {load:.1f}"
    )


def publish(name: str, results: Mapping[str, Any], markdown: str, *, write: bool) -> None:
    """Print the tables, keep the results as JSON, and where wanted write the tables into docs/benchmarks.md."""
    text = f"{markdown}\n\nMeasured {circumstances()}."
    print(text)
    path = BUILD / "bench" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(results, indent=2), encoding="utf-8")
    if write:
        _replace_section(name, text)


def _replace_section(name: str, text: str) -> None:
    """Put the text between `<!-- NAME -->` and `<!-- /NAME -->`."""
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    document = DOCUMENT.read_text(encoding="utf-8")
    before, found, rest = document.partition(begin)
    if not found or end not in rest:
        raise LookupError(f"{DOCUMENT.name} has no section {begin} … {end}")
    DOCUMENT.write_text(f"{before}{begin}\n{text}\n{end}{rest.partition(end)[2]}", encoding="utf-8")

"""Results: printed, kept under .build/bench for `make bench`, and written between the marks of
docs/benchmarks.md.
"""

import io
import json
import os
import platform
import re
import subprocess
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local.places import BUILD, ROOT

DOCUMENT = ROOT / "docs" / "benchmarks.md"


def parser(description: str | None) -> ArgumentParser:
    """The parser of a script's arguments; all of them have --write."""
    made = ArgumentParser(description=description, formatter_class=RawDescriptionHelpFormatter)
    made.add_argument(
        "--write", action="store_true", help="put the figures into docs/benchmarks.md"
    )
    return made


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def circumstances() -> str:
    """When, of which commit and on what something was measured, in one line."""
    model = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    load = os.getloadavg()[1]
    return (
        f"{datetime.now(UTC):%Y-%m-%d} at {_commit()}, {os.cpu_count()} cores "
        f"({model[1] if model else platform.machine()}), load average at the end {load:.1f}"
    )


def publish(
    name: str, said: str, results: Mapping[str, Any], markdown: str, *, write: bool
) -> None:
    """Print the tables, keep the results as JSON with what they say in one line, and where wanted
    write the tables into docs/benchmarks.md.
    """
    print(markdown)
    figures = markdown if markdown.startswith("|") else f"```text\n{markdown}\n```"
    path = _kept(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"said": said, "results": results}, indent=2), encoding="utf-8")
    if write:
        _write_section(name, f"{figures}\n\nMeasured {circumstances()}.")


@contextmanager
def publishing(name: str, *, write: bool) -> Generator[None]:
    """Publish what is printed meanwhile; its last line says it in short."""
    printed = io.StringIO()
    try:
        with redirect_stdout(printed):
            yield
    except BaseException:
        print(printed.getvalue())
        raise
    text = printed.getvalue().strip()
    publish(name, text.split("\n")[-1], {}, text, write=write)


def kept(name: str) -> str:
    """What a script's last results say in one line."""
    return str(json.loads(_kept(name).read_text(encoding="utf-8"))["said"])


def _kept(name: str) -> Path:
    return BUILD / "bench" / f"{name}.json"


def _commit() -> str:
    """The commit, and whether something was changed since."""
    command = [
        "/usr/bin/env",
        "git",
        "-C",
        str(ROOT),
        "describe",
        "--always",
        "--dirty",
        "--abbrev=10",
    ]
    # an archive has no commit
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return found.stdout.strip() or "an unknown commit"


def _write_section(name: str, text: str) -> None:
    """Put the text between `<!-- NAME -->` and `<!-- /NAME -->`."""
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    document = DOCUMENT.read_text(encoding="utf-8")
    before, found, rest = document.partition(begin)
    if not found or end not in rest:
        raise LookupError(f"{DOCUMENT.name} has no section {begin} … {end}")
    DOCUMENT.write_text(f"{before}{begin}\n{text}\n{end}{rest.partition(end)[2]}", encoding="utf-8")

"""Runs every script that measures, one after the other, and prints one table: `make bench`, or
`python -m bench`.

Short lengths, some ten minutes on two quiet cores; with --write the full ones, and the figures go
into docs/benchmarks.md. A script that fails, or takes longer than its limit, does not stop the
others.
"""

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.report import kept, table
from tillroll_local.leftovers import processes_with

_STARTED_BY = "TILLROLL_BENCH"
_ENDING_SECONDS = 30
_LONGER = 8
"""How much longer a script may take at its full length."""


@dataclass(frozen=True)
class Script:
    """A script that measures. `short` are its arguments here, `full` those of --write, `needs` the
    option of the folder that it reads, and `limit` the seconds after which it is ended.
    """

    name: str
    what: str
    short: str = ""
    full: str = ""
    needs: str = ""
    limit: int = 120


_SCRIPTS = (
    Script("one_receipt", "what a receipt asks and leaves"),
    Script(
        "speed",
        "Python against JavaScript",
        "--starts 1 --turns 4 --rounds 1 --runs 48 --tries 1",
        limit=240,
    ),
    Script("step_cost", "a step by contract against a bare one", "--runs 8 --tries 1"),
    Script("heap", "memory of the Worker", "--uploads 40", limit=300),
    Script("isolate", "what the isolate holds under uploads and scans", "", limit=300),
    Script("limits", "heap and CPU of each step", "--uploads 6", limit=180),
    Script("equal_posts", "equal posts are one", "--posts 200"),
    Script("sealing", "sealing and verifying the audit", "--events 100000", limit=180),
    Script("ledger", "transfers of the ledger", "--transfers 200"),
    Script("bulk", "a bulk operation", "--runs 1000"),
    Script("ticks", "what ticks of the cron ask", "--idle 1000 --due 30"),
    Script(
        "databases",
        "three databases side by side against one",
        "--runs 30 --turns 2",
        limit=300,
    ),
    Script("archived", "archived runs: their bytes, and how they are found", "--runs 20000"),
    Script("finding", "finding expenses", "--expenses 20000 --repeats 3"),
    Script(
        "long_list",
        "a long list in the browser",
        "--expenses 5000 --pages 10 --repeats 2",
        limit=240,
    ),
    Script(
        "first_load", "a first and a second visit on slow 4G", "--expenses 3 --repeats 2", limit=240
    ),
    Script("generated", "invented receipts, read", "--count 200"),
    Script("generated_names", "invented names of shops, read", "--count 200", "--count 600"),
    Script("categories", "invented receipts, sorted", "--count 500 --noise 0"),
    Script("generated_roundings", "invented roundings, read", "--count 500"),
    Script(
        "generated_photos",
        "invented receipts, read by OCR",
        "--count 6 --wear 0.6",
        "--count 120",
        limit=180,
    ),
    Script("invoices.printed", "invented invoices, read by their print", "--count 100", limit=180),
    Script("matching", "bank lines, matched", "--seeds 1 20 --lines 5000", limit=300),
    Script("bank", "a bank's file, imported and booked", "--entries 2000", limit=240),
    Script(
        "throughput",
        "photos a minute, with OCR",
        "--photos 12 --rounds 1 --tries 1",
        needs="photos",
        limit=240,
    ),
    Script("photos_read", "photos read right", needs="photos", limit=900),
    Script("transcripts", "transcripts read right", needs="transcripts"),
    Script(
        "confidence", "how often a value is right that is so sure", needs="transcripts", limit=600
    ),
    Script("cross_validation", "what carries over to other shops", needs="transcripts", limit=900),
    Script("unseen_names", "names on harder copies", needs="transcripts", limit=300),
    Script("invoices", "invoices read right", needs="invoices", limit=300),
)


@dataclass(frozen=True)
class Result:
    said: str
    seconds: float | None
    result: str


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--photos", default="", help="a folder with img/ and truth.json")
    parser.add_argument(
        "--transcripts", default="", help="a folder of ID.txt with a truth.json in it"
    )
    parser.add_argument("--invoices", default="", help="a folder of PDF and XML files")
    parser.add_argument("--only", default="", help="names of scripts, with commas between them")
    parser.add_argument(
        "--write", action="store_true", help="full lengths, and the figures into docs/benchmarks.md"
    )
    asked = parser.parse_args()
    only = [name for name in asked.only.split(",") if name]
    if unknown := {*only} - {script.name for script in _SCRIPTS}:
        parser.error(f"no such script: {', '.join(sorted(unknown))}")
    results = {
        script: _run(
            script, getattr(asked, script.needs) if script.needs else "", write=asked.write
        )
        for script in _SCRIPTS
        if not only or script.name in only
    }
    rows = [
        [
            script.name,
            script.what,
            found.said,
            f"{found.seconds:.0f}" if found.seconds else "",
            found.result,
        ]
        for script, found in results.items()
    ]
    print("\n" + table(["script", "what", "values", "seconds", "result"], rows))
    if any(found.result.startswith("failed") for found in results.values()):
        raise SystemExit(1)


def _run(script: Script, folder: str, *, write: bool) -> Result:
    if script.needs and not folder:
        return Result("", None, f"not run: {script.needs.upper()}=FOLDER")
    given = (
        [folder, str(Path(folder) / "truth.json")]
        if script.needs == "transcripts"
        else [folder]
        if folder
        else []
    )
    lengths = (script.full if write else script.short).split()
    command = [
        sys.executable,
        "-m",
        f"bench.{script.name}",
        *given,
        *lengths,
        *(["--write"] if write else []),
    ]
    print(f"\n== {' '.join(command[1:])}", flush=True)
    began = time.monotonic()
    code, output = _watched(command, script.limit * (_LONGER if write else 1))
    seconds = time.monotonic() - began
    lines = [line for line in output.split("\n") if line.strip()] or ["it said nothing"]
    if code is None:
        return Result("", seconds, f"failed: not ready after {seconds:.0f} s")
    if code:
        return Result("", seconds, f"failed: {lines[-1]}")
    return Result(kept(script.name), seconds, "ran")


def _watched(command: Sequence[str], limit: float) -> tuple[int | None, str]:
    """Run a script, its output shown; the code (None where it was not ready in time), and the
    output.
    """
    environment = {**os.environ, _STARTED_BY: str(os.getpid()), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            output, _ = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            output, _ = _ended(process)
            print(output, flush=True)
            return None, output
        finally:
            _end_leftovers()
    print(output, flush=True)
    return process.returncode, output


def _ended(process: subprocess.Popen[str]) -> tuple[str, str | None]:
    """End a script as Ctrl-C does, so that it stops what it started; where that takes too long,
    kill it.
    """
    process.send_signal(signal.SIGINT)
    try:
        return process.communicate(timeout=_ENDING_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        _end_leftovers()
        return process.communicate()


def _end_leftovers() -> None:
    for pid in processes_with(_STARTED_BY, str(os.getpid())):
        with contextlib.suppress(ProcessLookupError):  # it may end by itself
            os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()

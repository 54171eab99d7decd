"""Hostile PDFs, then many honest ones beside busy processes, on a stack of its own: the Worker
answers all the while, and workerd is never started anew.

    python -m tests.hostile_pdfs --count 2000 --seed 7 [--folder PDFS]

Without a folder the honest ones are drawn, and the command says so.
"""

import argparse
import logging
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import Final

from tests.hostile_pdfs.files import File, found, hostile, many
from tests.support.health import HealthWatch
from tests.support.own_stack import own_stack
from tests.support.running_stack import RunningStack

_TOLD_EACH: Final = 100
_SETTLED: Final = ("complete", "needs_review", "failed")
_FATAL: Final = ("suffered a fatal error", "memory access out of bounds", "crashed unexpectedly")


@contextmanager
def busy(processes: int) -> Generator[None]:
    """So many processes that only compute."""
    started = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(processes)
    ]
    try:
        yield
    finally:
        for each in started:
            each.kill()
            each.wait()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.hostile_pdfs", description=__doc__)
    parser.add_argument("--folder", type=Path, help="honest PDFs, with those in folders below it")
    parser.add_argument(
        "--count", type=int, default=2_000, help="honest PDFs, each rewriting counted by itself"
    )
    parser.add_argument("--busy", type=int, default=4, help="processes that only compute meanwhile")
    parser.add_argument(
        "--seed",
        type=int,
        default=random.randrange(10**6),
        help="which damages and which rewritings",
    )
    options = parser.parse_args()
    logging.getLogger("httpx").setLevel(logging.WARNING)
    paths: Sequence[Path] = found(options.folder) if options.folder else []
    source = (
        f"{len(paths)} PDFs of {options.folder}"
        if paths
        else "drawn invoices, since no folder was given"
    )
    # It is what the command says.
    print(f"Honest ones: {source}. SEED={options.seed}", flush=True)
    files = chain(hostile(options.seed), islice(many(paths, options.seed), options.count))
    with (
        tempfile.TemporaryDirectory(prefix="hostile-pdfs-") as folder,
        own_stack(Path(folder) / "state") as (stack, _),
    ):
        wrong = prove(stack, files, options.busy)
        log = (stack.stack.logs / "wrangler.log").read_text(encoding="utf-8", errors="replace")
    wrong += [f"the log says: {phrase}" for phrase in _FATAL if phrase in log]
    # The same.
    print("\n".join(wrong) or "Proved: no fatal error, and no restart of workerd")
    return 1 if wrong else 0


def prove(stack: RunningStack, files: Iterator[File], processes: int) -> list[str]:
    """Hand all of them in, one after the other; return what went wrong."""
    ends, wrong, slowest = Counter[str](), list[str](), (0.0, "")
    with busy(processes), HealthWatch(stack) as health:
        for number, file in enumerate(files, start=1):
            begun = time.monotonic()
            answer = stack.upload(file.content, "invoice.pdf")
            if answer.status_code not in {200, 202}:
                ends[f"refused: {answer.json().get('code', answer.status_code)}"] += 1
                continue
            run = stack.wait_for_status(answer.json()["runId"], *_SETTLED)
            ends[f"{run['status']} {run['reason'] or ''}".strip()] += 1
            slowest = max(slowest, (time.monotonic() - begun, file.name))
            if run["status"] == "failed" or (
                file.must_be_unreadable and run["reason"] != "unreadable"
            ):
                wrong.append(f"{file.name}: {run['status']} {run['reason']} {run['error']}")
            if number % _TOLD_EACH == 0:
                print(f"{number}: {dict(ends)}", flush=True)
    print(f"{ends.total()} files: {dict(ends)}")
    print(
        f"The slowest took {slowest[0]:.1f} s ({slowest[1]}); health at most {health.slowest:.2f} s"
    )
    return wrong


if __name__ == "__main__":
    sys.exit(main())

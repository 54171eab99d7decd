"""`make at-once`: 25 requests about money at once, round after round, on the host and on the
genuine stack. Prints its seed, so that a failure can be repeated.
"""

import argparse
import asyncio
import logging
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.at_once.host import host_company
from tests.at_once.playing import Figures, play
from tests.at_once.stack import play_on_stack

_ROUNDS = 4


def main() -> None:
    parser = argparse.ArgumentParser(prog="make at-once", description=__doc__)
    parser.add_argument("--seeds", type=int, default=100, help="plays on the host")
    parser.add_argument("--http", type=int, default=5, help="plays on the genuine stack")
    parser.add_argument("--seed", default="", help="a whole number; without one, a new one is made")
    options = parser.parse_args()
    logging.disable(logging.ERROR)
    first = int(options.seed) if options.seed else random.randrange(10**6)
    _say(f"at once: {options.seeds} plays on the host, {options.http} by HTTP, SEED={first}")
    began = time.monotonic()
    host = asyncio.run(_on_host(first, options.seeds))
    _say(_line("host", host, time.monotonic() - began))
    began = time.monotonic()
    http = Figures()
    if options.http:
        with tempfile.TemporaryDirectory(prefix="at-once-") as folder:
            seeds = range(first, first + options.http)
            http = play_on_stack(Path(folder), seeds, rounds=_ROUNDS)
    _say(_line("by HTTP", http, time.monotonic() - began))
    broken = [*host.broken, *http.broken]
    if broken:
        _say("\n".join(broken[:20]))
        sys.exit(f"{len(broken)} requests were answered by a fault")
    _say(f"Proved: {host.requests + http.requests} requests in {host.plays + http.plays} plays")


async def _on_host(first: int, seeds: int) -> Figures:
    figures = Figures()
    for seed in range(first, first + seeds):
        async with host_company() as company:
            figures.add(await play(company, seed, rounds=_ROUNDS))
    return figures


def _line(where: str, figures: Figures, seconds: float) -> str:
    answers = ", ".join(f"{count} of {code}" for code, count in sorted(figures.codes.items()))
    counted = f"{figures.plays} plays, {figures.requests} requests in {seconds:.0f} s"
    return f"{where}: {counted}: {answers or 'none'}"


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()

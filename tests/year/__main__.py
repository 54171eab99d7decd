"""`make year`: a year of a firm from a seed, after the seeds that have failed once.

Prints its seed, so that it can be played again, and with --film writes the year as a page.
"""

import argparse
import asyncio
import logging
import random
import sys
from pathlib import Path

from tests.year.failed import failed_seeds
from tests.year.film import film_of
from tests.year.journal import FAULT, OPERATION
from tests.year.playing import Played, Size, play

_MOST_LISTED = 60


def main() -> None:
    """Play, and say what the year came to."""
    parser = argparse.ArgumentParser(prog="make year", description=__doc__)
    parser.add_argument("--months", type=int, default=12, help="of the year, from January on")
    parser.add_argument("--people", type=int, default=50, help="employees of the firm")
    parser.add_argument("--receipts", type=int, default=5_000, help="in a whole year")
    parser.add_argument("--seed", default="", help="a whole number; without one, a new one is made")
    parser.add_argument("--film", default="", help="the file that the film is written to")
    options = parser.parse_args()
    logging.disable(logging.ERROR)
    if not options.seed:
        for each in failed_seeds():
            _say(f"seed {each.seed}, which found: {each.found}")
            _played(each.seed, each.size, "")
    seed = int(options.seed) if options.seed else random.randrange(10**6)
    size = Size(people=options.people, receipts=options.receipts, months=options.months)
    _say(f"year: {size.months} months of a firm of {size.people}, SEED={seed}")
    played = _played(seed, size, options.film)
    _tell(played)


def _played(seed: int, size: Size, film: str) -> Played:
    async def act() -> tuple[Played, str]:
        played = await play(seed, size, _say)
        return played, await film_of(played) if film else ""

    try:
        played, page = asyncio.run(act())
    except AssertionError as error:
        sys.exit(f"SEED={seed}: {error}")
    if film:
        path = Path(film)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8")
        _say(f"its film: {path}")
    return played


def _tell(played: Played) -> None:
    for kind in (FAULT, OPERATION):
        counts = played.journal.of_kind(kind)
        _say(f"{sum(counts.values())} of the kind {kind}:")
        for what, count in counts.most_common(_MOST_LISTED):
            _say(f"  {count} {what}")
    for what, count in played.figures.items():
        _say(f"{count} {what}")
    faults = sum(played.journal.of_kind(FAULT).values())
    _say(
        f"Proved: {played.figures['receipts']} receipts of {played.size.months} months, "
        f"{faults} faults, in {played.seconds:.0f} s of a processor, SEED={played.seed}"
    )


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()

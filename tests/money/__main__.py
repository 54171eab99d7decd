"""`make money`: payouts and claims on the genuine engine, at every moment of which everything is
killed, round after round. Prints its seed, so that a failure can be repeated.
"""

import argparse
import logging
import random
import tempfile
from functools import partial
from pathlib import Path

from tests.money.rounds import run_rounds


def main() -> None:
    parser = argparse.ArgumentParser(prog="make money", description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--seed", default="", help="a whole number; without one, a new one is made")
    options = parser.parse_args()
    logging.getLogger("httpx").setLevel(logging.WARNING)
    seed = int(options.seed) if options.seed else random.randrange(10**6)
    # It is what the command says.
    print(f"money: {options.rounds} rounds, SEED={seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="money-") as folder:
        figures = run_rounds(Path(folder), options.rounds, seed, partial(print, flush=True))
    print("\n".join(figures.lines()))
    proved = f"{figures.rounds} kills, {len(figures.payouts)} payouts, {len(figures.claims)} claims"
    print(f"Proved: {proved}")


if __name__ == "__main__":
    main()

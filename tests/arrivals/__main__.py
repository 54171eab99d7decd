"""`make arrivals`: what comes from outside, on the genuine stack: a burst of events, and deaths
between accepting and starting. Prints its seed, so that a failure can be repeated.
"""

import argparse
import random
import tempfile
from pathlib import Path

from tests.arrivals.burst import run_burst
from tests.arrivals.deaths import run_rounds


def main() -> None:
    parser = argparse.ArgumentParser(prog="make arrivals", description=__doc__)
    parser.add_argument("--events", type=int, default=5_000, help="of the burst; 0 leaves it out")
    parser.add_argument("--rounds", type=int, default=30, help="of deaths; 0 leaves them out")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seed", default="")
    options = parser.parse_args()
    seed = int(options.seed) if options.seed else random.randrange(10**6)
    print(f"arrivals: SEED={seed}")
    proved: list[str] = []
    if options.events:
        with tempfile.TemporaryDirectory(prefix="burst-") as folder:
            figures = run_burst(Path(folder), options.events, options.clients, seed, print)
        print("\n".join(figures.lines()))
        proved.append(f"{figures.events} events")
    if options.rounds:
        with tempfile.TemporaryDirectory(prefix="deaths-") as folder:
            told = run_rounds(Path(folder), options.rounds, seed, print)
        print("\n".join(told.lines()))
        proved.append(f"{told.rounds} kills")
    print(f"Proved: {', '.join(proved)}")


if __name__ == "__main__":
    main()

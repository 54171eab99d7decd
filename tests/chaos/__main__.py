"""`make chaos`: kill -9 of the genuine stack at random moments. Prints its seed, so that a failure
can be repeated.
"""

import argparse
import random
import tempfile
from pathlib import Path

from tests.chaos.rounds import run_rounds


def main() -> None:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--in-flight", type=int, default=50)
    parser.add_argument("--seed", default="")
    options = parser.parse_args()
    seed = int(options.seed) if options.seed else random.randrange(10**6)
    print(f"chaos: {options.rounds} rounds, SEED={seed}")
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        figures = run_rounds(Path(folder), options.rounds, options.in_flight, seed, print)
    print("\n".join(figures.lines()))
    print(f"Proved: {len(figures.lives)} kills, {sum(figures.states.values())} runs")


if __name__ == "__main__":
    main()

"""`make moves`: an account moves between three databases on the genuine stack, while its owner
uploads. In each round but the first everything is killed. Prints its seed, so that a failure can be
repeated.
"""

import argparse
import random
import tempfile
from pathlib import Path

from tests.moves.rounds import run_rounds


def main() -> None:
    parser = argparse.ArgumentParser(prog="make moves", description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--expenses", type=int, default=10_000, help="that it has before")
    parser.add_argument("--seed", default="")
    options = parser.parse_args()
    seed = random.randrange(10**6)
    if options.seed:
        seed = int(options.seed)
    print(f"moves: SEED={seed}")
    with tempfile.TemporaryDirectory(prefix="moves-") as folder:
        figures = run_rounds(
            Path(folder),
            rounds=options.rounds,
            expenses=options.expenses,
            seed=seed,
            say=print,
        )
    print("\n".join(figures.lines()))
    print(f"Proved: {options.rounds} moves, {figures.kills} kills, {figures.uploads} uploads")


if __name__ == "__main__":
    main()

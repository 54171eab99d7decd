"""`make engine`: payouts on the genuine engine, at every moment of which everything is killed,
round after round.
"""

import argparse
import random
import tempfile
from functools import partial
from pathlib import Path

from tests.engine.rounds import KILL, SAVE, run_rounds


def main() -> None:
    parser = argparse.ArgumentParser(prog="make engine", description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--seed", default="")
    options = parser.parse_args()
    seed = int(options.seed) if options.seed else random.randrange(10**6)
    print(f"engine: {options.rounds} rounds and one with a save, SEED={seed}")
    with tempfile.TemporaryDirectory(prefix="engine-") as folder:
        figures = run_rounds(
            Path(folder), [SAVE, *[KILL] * options.rounds], seed, partial(print, flush=True)
        )
    print("\n".join(figures.lines()))
    print(
        f"Proved: {len(figures.disturbed)} rounds, {figures.runs} runs, {figures.done} calls each "
        "done once"
    )


if __name__ == "__main__":
    main()

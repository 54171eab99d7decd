"""`make moves`: an account moves between databases on the genuine stack: one while its owner
uploads, another while it pays and writes its books. In each round but the first everything is
killed. Prints its seed, so that a failure can be repeated.
"""

import argparse
import random
import tempfile
from pathlib import Path

from tests.moves.paying import move_while_it_pays
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
            Path(folder) / "uploads",
            rounds=options.rounds,
            expenses=options.expenses,
            seed=seed,
            say=print,
        )
        paid = move_while_it_pays(
            Path(folder) / "payouts", rounds=options.rounds, seed=seed, say=print
        )
    print("\n".join([*figures.lines(), paid.line()]))
    moves = figures.moves.total() + paid.moves.total()
    kills = figures.kills + paid.kills
    print(
        f"Proved: {moves} moves, {kills} kills, {figures.uploads} uploads, "
        f"{len(paid.payouts)} payouts, {paid.documents} documents"
    )


if __name__ == "__main__":
    main()

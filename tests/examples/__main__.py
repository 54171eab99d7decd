"""`make examples`: a run of each example in a project of the built wheel, on the genuine stack.
Their other sides fail, and everything is killed, round after round.
"""

import argparse
import random
import tempfile
from pathlib import Path

from local.wheel import build
from tests.examples.laying import lay
from tests.examples.other_side import OtherSides
from tests.examples.rounds import Rounds
from tests.wheel.project import Environment


def main() -> None:
    parser = argparse.ArgumentParser(prog="make examples", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", default="")
    options = parser.parse_args()
    seed = int(options.seed) if options.seed else random.randrange(10**6)
    print(f"examples: {options.rounds} rounds, SEED={seed}", flush=True)
    with _folder() as name, OtherSides(seed) as side:
        folder = Path(name)
        environment = Environment(folder / "env", build(folder / "dist"), extra="dev")
        project = lay(folder, environment, side.url)
        rounds = Rounds(project, side, seed)
        try:
            rounds.play(options.rounds)
        finally:
            project.kill()
    figures = rounds.figures
    print("\n".join(figures.lines()))
    print(f"Proved: {figures.kills} kills, {figures.runs} runs, {figures.effects} effects")


def _folder() -> tempfile.TemporaryDirectory[str]:
    """An empty folder. What makes a snapshot may be at it still, when all else has ended."""
    return tempfile.TemporaryDirectory(prefix="examples-", ignore_cleanup_errors=True)


if __name__ == "__main__":
    main()

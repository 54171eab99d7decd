"""Sets of disturbances and errors in the stories of every kind, drawn by a seed: `make triples`."""

# A command's output.

import argparse
import itertools
import logging
import secrets
import sys
import time
import warnings

from tests.simulation.triples.drawing import Drawing, stories_of
from tillroll_testing.stories.search import play_pair


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=300, help="how long new sets are begun")
    parser.add_argument(
        "--seed", type=int, help="which sets are drawn; without it, others each time"
    )
    parser.add_argument(
        "--kinds",
        default="",
        help="of these kinds only, such as receipt,mail; core is its own payout",
    )
    parser.add_argument("--set", type=int, help="play the seed's set of this number only")
    asked = parser.parse_args()
    logging.disable(logging.CRITICAL)
    # What a broken play leaves behind is not what is looked for.
    warnings.simplefilter("ignore")
    stories = stories_of([name for name in asked.kinds.split(",") if name])
    if not stories:
        parser.error(f"there is no kind {asked.kinds}: tests/simulation/kinds has them")
    drawing, seed = (
        Drawing(stories),
        secrets.randbelow(1_000_000) if asked.seed is None else asked.seed,
    )
    print(f"SEED={seed}", flush=True)
    broken: dict[str, int] = {}
    played, until = 0, time.monotonic() + asked.seconds
    for number in itertools.count() if asked.set is None else [asked.set]:
        if asked.set is None and time.monotonic() >= until:
            break
        drawn = drawing.draw(seed, number)
        says = play_pair(drawn)
        played += 1
        if says is not None and says not in broken:
            print(f"- SEED={seed} SET={number} {drawn}\n  {says}", flush=True)
        if says is not None:
            broken[says] = broken.get(says, 0) + 1
    print(
        f"SEED={seed}: {played} sets of {len(stories)} stories; {sum(broken.values())} broke in "
        f"{len(broken)} ways"
    )
    print(f"Proved: {played} sets")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())

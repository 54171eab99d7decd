"""Pairs of disturbances and errors in the simulation: `make pairs`."""

# A command's output.

import argparse
import logging
import secrets
import sys
import warnings

from tests.simulation.stories import PAYOUTS
from tests.simulation.stories.receipts import RECEIPTS
from tillroll_testing.stories.search import all_pairs, play_pair, search


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=300, help="how long new pairs are begun")
    parser.add_argument("--seed", default="", help="the order of the pairs; without it, a new one")
    parser.add_argument("--pair", default="", help="play this one only")
    asked = parser.parse_args()
    logging.disable(logging.CRITICAL)
    # What a broken play leaves behind is not what is looked for.
    warnings.simplefilter("ignore")
    pairs = all_pairs([*RECEIPTS, *PAYOUTS])
    if asked.pair:
        says = play_pair(pairs[int(asked.pair)])
        print(f"{pairs[int(asked.pair)]}\n  {says or 'everything holds'}")
        return 1 if says else 0
    seed = int(asked.seed or secrets.randbelow(1_000_000))
    print(f"SEED={seed}", flush=True)
    searched = search(
        pairs,
        seed,
        seconds=asked.seconds,
        count=len(pairs),
        tell=lambda finding: print(f"- {finding}", flush=True),
    )
    print(
        f"SEED={seed}: {searched.played} of {searched.total} pairs played; something broke in "
        f"{searched.broken} of "
        f"them, in {len(searched.findings)} ways"
    )
    print(f"Proved: {searched.played} of {searched.total} pairs")
    return 1 if searched.findings else 0


if __name__ == "__main__":
    sys.exit(main())

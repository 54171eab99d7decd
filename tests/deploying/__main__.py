"""`make deployments`: calls of a first deployment and of an update, on a fake of Cloudflare's API, fail, are answered
by "too many", or lose their answer; then the same command goes on. Prints its seed, by which a failure is repeated."""

import argparse
import random
import tempfile
from pathlib import Path

from tests.deploying.campaign import cases_of, play_case, plays


def main() -> None:
    parser = argparse.ArgumentParser(prog="make deployments", description=__doc__)
    parser.add_argument("--cases", type=int, default=12, help="how many; 0 takes every call in every way")
    parser.add_argument("--seed", default="", help="a whole number; without one, a new one is made")
    options = parser.parse_args()
    seed = int(options.seed) if options.seed else random.randrange(10**6)
    print(f"deployments: SEED={seed}", flush=True)  # noqa: T201 - it is what the command says
    played = 0
    with tempfile.TemporaryDirectory(prefix="deployments-") as folder:
        for play in plays(Path(folder)):
            print(f"{play.story}: {len(play.calls)} calls undisturbed", flush=True)  # noqa: T201
            for case in cases_of(play, (options.cases + 1) // 2, seed):
                print(play_case(case), flush=True)  # noqa: T201
                played += 1
    print(f"Proved: {played} calls went wrong, and each time the same command went on to the same end")  # noqa: T201


if __name__ == "__main__":
    main()

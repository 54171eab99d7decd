"""`make deployments`: calls of a first deployment, of an update and of one that begins on the plan
Free, on a fake of Cloudflare's API, fail, are answered by "too many", or lose their answer; then
the same command goes on. Prints its seed, by which a failure is repeated.
"""

import argparse
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.deploying.campaign import Result, cases_of, play_case, plays


def main() -> None:
    parser = argparse.ArgumentParser(prog="make deployments", description=__doc__)
    parser.add_argument(
        "--cases", type=int, default=12, help="how many; 0 takes every call in every way"
    )
    parser.add_argument("--seed", default="", help="a whole number; without one, a new one is made")
    parser.add_argument(
        "--part", default="1/1", help="of all cases only a part, such as the second of ten: 2/10"
    )
    options = parser.parse_args()
    seed = int(options.seed) if options.seed else random.randrange(10**6)
    part, parts = (int(word) for word in options.part.split("/"))
    _print(f"deployments: SEED={seed}")
    results: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="deployments-") as folder:
        stories = list(plays(Path(folder)))
        cases = [
            case
            for play in stories
            for case in cases_of(play, -(-options.cases // len(stories)), seed)
        ]
        for play in stories:
            _print(f"{play.story}: {len(play.calls)} calls undisturbed")
        for case in cases[part - 1 :: parts]:
            result = play_case(case)
            _print(f"{result}")
            results.append(result)
    _tell(results)


def _tell(results: list[Result]) -> None:
    """The sums, and the faults once more. Ends the process with 1 where there are any."""
    counts = Counter((each.case.kind, bool(each.stop)) for each in results)
    for (kind, has_stopped), count in sorted(counts.items()):
        ending = "stopped the command" if has_stopped else "that wrangler tried again by itself"
        _print(f"{kind}: {count} {ending}")
    faults = [each for each in results if each.fault]
    for each in faults:
        _print(f"{each}")
    if faults:
        sys.exit(
            f"{len(faults)} of {len(results)} calls that went wrong: the same command did not go on"
        )
    _print(
        f"Proved: {len(results)} calls went wrong, and each time the same command went on to the "
        "same end"
    )


def _print(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()

"""`make fuzz`: hostile requests of everybody and hostile files against the genuine stack. Prints
its seed, so that a failure repeats.
"""

import argparse
import logging
import random
import tempfile
from pathlib import Path

from tests.fuzz.campaign import Size, run_campaign
from tests.fuzz.crafted_files import crafted_files
from tests.support.own_stack import own_stack


def main() -> None:
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--seed", default="", help="a whole number; without one, a new one is made")
    parser.add_argument(
        "--examples", type=int, default=65, help="random requests for each operation"
    )
    parser.add_argument(
        "--files", type=int, default=200, help="damaged files, and three times as many own requests"
    )
    parser.add_argument(
        "--health-seconds", type=float, default=1.0, help="the longest that health may take"
    )
    options = parser.parse_args()
    logging.getLogger("httpx").setLevel(logging.WARNING)
    seed = int(options.seed) if options.seed else random.randrange(10**6)
    print(f"fuzz: {options.examples} examples, {options.files} files, SEED={seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        size = Size(options.examples, 3 * options.files, options.files, len(crafted_files()))
        with own_stack(Path(folder) / "fuzz") as (stack, _):
            outcome = run_campaign(stack, Path(folder), seed, size)
    print("\n".join(outcome.described.lines()))
    taken = f"files: {outcome.files}, of which {outcome.runs} were taken and none failed"
    # It is what the command says.
    print(f"own requests: {outcome.own_requests}; {taken}")
    # It is what the command says.
    print(f"the longest that health took: {outcome.slowest_health:.2f} s")
    if outcome.slowest_health > options.health_seconds:
        parser.exit(1, f"health took {outcome.slowest_health:.2f} s\n")
    requests = outcome.described.total + outcome.own_requests
    # It is what the command says.
    print(f"Proved: {requests} requests, {outcome.files} files")


if __name__ == "__main__":
    main()

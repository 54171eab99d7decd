"""`make test` and `make units` run by this: it prints what they take, and fails where that is a
third above the record.

    python -m tests.cost NAME COMMAND …                       run it, print its cost, and compare it
    python -m tests.cost --record WHERE NAME COMMAND …        put its cost into recorded.json,
                                                              if it passes

NAME is that of the record. WHERE says on which machine it was measured; without a word nothing is
recorded. The exit status is the command's, or 1 where it costs too much.
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from tests.cost.measuring import measure
from tests.cost.recorded import is_too_much, load, report, store


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.cost", description=__doc__)
    parser.add_argument("--record", metavar="WHERE", default="")
    parser.add_argument("name")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    asked = parser.parse_args(words)
    if not asked.command:
        parser.error("say which command to run")
    cost = measure(asked.command)
    record = load().get(asked.name)
    sys.stdout.write(f"{report(asked.name, cost, record)}\n")
    if cost.status != 0:
        return cost.status if cost.status > 0 else 128 - cost.status
    if asked.record:
        store(asked.name, cost, f"{datetime.now(UTC):%Y-%m-%d}, {asked.record}")
        return 0
    return 1 if record is not None and is_too_much(cost, record) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

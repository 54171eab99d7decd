"""Hold an engine to the recovery rules: `python -m tillroll_testing.conformance MODULE:ADAPTER`.

The adapter is called with a folder and the address of the other side. What came of each rule is
printed, and the exit status is 1 where one is broken.
"""

import argparse
import sys
import tempfile
from importlib import import_module
from pathlib import Path

from tillroll_testing.conformance.rules import ASKED
from tillroll_testing.conformance.suite import Played, play


def main() -> int:
    """Play all scenes with the adapter that is named."""
    parser = argparse.ArgumentParser(
        prog="python -m tillroll_testing.conformance",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("adapter", help="such as my_engine:MyAdapter")
    module, _, name = parser.parse_args().adapter.partition(":")
    with tempfile.TemporaryDirectory(prefix="conformance-") as folder:
        played = play(getattr(import_module(module), name), Path(folder), tell=_print)
    report(played)
    return int(bool(played.broken))


def report(played: Played) -> None:
    """Print what came of each rule."""
    for number, came in played.rules.items():
        word = "held"
        if came.broken:
            word = "broken"
        elif came.not_offered:
            word = f"not offered: {came.not_offered[0]}"
        _print(f"R{number} {word} ({came.scenes} scenes). {ASKED[number]}")
        for each in came.broken:
            _print(f"    {each}")


def _print(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a report


if __name__ == "__main__":
    sys.exit(main())

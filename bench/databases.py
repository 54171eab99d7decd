"""Three databases side by side against one: `python -m bench.databases [--runs N] [--turns N]`.

The genuine local stack with three databases. By turns, clients state expenses without a picture:
all of one account, which is in one database; then as many of three accounts, which are in three. A
turn ends when each run has ended. What is compared is runs a second.
"""

import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Final

from bench.report import parser, publish, table
from tests.support.running_stack import RunningStack, wait_until

_DATABASES: Final = (1, 2, 3)
_CLIENTS: Final = 6
_PATIENCE_SECONDS: Final = 600.0


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--runs", type=int, default=120, help="of a turn")
    options.add_argument("--turns", type=int, default=5, help="of each side")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="tillroll-bench-") as folder:
        stack = RunningStack(Path(folder), databases=len(_DATABASES))
        stack.start()
        try:
            owners = [stack.in_database(number) for number in _DATABASES]
            _seconds_for(owners, runs=asked.runs, turn=0)  # what is loaded once
            one: list[float] = []
            three: list[float] = []
            for turn in range(1, asked.turns + 1):
                one.append(asked.runs / _seconds_for(owners[:1], runs=asked.runs, turn=turn))
                three.append(asked.runs / _seconds_for(owners, runs=asked.runs, turn=-turn))
        finally:
            stack.stop()
    _publish(one, three, write=asked.write)


def _seconds_for(owners: list[RunningStack], *, runs: int, turn: int) -> float:
    """How long so many runs take, which these accounts share."""
    before = [_ended(owner) for owner in owners]
    began = time.monotonic()

    def state(number: int) -> None:
        stated = {
            "merchant": f"Shop {number % 7}",
            "date": "2026-03-05",
            "total": f"{1_000 * (abs(turn) + 1) + number}.{50 + turn:02}",
            "currency": "EUR",
            "reason": "the receipt is lost",
        }
        owners[number % len(owners)].ask("/api/vouchers", **stated).raise_for_status()

    with ThreadPoolExecutor(_CLIENTS) as clients:
        for _ in clients.map(state, range(runs)):
            pass
    wait_until(
        lambda: sum(map(_ended, owners)) - sum(before) >= runs,
        "the runs to end",
        seconds=_PATIENCE_SECONDS,
    )
    return time.monotonic() - began


def _ended(owner: RunningStack) -> int:
    [row] = owner.d1("SELECT COUNT(*) AS number FROM runs WHERE status = 'complete'")
    return int(row["number"])


def _publish(one: list[float], three: list[float], *, write: bool) -> None:
    ratios = [beside / alone for alone, beside in zip(one, three, strict=True)]
    rows = [
        ["one database", f"{median(one):.1f}", ""],
        ["three databases", f"{median(three):.1f}", f"**{median(ratios):.2f}**"],
    ]
    said = f"three databases take {median(ratios):.2f} as many runs a second as one"
    results = {"one": one, "three": three, "ratio": median(ratios)}
    header = ["runs of", "runs a second", "of one database"]
    publish("databases", said, results, table(header, rows), write=write)


if __name__ == "__main__":
    main()

"""The genuine stack with the tally in it, a source that starts it, and what must hold of what
came.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.arrivals.tally.workflow import TABLE
from tests.support.own_kind import add_kind
from tests.support.own_stack import own_stack
from tests.support.running_stack import RunningStack

_PACKAGE = Path(__file__).parent / "tally"
_MAPPING = {
    "rules": [
        {
            "when": {"/type": "tally"},
            "start": {"kind": "tally", "params": {"number": {"pointer": "/number"}}},
        },
        {
            "when": {"/type": "receipt"},
            "start": {"kind": "receipt", "params": {"receiptId": {"pointer": "/receipt"}}},
        },
    ]
}


def _unchanged(_source: Path) -> None:
    pass


@contextmanager
def arrival_stack(
    state: Path, change: Callable[[Path], None] = _unchanged
) -> Generator[RunningStack]:
    """A started stack; `change` is done to its copied sources before."""

    def changed(source: Path) -> None:
        add_kind(source, _PACKAGE, "TALLY")
        change(source)

    with own_stack(state, change=changed) as (
        stack,
        _,
    ):
        stack.d1(TABLE)
        yield stack


def set_up_source(stack: RunningStack) -> dict[str, Any]:
    """A source whose events start what they name, as the API answers it, with its secret."""
    asked = {"name": "Acme", "scheme": {"name": "standard-webhooks"}, "mapping": _MAPPING}
    return stack.ask("/api/inbound-sources", **asked).raise_for_status().json()


def event_of(number: int, receipt: str | None = None) -> dict[str, object]:
    """An event that has its number counted, or a stored receipt read."""
    return (
        {"type": "tally", "number": number}
        if receipt is None
        else {"type": "receipt", "receipt": receipt}
    )


def check_events(stack: RunningStack, ids: dict[int, set[str]], count: int) -> None:
    """Assert that every event that was accepted is stored once, under the id of its answers, and
    has begun one run.

    Raises:
        AssertionError: one of them was not; the message says which.
    """
    answered = {number: next(iter(each)) for number, each in ids.items() if len(each) == 1}
    assert len(answered) == len(ids) == count, (
        "the same event was answered under two ids, or one was not accepted"
    )
    rows = stack.d1("SELECT id, event_id, state, run_id, why FROM inbound_events")
    stored = {str(row["event_id"]): str(row["id"]) for row in rows}
    assert len(rows) == len(stored) == count, (
        f"{count} events were accepted, {len(rows)} are stored"
    )
    assert stored == {f"evt_{number}": row_id for number, row_id in answered.items()}, (
        "another event is stored"
    )
    other = [row for row in rows if row["state"] != "started"]
    assert not other, f"{len(other)} events started nothing: {other[:3]}"
    assert len({row["run_id"] for row in rows}) == count, "two events share a run"


def check_tally(stack: RunningStack, numbers: set[int]) -> None:
    """Assert that each number was counted once, by a run of its own, and no other number was.

    Raises:
        AssertionError: one was not; the message says which.
    """
    rows = stack.d1("SELECT number, count(*) AS n FROM tallied GROUP BY number")
    twice = [row for row in rows if row["n"] != 1]
    assert not twice, f"counted twice: {twice[:5]}"
    counted = {int(row["number"]) for row in rows}
    assert counted == numbers, f"not counted, or never sent: {sorted(numbers ^ counted)[:5]}"
    (runs,) = stack.d1(
        "SELECT count(*) AS n, sum(state = 'counted') AS ended FROM runs WHERE kind = 'tally'"
    )
    assert (runs["n"], runs["ended"]) == (len(numbers), len(numbers)), (
        f"{runs} runs for {len(numbers)} numbers"
    )

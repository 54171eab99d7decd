"""What must hold after chaos: every acknowledged upload has its end, once, and the record tells of
all of it.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from tests.chaos.clients import Promise
from tests.support.audits import check_audit
from tests.support.running_stack import RunningStack
from tests.support.webhook_receiver import LocalReceiver

# Runs on which something is still to happen by itself.
_UNSETTLED = """
    SELECT runs.id, runs.state, runs.generation, runs.cancel_kind, runs.paused_at,
        decisions.decision FROM runs
    LEFT JOIN reviews ON reviews.run_id = runs.id
    LEFT JOIN review_decisions decisions ON decisions.review_id = reviews.id
    WHERE runs.status = 'processing' OR runs.state = 'expense_created'
      OR (runs.status = 'needs_review' AND (runs.cancel_kind IS NOT NULL
          OR decisions.decision IS NOT NULL))
"""
_STATES_BY_DECISION = {
    "approve": {"notified", "cancelled"},
    "reject": {"rejected", "cancelled"},
    None: None,
}


def unsettled(stack: RunningStack) -> list[dict[str, Any]]:
    return stack.d1(_UNSETTLED)


def check_promises(
    stack: RunningStack, promises: Mapping[str, Promise], receiver: LocalReceiver
) -> Counter[str]:
    """Assert all of it; return how many runs ended in which state."""
    runs = {row["id"]: row for row in stack.d1("SELECT id, state, status, cancel_kind FROM runs")}
    assert set(promises) <= set(runs), "an acknowledged upload is lost"
    for run_id, promise in promises.items():
        _check_end(runs[run_id], promise)
    told = {run_id for run_id, run in runs.items() if run["state"] == "notified"}
    with_expense = [row["run_id"] for row in stack.d1("SELECT run_id FROM expenses")]
    assert sorted(with_expense) == sorted(told), "a finished run has not exactly one expense"
    assert set(receiver.ids_by_run) == told, (
        "the receiver was told of something else than the expenses"
    )
    # That an expense was approved, which a confirmation can do, is another event.
    created = [
        [each for each in ids if each.endswith("_expense.created")]
        for ids in receiver.ids_by_run.values()
    ]
    assert all(len(ids) == 1 for ids in created), "an event was delivered under two ids"
    paid_twice = stack.d1(
        "SELECT run_id FROM ai_calls WHERE state IN ('completed', 'rolled_back') GROUP BY run_id "
        "HAVING count(*) > 1"
    )
    assert paid_twice == []
    for run_id, run in runs.items():
        if run["status"] == "failed":
            _check_explanation(stack.run(run_id))
    check_audit(stack, {run_id: str(run["state"]) for run_id, run in runs.items()})
    return Counter(str(run["state"]) for run in runs.values())


def _check_end(run: Mapping[str, Any], promise: Promise) -> None:
    """A run ends as its owner was promised. A request whose answer was lost may have been heard all
    the same.
    """
    if run["status"] == "failed":
        return
    if promise.is_cancelled:
        assert run["state"] == "cancelled", f"{run} was cancelled"
    elif run["state"] == "cancelled":
        assert run["cancel_kind"] == "cancel", f"nobody asked {run} to end"
    elif promise.is_unsure:
        expected = _STATES_BY_DECISION[promise.decision]
        assert expected is None or run["state"] in expected, (
            f"{run} was decided: {promise.decision}"
        )
    else:
        assert run["state"] == "notified", f"{run} has no end"


def _check_explanation(run: Mapping[str, Any]) -> None:
    assert run["whatHappened"].startswith("The step "), run
    assert run["tried"], run
    assert run["nextSafeAction"] != "wait", run

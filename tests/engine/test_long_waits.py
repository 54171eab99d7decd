"""Waits of thirty days on the genuine engine: gone through at once by its introspection, and really
begun.
"""

import re
from datetime import datetime, timedelta
from typing import Any

from tests.engine.payout.contract import CHASE
from tests.engine.payout_stack import confirm, engine_of, introspection, reach
from tests.engine.payouts import Payouts
from tests.support.running_stack import RunningStack, wait_until

THIRTY_DAYS = 30 * 86400
NO_SLEEP = {"type": "disableSleeps"}
# The engine's name for the first wait of the signal: src/tillroll_durable/_execution/waits.py.
NO_SIGNAL = {"type": "forceEventTimeout", "step": {"name": "signal confirm-1: wait 1"}}


def waits_of(stack: RunningStack, run_id: str, kind: str) -> list[tuple[str, timedelta]]:
    """How each wait of a kind ended, and how long it was to last."""
    rows = stack.d1(f"SELECT * FROM run_waits WHERE run_id = '{run_id}' AND kind = '{kind}'")
    return [
        (
            row["outcome"],
            datetime.fromisoformat(row["until"]) - datetime.fromisoformat(row["began_at"]),
        )
        for row in rows
    ]


def test_sixty_days_of_sleep_and_waiting_pass_within_a_tests_patience(payouts: Payouts) -> None:
    stack = payouts.stack
    with introspection(stack, NO_SLEEP, NO_SIGNAL):
        run_id = payouts.begin_and_reach(
            "continued", rest_seconds=THIRTY_DAYS, confirm_within_seconds=THIRTY_DAYS
        )
    assert waits_of(stack, run_id, "timer") == [("over", timedelta(days=30))]
    assert waits_of(stack, run_id, "signal") == [("timed_out", timedelta(days=30))]
    assert engine_of(stack).status(f"{run_id}-1") == "complete"


def test_a_payout_really_sleeps_for_thirty_days_and_says_until_when(payouts: Payouts) -> None:
    stack = payouts.stack
    run_id = payouts.begin_and_reach("resting", rest_seconds=THIRTY_DAYS)
    (wait,) = [item for item in timeline(stack, run_id) if item["kind"] == "wait"]
    left = datetime.fromisoformat(wait["until"]) - datetime.fromisoformat(wait["startedAt"])
    assert (wait["endedAt"], left) == (None, timedelta(days=30))
    assert engine_of(stack).status(f"{run_id}-1") == "running"
    stack.operate(run_id, "cancel").raise_for_status()
    assert stack.wait_for_status(run_id, "cancelled")["state"] == "cancelled"
    wait_until(lambda: not engine_of(stack).live(run_id), "no instance to sleep on")


def timeline(stack: RunningStack, run_id: str) -> list[dict[str, Any]]:
    with stack.client() as client:
        return client.get(f"/api/runs/{run_id}/timeline").raise_for_status().json()["items"]


def test_a_wait_whose_time_ran_out_is_an_outcome_and_the_step_behind_it_runs(
    payouts: Payouts,
) -> None:
    """workerd's issue 6925: a wait's timeout that is caught, before a normal end, was logged as
    code that had hung.
    """
    stack = payouts.stack
    run_id = payouts.begin_and_reach("continued", confirm_within_seconds=1)
    run = stack.run(run_id)
    assert [step["outcome"] for step in run["steps"] if step["name"] == CHASE.name] == ["completed"]
    assert (run["status"], run["error"], run["safeToRetry"]) == ("complete", None, False)
    assert waits_of(stack, run_id, "signal") == [("timed_out", timedelta(seconds=1))]
    assert engine_of(stack).status(f"{run_id}-1") == "complete"
    # A word of its own: the log lists modules too, such as hungarian.py.
    log = (stack.stack.state / "logs" / "wrangler.log").read_text(encoding="utf-8")
    assert re.search(r"\bhung\b", log) is None
    late = confirm(stack, run_id)
    assert late.status_code == 409, "a signal after the end was taken"


def test_a_signal_ends_a_wait_of_thirty_days(payouts: Payouts) -> None:
    run_id = payouts.begin_and_reach("unconfirmed", confirm_within_seconds=THIRTY_DAYS)
    confirm(payouts.stack, run_id).raise_for_status()
    reach(payouts.stack, run_id, "continued")
    assert waits_of(payouts.stack, run_id, "signal") == [("received", timedelta(days=30))]

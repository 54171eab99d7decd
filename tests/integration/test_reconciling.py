"""The reconciler under the genuine cron: missing instances, deadlines, objects; and nothing where
all is well.
"""

from http import HTTPStatus
from urllib.parse import quote

import httpx

from tests.support.patience import PATIENCE_SECONDS
from tests.support.running_stack import RunningStack, wait_until
from tests.support.scenes import approve, expenses_of, start_slow_ocr, wait_for_a_person

LONG_AGO = "2026-01-01T00:00:00.000Z"


def test_a_tick_over_runs_that_are_well_changes_nothing(stack: RunningStack) -> None:
    waiting = wait_for_a_person(stack, "WELL AND WAITING SDN BHD")
    before = stack.run(waiting), stack.actions(waiting)
    for _ in range(2):
        stack.fire_cron()
    assert (stack.run(waiting), stack.actions(waiting)) == before


def test_an_instance_that_is_missing_is_created(stack: RunningStack) -> None:
    run_id = start_slow_ocr(stack, "NEVER CREATED SDN BHD", milliseconds=5000)
    stack.engine.forget(f"{run_id}-1")
    stack.d1(
        f"UPDATE runs SET updated_at = '{LONG_AGO}', created_at = '{LONG_AGO}' WHERE id = "
        f"'{run_id}'"
    )
    stack.fire_cron()
    stack.wait_for_status(run_id, "complete")
    assert expenses_of(stack, run_id) == 1
    assert stack.actions(run_id).count("instance.created") == 1


def test_a_run_past_its_deadline_is_escalated_once_and_goes_on(stack: RunningStack) -> None:
    run_id = wait_for_a_person(stack, "PAST ITS DEADLINE SDN BHD")
    stack.d1(f"UPDATE runs SET deadline = '{LONG_AGO}' WHERE id = '{run_id}'")
    for _ in range(2):
        stack.fire_cron()
    run = stack.run(run_id)
    assert run["requiresHumanReview"]
    why = "it has stood in awaiting_review until its deadline has passed"
    assert run["whatHappened"] == f"The run wants an operator: {why}."
    assert stack.actions(run_id).count("run.escalated") == 1
    approve(stack, run_id)
    stack.wait_for_status(run_id, "complete")


def test_a_review_past_its_deadline_escalates_and_goes_on_waiting(stack: RunningStack) -> None:
    run_id = wait_for_a_person(stack, "OVERDUE REVIEW SDN BHD")
    stack.d1(f"UPDATE reviews SET deadline = '{LONG_AGO}' WHERE run_id = '{run_id}'")
    stack.engine.send_event(f"{run_id}-1", "review-1-1")
    run = wait_until(
        lambda: run if (run := stack.run(run_id))["review"]["escalated"] else None,
        "the review to escalate",
    )
    assert (run["status"], run["requiresHumanReview"]) == ("needs_review", True)
    assert run["whatHappened"].endswith("The decision is overdue.")
    approve(stack, run_id)
    stack.wait_for_status(run_id, "complete")
    assert [action for action in stack.actions(run_id) if action.startswith("review.")] == [
        "review.requested", "review.escalated", "review.decided", "review.taken_up"
    ]  # fmt: skip


def test_a_fresh_object_without_a_receipt_is_kept(stack: RunningStack) -> None:
    key = "acc_first/0000-still-being-recorded/original"
    objects = f"{stack.url}/cdn-cgi/local/explorer/api/r2/buckets/tillroll-receipts/objects"
    assert (
        httpx.put(
            f"{objects}/{quote(key, safe='')}", content=b"bytes", timeout=PATIENCE_SECONDS
        ).status_code
        == HTTPStatus.OK
    )
    stack.d1("DELETE FROM reconciler_cursors")  # begin the scan anew: this key is among the first
    stack.fire_cron()
    assert key in stack.stored_objects(prefix="acc_first/0000")

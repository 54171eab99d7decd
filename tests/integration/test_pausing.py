"""Pause and resume, terminate and restart on the genuine engine: a run stops where it is, and
undoes nothing.
"""

import httpx

from tests.support.drawing import draw_receipt
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack, wait_until
from tests.support.scenes import (
    approve,
    assert_refused,
    expenses_of,
    let_the_reconciler_look,
    paid_calls_of,
    start_slow_ocr,
    wait_for_a_person,
)

# Once a step has failed as non-retryable, wrangler 4.164's engine stays at the second word; it
# begins no step either.
PAUSED = frozenset({"paused", "waitingForPause"})


def pause(stack: RunningStack, run_id: str) -> None:
    assert stack.operate(run_id, "pause").status_code == httpx.codes.ACCEPTED
    assert stack.engine.status(f"{run_id}-1") in PAUSED


def test_a_decision_given_while_paused_is_taken_up_after_the_resume(stack: RunningStack) -> None:
    run_id = wait_for_a_person(stack, "PAUSED IN REVIEW SDN BHD")
    pause(stack, run_id)
    run = stack.run(run_id)
    assert (run["paused"], run["nextSafeAction"]) == (True, "resume")
    assert run["whatHappened"] == "The run is paused. It goes on when it is resumed."
    approve(stack, run_id)
    stack.fire_cron()
    assert stack.engine.status(f"{run_id}-1") in PAUSED
    assert stack.run(run_id)["state"] == "awaiting_review"

    assert stack.operate(run_id, "resume").status_code == httpx.codes.ACCEPTED
    run = stack.wait_for_status(run_id, "complete")
    assert (run["paused"], run["generation"]) == (False, 1)
    assert (expenses_of(stack, run_id), paid_calls_of(stack, run_id)) == (1, 1)
    actions = stack.actions(run_id)
    assert (actions.count("run.paused"), actions.count("run.unpaused")) == (1, 1)


def test_a_run_paused_while_its_photo_is_read_stops_after_that_step(stack: RunningStack) -> None:
    run_id = start_slow_ocr(stack, "PAUSED IN OCR SDN BHD")
    pause(stack, run_id)
    wait_until(lambda: stack.engine.status(f"{run_id}-1") == "paused", "the step under way to end")
    run = stack.run(run_id)
    assert (run["paused"], run["state"]) == (True, "text_extracted")
    stack.operate(run_id, "resume").raise_for_status()
    stack.wait_for_status(run_id, "complete")
    assert (expenses_of(stack, run_id), paid_calls_of(stack, run_id)) == (1, 1)


def test_a_paused_run_can_be_cancelled(stack: RunningStack) -> None:
    run_id = wait_for_a_person(stack, "PAUSED AND CANCELLED SDN BHD")
    pause(stack, run_id)
    stack.operate(run_id, "cancel").raise_for_status()
    stack.operate(run_id, "resume").raise_for_status()
    assert stack.wait_for_status(run_id, "cancelled")["state"] == "cancelled"


def test_the_engine_says_paused_where_a_likely_duplicate_waits(stack: RunningStack) -> None:
    lines = clear_receipt("PAUSED TWIN SDN BHD", "64.00")
    first, second = draw_receipt(lines), draw_receipt(lines, width=640)
    stack.wait_for_status(stack.upload(first).json()["runId"], "complete")
    run_id = stack.upload(second).json()["runId"]
    stack.wait_for_status(run_id, "needs_review")
    pause(stack, run_id)
    wait_until(lambda: stack.engine.status(f"{run_id}-1") == "paused", "the engine to pause")
    stack.ask(
        f"/api/runs/{run_id}/review", decision="reject", comment="it is the same"
    ).raise_for_status()
    stack.fire_cron()
    assert stack.engine.status(f"{run_id}-1") == "paused"
    stack.operate(run_id, "resume").raise_for_status()
    stack.wait_for_status(run_id, "rejected")
    assert stack.engine.status(f"{run_id}-1") == "complete"


def test_a_pause_by_the_engines_own_operator_is_noted(stack: RunningStack) -> None:
    run_id = wait_for_a_person(stack, "PAUSED FROM OUTSIDE SDN BHD")
    stack.engine.change(f"{run_id}-1", "pause")
    let_the_reconciler_look(stack, run_id)
    assert stack.run(run_id)["paused"]
    stack.operate(run_id, "resume").raise_for_status()
    approve(stack, run_id)
    stack.wait_for_status(run_id, "complete")


def test_only_a_paused_run_can_be_resumed(stack: RunningStack) -> None:
    run_id = wait_for_a_person(stack, "NEVER PAUSED SDN BHD")
    assert_refused(stack.operate(run_id, "resume"))
    pause(stack, run_id)
    assert stack.operate(run_id, "pause").status_code == httpx.codes.ACCEPTED
    assert stack.actions(run_id).count("run.paused") == 1


def test_the_engines_terminate_undoes_nothing_and_the_reconciler_brings_the_run_back(
    stack: RunningStack,
) -> None:
    run_id = wait_for_a_person(stack, "TERMINATED IN REVIEW SDN BHD")
    stack.engine.change(f"{run_id}-1", "terminate")
    wait_until(
        lambda: stack.engine.status(f"{run_id}-1") == "terminated", "the engine to terminate"
    )
    before = stack.run(run_id)
    assert (before["state"], before["generation"]) == ("awaiting_review", 1)
    let_the_reconciler_look(stack, run_id)
    assert stack.run(run_id)["generation"] == 2
    assert stack.engine.live(run_id) == [f"{run_id}-2"]
    approve(stack, run_id)
    stack.wait_for_status(run_id, "complete")
    assert (expenses_of(stack, run_id), paid_calls_of(stack, run_id)) == (1, 1)
    assert stack.actions(run_id).count("review.requested") == 1


def test_a_run_terminated_while_its_photo_is_read_runs_neither_on_nor_back(
    stack: RunningStack,
) -> None:
    run_id = start_slow_ocr(stack, "TERMINATED IN OCR SDN BHD")
    stack.engine.change(f"{run_id}-1", "terminate")
    assert stack.engine.status(f"{run_id}-1") == "terminated"
    let_the_reconciler_look(stack, run_id)
    stack.wait_for_status(run_id, "complete")
    assert stack.run(run_id)["generation"] == 2
    assert expenses_of(stack, run_id) == 1
    assert stack.engine.status(f"{run_id}-1") == "terminated"


def test_the_engines_restart_repeats_no_completed_step(stack: RunningStack) -> None:
    run_id = wait_for_a_person(stack, "RESTARTED IN REVIEW SDN BHD")
    asked = stack.ai.calls()
    stack.engine.change(f"{run_id}-1", "restart")
    approve(stack, run_id)
    run = stack.wait_for_status(run_id, "complete")
    assert (run["generation"], stack.ai.calls()) == (1, asked)
    assert (expenses_of(stack, run_id), paid_calls_of(stack, run_id)) == (1, 1)


def test_a_run_that_the_engine_forgot_with_its_decision_given_goes_on(stack: RunningStack) -> None:
    run_id = wait_for_a_person(stack, "FORGOTTEN IN REVIEW SDN BHD")
    stack.engine.forget(f"{run_id}-1")
    approve(stack, run_id)
    let_the_reconciler_look(stack, run_id)
    stack.wait_for_status(run_id, "complete")
    assert (expenses_of(stack, run_id), paid_calls_of(stack, run_id)) == (1, 1)
    assert stack.actions(run_id).count("review.taken_up") == 1

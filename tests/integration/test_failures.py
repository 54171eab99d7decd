"""Failing neighbours on the genuine stack: a model out of capacity, a webhook's receiver that
answers errors.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.ai_orders import OUT_OF_CAPACITY
from tests.support.drawing import draw_receipt
from tests.support.own_stack import own_stack
from tests.support.patience import PATIENCE_SECONDS
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack, wait_until
from tests.support.webhook_receiver import LocalReceiver
from tillroll_durable.outbox import RETRY_AFTER_SECONDS

IMPATIENT = Path(__file__).parents[1] / "entries" / "impatient.py"


@pytest.fixture(scope="module")
def receiver() -> Iterator[LocalReceiver]:
    with LocalReceiver() as local:
        yield local


@pytest.fixture(scope="module")
def impatient(
    tmp_path_factory: pytest.TempPathFactory, receiver: LocalReceiver
) -> Iterator[RunningStack]:
    """A stack with a webhook, whose engine repeats a failed attempt at once."""
    with own_stack(tmp_path_factory.mktemp("impatient"), receiver, IMPATIENT) as (stack, _):
        httpx.post(f"{stack.url}/api/test/impatient", timeout=PATIENCE_SECONDS).raise_for_status()
        yield stack


def upload(stack: RunningStack, merchant: str) -> str:
    return (
        stack.upload(draw_receipt(clear_receipt(merchant, "12.90")))
        .raise_for_status()
        .json()["runId"]
    )


def wait_for_state(stack: RunningStack, run_id: str, state: str) -> dict[str, Any]:
    return wait_until(
        lambda: run if (run := stack.run(run_id))["state"] == state else None,
        f"{run_id} in {state}",
    )


def test_a_failed_attempt_is_told_while_the_next_is_awaited(stack: RunningStack) -> None:
    stack.ai.fail(OUT_OF_CAPACITY)
    run_id = upload(stack, "SECOND ATTEMPT SDN BHD")
    run = wait_until(
        lambda: run if (run := stack.run(run_id))["nextRetryAt"] else None,
        "the first attempt to fail",
    )
    assert run["whatHappened"].startswith("An attempt failed: ModelError: 3040: ")
    assert run["whatHappened"].endswith(
        f"The next one is at {run['nextRetryAt']}; nothing is to be done."
    )
    assert (run["status"], run["nextSafeAction"], run["safeToRetry"]) == (
        "processing",
        "wait",
        False,
    )
    run = stack.wait_for_status(run_id, "complete")
    assert (run["steps"][0]["attempts"], run["nextRetryAt"], run["error"]) == (2, None, None)


def test_a_model_without_capacity_makes_a_dead_letter_after_six_attempts(
    impatient: RunningStack,
) -> None:
    impatient.ai.fail(OUT_OF_CAPACITY, times=6)
    asked = impatient.ai.calls()
    run_id = upload(impatient, "NO CAPACITY SDN BHD")
    run = impatient.wait_for_status(run_id, "failed")
    assert impatient.ai.calls() == asked + 6
    assert run["whatHappened"].startswith(
        "The step ocr-extract failed for good after it was tried 6 times: ModelError: 3040"
    )
    assert run["tried"][0].startswith("ocr-extract: failed after 6 attempts (ModelError: 3040")
    assert (run["state"], run["safeToRetry"], run["nextSafeAction"]) == (
        "received_ocr_failed",
        True,
        "retry_from_step",
    )
    assert run["nextRetryAt"] is None
    impatient.operate(run_id, "retry").raise_for_status()
    wait_for_state(impatient, run_id, "notified")


def test_a_delivery_is_repeated_under_the_same_id(
    impatient: RunningStack, receiver: LocalReceiver
) -> None:
    receiver.answers = [500]
    run_id = upload(impatient, "ERROR FIRST SDN BHD")
    wait_for_state(impatient, run_id, "notified")
    assert len(receiver.ids_by_run[run_id]) == 1
    (row,) = impatient.d1(f"SELECT state, attempts FROM outbox WHERE run_id = '{run_id}'")
    assert row == {"state": "delivered", "attempts": 2}


def test_a_delivery_that_is_given_up_leaves_the_expense(
    impatient: RunningStack, receiver: LocalReceiver
) -> None:
    receiver.answers = [500]
    run_id = upload(impatient, "NEVER TOLD SDN BHD")
    attempts = f"SELECT attempts FROM outbox WHERE run_id = '{run_id}' AND last_error IS NOT NULL"
    wait_until(lambda: impatient.d1(attempts), "the first delivery to fail")
    receiver.answers = [500]
    due, events = (
        "next_attempt_at = '2026-01-01T00:00:00.000Z'",
        f"SELECT id FROM outbox WHERE run_id = '{run_id}'",
    )
    impatient.d1(
        f"UPDATE deliveries SET attempts = {len(RETRY_AFTER_SECONDS)}, {due} WHERE event_id "
        f"IN ({events})"
    )
    impatient.d1(f"UPDATE outbox SET {due} WHERE run_id = '{run_id}'")
    impatient.fire_cron()
    run = wait_for_state(impatient, run_id, "expense_created_notification_failed")
    assert (run["status"], run["expense"]["total"]) == ("complete", "12.90")
    assert run["nextSafeAction"] == "resend_notification"
    assert "delivery.given_up" in impatient.actions(run_id)


def test_a_write_that_the_database_refuses_is_all_or_nothing_and_escalates(
    impatient: RunningStack,
) -> None:
    impatient.d1(
        "CREATE TRIGGER outbox_full BEFORE INSERT ON outbox BEGIN "
        "SELECT RAISE(ABORT, 'it is full'); END"
    )
    try:
        run_id = upload(impatient, "DATABASE DOWN SDN BHD")
        run = wait_for_state(impatient, run_id, "parsed_expense_failed")
    finally:
        impatient.d1("DROP TRIGGER outbox_full")
    assert run["expense"] is None
    assert run["whatHappened"].startswith(
        "The step persist-db failed for good after it was tried 11 times: "
    )
    assert run["whatHappened"].endswith(
        "Its batch is all or nothing, so nothing of it was written. What earlier steps did stands."
    )
    assert (run["lastSuccessfulStep"], run["safeToRetry"], run["requiresHumanReview"]) == (
        "parse-structured", True, True
    )  # fmt: skip
    asked = impatient.ai.calls()
    impatient.operate(run_id, "retry").raise_for_status()
    run = wait_for_state(impatient, run_id, "notified")
    assert (run["requiresHumanReview"], run["error"], impatient.ai.calls()) == (False, None, asked)


def test_a_notice_that_the_database_refuses_leaves_the_expense_and_is_written_on_demand(
    impatient: RunningStack, receiver: LocalReceiver
) -> None:
    impatient.d1(
        "CREATE TRIGGER none_told BEFORE INSERT ON notifications BEGIN "
        "SELECT RAISE(ABORT, 'it is full'); END"
    )
    try:
        run_id = upload(impatient, "QUIET HARBOUR SDN BHD")  # alike to none above
        run = wait_for_state(impatient, run_id, "expense_created_notification_failed")
    finally:
        impatient.d1("DROP TRIGGER none_told")
    assert (run["status"], run["expense"]["total"]) == ("complete", "12.90")
    assert run["whatHappened"].startswith(
        "The step notify-user failed for good after it was tried 6 times: "
    )
    assert (run["lastSuccessfulStep"], run["nextSafeAction"]) == (
        "persist-db",
        "resend_notification",
    )
    assert run_id not in receiver.ids_by_run
    impatient.operate(run_id, "resend").raise_for_status()
    run = wait_for_state(impatient, run_id, "notified")
    assert (run["requiresHumanReview"], run["error"], len(receiver.ids_by_run[run_id])) == (
        False,
        None,
        1,
    )

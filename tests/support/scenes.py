"""Runs of a running stack, brought to where a test begins; and what is asserted of many."""

import httpx

from tests.support.ai_orders import OUT_OF_QUOTA
from tests.support.drawing import draw_receipt
from tests.support.receipts import clear_receipt, receipt_without_total
from tests.support.running_stack import RunningStack, wait_until

CORRECTION = {"total": "45.00", "currency": "MYR"}
"""What a person gives for a receipt without a total."""


def fail_for_good(stack: RunningStack, merchant: str, total: str = "12.90") -> str:
    """A run whose OCR is refused for good; its id."""
    stack.ai.fail(OUT_OF_QUOTA)
    run_id = (
        stack.upload(draw_receipt(clear_receipt(merchant, total)))
        .raise_for_status()
        .json()["runId"]
    )
    stack.wait_for_status(run_id, "failed")
    return run_id


def wait_for_a_person(stack: RunningStack, merchant: str) -> str:
    """A run that waits for a review; its id."""
    run_id = (
        stack.upload(draw_receipt(receipt_without_total(merchant)))
        .raise_for_status()
        .json()["runId"]
    )
    stack.wait_for_status(run_id, "needs_review")
    return run_id


def start_slow_ocr(stack: RunningStack, merchant: str, milliseconds: int = 2000) -> str:
    """A run whose photo is being read; its id."""
    asked = stack.ai.calls()
    stack.ai.delay(milliseconds)
    run_id = (
        stack.upload(draw_receipt(clear_receipt(merchant, "5.00")))
        .raise_for_status()
        .json()["runId"]
    )
    wait_until(lambda: stack.ai.calls() > asked, "the photo to be read")
    return run_id


def approve(stack: RunningStack, run_id: str) -> None:
    stack.ask(
        f"/api/runs/{run_id}/review", decision="approve", values=CORRECTION
    ).raise_for_status()


def let_the_reconciler_look(stack: RunningStack, run_id: str) -> None:
    """Make a run look as if nothing had been heard of it for long, and fire the cron."""
    long_ago = "2026-01-01T00:00:00.000Z"
    stack.d1(
        f"UPDATE runs SET instance_confirmed_at = '{long_ago}', updated_at = '{long_ago}' "
        f"WHERE id = '{run_id}'"
    )
    stack.fire_cron()


def expenses_of(stack: RunningStack, run_id: str) -> int:
    return stack.d1(f"SELECT count(*) AS n FROM expenses WHERE run_id = '{run_id}'")[0]["n"]


def paid_calls_of(stack: RunningStack, run_id: str) -> int:
    return stack.d1(
        f"SELECT count(*) AS n FROM ai_calls WHERE run_id = '{run_id}' AND state <> 'failed'"
    )[0]["n"]


def assert_refused(answer: httpx.Response) -> None:
    assert answer.status_code == httpx.codes.CONFLICT, answer.text
    assert answer.json()["type"].endswith("not-possible")
    assert "Nothing was changed" in answer.json()["detail"]

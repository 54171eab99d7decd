"""What an operator does with a run on the genuine engine: retry, abandon, cancel; one at a time, in
bulk, at once.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.support.drawing import draw_receipt
from tests.support.receipts import clear_receipt
from tests.support.running_stack import OTHER_TOKEN, RunningStack, wait_until
from tests.support.scenes import (
    assert_refused,
    expenses_of,
    fail_for_good,
    paid_calls_of,
    start_slow_ocr,
    wait_for_a_person,
)


def test_a_dead_letter_explains_itself(stack: RunningStack) -> None:
    run = stack.run(fail_for_good(stack, "NO QUOTA SDN BHD"))
    assert run["state"] == "received_ocr_failed"
    assert run["whatHappened"] == (
        "The step ocr-extract failed for good after it was tried once: "
        "3036: Ordered by a test. Nothing was changed by it."
    )
    assert run["message"] == (
        "We could not read your receipt. Retry the run; where that fails too, retry it with the "
        "values typed in."
    )
    assert (run["lastSuccessfulStep"], run["externalIds"], run["mustNotRepeat"]) == (None, {}, [])
    assert run["tried"] == ["ocr-extract: failed after 1 attempt (3036: Ordered by a test)"]
    assert (run["safeToRetry"], run["nextSafeAction"]) == (True, "retry_from_step")


def test_a_retry_goes_on_from_the_step_that_failed(stack: RunningStack) -> None:
    run_id = fail_for_good(stack, "RETRIED SHOP SDN BHD", "18.40")
    assert stack.operate(run_id, "retry").status_code == httpx.codes.ACCEPTED
    run = stack.wait_for_status(run_id, "complete")
    assert (run["expense"]["total"], run["generation"]) == ("18.40", 2)
    assert (run["whatHappened"], run["error"]) == ("The run has done what it was made for.", None)
    assert (expenses_of(stack, run_id), paid_calls_of(stack, run_id)) == (1, 1)
    assert stack.actions(run_id)[:3] == ["run.created", "step.failed", "run.retried"]
    assert_refused(stack.operate(run_id, "retry"))


def test_a_retry_does_not_repeat_completed_steps(stack: RunningStack) -> None:
    run_id = fail_in_persist(stack, "PAID ONCE SDN BHD")
    asked = stack.ai.calls()
    assert (
        stack.operate(run_id, "retry", values={"date": "2026-02-14"}).status_code
        == httpx.codes.ACCEPTED
    )
    run = stack.wait_for_status(run_id, "complete")
    assert run["expense"]["total"] == "20.00"
    assert stack.ai.calls() == asked
    assert (expenses_of(stack, run_id), paid_calls_of(stack, run_id)) == (1, 1)


def fail_in_persist(stack: RunningStack, merchant: str) -> str:
    """A run that fails for good in persist-db: what was read from it is made unusable while it
    waits; its id.
    """
    run_id = wait_for_a_person(stack, merchant)
    stack.d1(
        "UPDATE extractions SET body = json_set(body, '$.date.value', NULL) WHERE run_id = "
        f"'{run_id}'"
    )
    stack.d1(
        f"""
        INSERT INTO review_decisions (review_id, decision, corrections, actor, decided_at)
        VALUES ('{run_id}:review-1', 'approve', '{{"total": "20.00", "currency": "MYR"}}',
            'user:usr_first',
                '2026-01-01T00:00:00.000Z')
        """
    )
    stack.fire_cron()
    run = stack.wait_for_status(run_id, "failed")
    assert run["state"] == "parsed_expense_failed"
    return run_id


@pytest.mark.parametrize(
    ("field", "value"),
    [("tip", "1.00"), ("date", "31.03.2026"), ("currency", "ringgit"), ("merchant", "")],
)
def test_corrections_that_cannot_be_taken_are_refused(
    stack: RunningStack, field: str, value: str
) -> None:
    run_id = fail_for_good(stack, f"WRONG {field.upper()} SDN BHD")
    answer = stack.operate(run_id, "retry", values={field: value})
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert stack.run(run_id)["status"] == "failed"


def test_a_retry_works_after_the_engine_has_forgotten_the_instance(stack: RunningStack) -> None:
    run_id = fail_for_good(stack, "FORGOTTEN SHOP SDN BHD")
    wait_until(lambda: stack.engine.status(f"{run_id}-1") == "errored", "the instance to end")
    stack.engine.forget(f"{run_id}-1")
    assert stack.engine.status(f"{run_id}-1") is None
    stack.operate(run_id, "retry").raise_for_status()
    stack.wait_for_status(run_id, "complete")
    assert expenses_of(stack, run_id) == 1


def test_of_ten_retries_at_once_one_wins(stack: RunningStack) -> None:
    run_id = fail_for_good(stack, "TEN CLICKS SDN BHD")
    stack.ai.delay(3000)
    together = threading.Barrier(10)

    def click() -> httpx.Response:
        together.wait()
        return stack.operate(run_id, "retry")

    with ThreadPoolExecutor(10) as pool:
        answers = [future.result() for future in [pool.submit(click) for _ in range(10)]]

    assert sorted(answer.status_code for answer in answers) == [202] + [409] * 9
    for answer in answers:
        if answer.is_error:
            assert_refused(answer)
    assert stack.engine.live(run_id) == [f"{run_id}-2"]
    stack.wait_for_status(run_id, "complete")
    assert expenses_of(stack, run_id) == 1
    assert stack.actions(run_id).count("run.retried") == 1


def test_an_abandoned_run_ends_and_its_receipt_can_be_uploaded_again(stack: RunningStack) -> None:
    run_id = fail_for_good(stack, "ABANDONED SHOP SDN BHD", "7.70")
    assert stack.operate(run_id, "abandon").status_code == httpx.codes.ACCEPTED
    run = stack.wait_for_status(run_id, "cancelled")
    assert (run["state"], run["message"]) == ("abandoned", "This was given up: ordered by a test")
    assert run["whatHappened"].startswith(
        "The run was given up by an operator (ordered by a test), and has ended."
    )
    assert expenses_of(stack, run_id) == 0
    assert_refused(stack.operate(run_id, "abandon"))
    again = stack.upload(draw_receipt(clear_receipt("ABANDONED SHOP SDN BHD", "7.70"))).json()
    assert again["previousRunId"] == run_id
    stack.wait_for_status(again["runId"], "complete")


def test_dead_letters_are_retried_and_abandoned_in_bulk(stack: RunningStack) -> None:
    first, second, third, fourth = (
        fail_for_good(stack, f"BULK {n} SDN BHD", f"{n}.10") for n in range(4)
    )
    reason = "the quota is back"
    retried = stack.ask(
        "/api/dead-letters/retry", ids=[first, second, "run_unknown", first], reason=reason
    ).json()
    assert (retried["done"], list(retried["refused"])) == ([first, second], ["run_unknown"])
    for run_id in (first, second):
        stack.wait_for_status(run_id, "complete")
    abandoned = stack.ask(
        "/api/dead-letters/abandon", ids=[first, third, fourth], reason=reason
    ).json()
    assert (abandoned["done"], list(abandoned["refused"])) == ([third, fourth], [first])
    for run_id in (third, fourth):
        assert stack.wait_for_status(run_id, "cancelled")["state"] == "abandoned"


def test_a_run_that_waits_for_a_person_is_cancelled(stack: RunningStack) -> None:
    run_id = wait_for_a_person(stack, "CANCELLED IN REVIEW SDN BHD")
    for _ in range(2):  # asking twice is fine
        assert stack.operate(run_id, "cancel").status_code in {
            httpx.codes.ACCEPTED,
            httpx.codes.CONFLICT,
        }
    run = stack.wait_for_status(run_id, "cancelled")
    assert (run["state"], run["requiresHumanReview"], run["nextSafeAction"]) == (
        "cancelled",
        False,
        "none",
    )
    assert run["message"] == "This was stopped: ordered by a test"
    assert expenses_of(stack, run_id) == 0
    wait_until(lambda: stack.engine.live(run_id) == [], "the instance to end")
    late = stack.ask(
        f"/api/runs/{run_id}/review",
        decision="approve",
        values={"total": "1.00", "currency": "MYR"},
    )
    assert late.status_code == httpx.codes.CONFLICT, late.text


def test_a_run_is_cancelled_while_its_photo_is_read(stack: RunningStack) -> None:
    run_id = start_slow_ocr(stack, "CANCELLED IN OCR SDN BHD")
    assert stack.operate(run_id, "cancel").status_code == httpx.codes.ACCEPTED
    assert stack.run(run_id)["cancelRequested"]
    assert stack.wait_for_status(run_id, "cancelled")["state"] == "cancelled"
    assert expenses_of(stack, run_id) == 0


def test_what_is_not_possible_changes_nothing(stack: RunningStack) -> None:
    run_id = stack.upload(draw_receipt(clear_receipt("FINISHED SHOP SDN BHD", "5.60"))).json()[
        "runId"
    ]
    before = finished(stack, run_id)
    for operation in ("retry", "abandon", "cancel", "pause"):
        assert_refused(stack.operate(run_id, operation))
    with stack.client_of(OTHER_TOKEN) as other:
        for operation in ("retry", "abandon", "cancel", "pause", "resume"):
            answer = other.post(f"/api/runs/{run_id}/{operation}", json={"reason": "not mine"})
            assert answer.status_code == httpx.codes.NOT_FOUND
    assert (
        stack.operate(run_id, "retry", values={"colour": "blue"}).status_code
        == httpx.codes.UNPROCESSABLE_ENTITY
    )
    assert stack.run(run_id) == before


def finished(stack: RunningStack, run_id: str) -> dict[str, Any]:
    stack.wait_for_status(run_id, "complete")
    return wait_until(
        lambda: run if (run := stack.run(run_id))["state"] == "notified" else None, "the end"
    )

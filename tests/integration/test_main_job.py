"""The main job on the genuine stack: a photo goes in, an expense comes out, and asking again
changes nothing.
"""

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.support.drawing import draw_receipt
from tests.support.receipts import clear_receipt, receipt_without_total
from tests.support.running_stack import OTHER_TOKEN, RunningStack, wait_until

pytestmark = pytest.mark.essential


def notified(stack: RunningStack, run_id: str) -> Any:
    """The run once its last step is done; None before."""
    run = stack.run(run_id)
    return run if run["state"] == "notified" else None


def test_a_photo_becomes_an_expense(stack: RunningStack) -> None:
    photo = draw_receipt(clear_receipt("GREEN GARDEN CAFE SDN BHD", "12.90"))
    answer = stack.upload(photo, "lunch.jpg")
    assert answer.status_code == httpx.codes.ACCEPTED
    assert answer.json()["status"] == "processing"
    run_id = answer.json()["runId"]
    assert answer.headers["location"] == f"/api/runs/{run_id}"

    assert (
        stack.wait_for_status(run_id, "complete", "needs_review", "failed")["status"] == "complete"
    )
    # The expense is ready then, and its notices follow.
    run = wait_until(lambda: notified(stack, run_id), "its notices")
    expense = run["expense"]
    assert (expense["merchant"], expense["date"]) == ("GREEN GARDEN CAFE SDN BHD", "2026-02-14")
    assert (expense["total"], expense["currency"], expense["runId"]) == ("12.90", "MYR", run_id)
    assert [(step["name"], step["outcome"]) for step in run["steps"]] == [
        ("ocr-extract", "completed"),
        ("parse-structured", "completed"),
        ("persist-db", "completed"),
        ("notify-user", "completed"),
    ]
    total = run["extraction"]["total"]
    evidence = total["evidence"]
    assert run["transcript"]["lines"][evidence["line"]] == evidence["text"]
    assert "12.90" in evidence["text"][evidence["start"] : evidence["end"]]
    assert run["receipt"]["fileName"] == "lunch.jpg"
    with stack.client() as client:
        image = client.get(run["receipt"]["imageUrl"])
        assert hashlib.sha256(image.content).hexdigest() == hashlib.sha256(photo).hexdigest()
        assert image.headers["content-type"] == "image/jpeg"
        listed = client.get("/api/expenses").json()["items"]
    assert [
        {name: item[name] for name in expense} for item in listed if item["runId"] == run_id
    ] == [expense]


def test_the_engine_itself_has_four_steps_each_with_its_own_retries(stack: RunningStack) -> None:
    """As wrangler's explorer shows the instance, without a word of ours. The engine numbers equal
    names, from 1.
    """
    run_id = stack.upload(
        draw_receipt(clear_receipt("FOUR STEPS SDN BHD", "4.40")), "steps.jpg"
    ).json()["runId"]
    stack.wait_for_status(run_id, "complete")
    path = f"/cdn-cgi/local/explorer/api/workflows/receipt-workflow/instances/{run_id}-1"

    def instance() -> Any:
        with stack.client() as client:
            shown = client.get(path).raise_for_status().json()["result"]
        return shown if shown["status"] == "complete" else None

    shown = wait_until(instance, "the instance to end")
    assert [
        (
            step["name"],
            step["config"]["retries"]["limit"],
            step["config"]["retries"]["backoff"],
            step["success"],
        )
        for step in shown["steps"]
    ] == [
        ("ocr-extract-1", 5, "exponential", True),
        ("parse-structured-1", 3, "exponential", True),
        ("persist-db-1", 10, "linear", True),
        ("notify-user-1", 5, "exponential", True),
    ]


def test_the_raw_body_is_an_upload_too(stack: RunningStack) -> None:
    photo = draw_receipt(clear_receipt("RAW BODY SHOP SDN BHD", "8.20"))
    with stack.client() as client:
        answer = client.post(
            "/api/receipts", content=photo, headers={"x-file-name": "caf%C3%A9.jpg"}
        )
    assert answer.status_code == httpx.codes.ACCEPTED
    run = stack.wait_for_status(answer.json()["runId"], "complete", "needs_review")
    assert run["receipt"]["fileName"] == "café.jpg"


def test_twenty_uploads_of_the_same_bytes_at_once_are_one(stack: RunningStack) -> None:
    photo = draw_receipt(clear_receipt("TWENTY TIMES TRADING SDN BHD", "20.20"))
    together = threading.Barrier(20)

    def upload() -> httpx.Response:
        together.wait()
        return stack.upload(photo)

    with ThreadPoolExecutor(20) as pool:
        answers = [future.result() for future in [pool.submit(upload) for _ in range(20)]]

    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [202]
    run_ids = {answer.json()["runId"] for answer in answers}
    assert len(run_ids) == 1
    (run_id,) = run_ids
    stack.wait_for_status(run_id, "complete")
    sha256 = hashlib.sha256(photo).hexdigest()
    counted = stack.d1(
        f"""
        SELECT (SELECT count(*) FROM receipts WHERE sha256 = '{sha256}') AS receipts,
               (SELECT count(*) FROM runs WHERE begin_key = 'sha256:{sha256[:32]}') AS runs,
               (SELECT count(*) FROM expenses WHERE run_id = '{run_id}') AS expenses,
               (SELECT count(*) FROM ai_calls WHERE run_id = '{run_id}') AS calls,
               (SELECT state FROM ai_calls WHERE run_id = '{run_id}') AS state,
               (SELECT reserved_micro_usd IS NOT NULL FROM ai_calls
                   WHERE run_id = '{run_id}') AS has_price
        """
    )
    expected = {
        "receipts": 1,
        "runs": 1,
        "expenses": 1,
        "calls": 1,
        "state": "completed",
        "has_price": 1,
    }
    assert counted == [expected]
    assert [
        key for key in stack.stored_objects(f"acc_first/{sha256}") if key.endswith("/original")
    ] == [f"acc_first/{sha256}/original"]


def test_an_unsure_receipt_waits_for_a_person_and_becomes_an_expense(stack: RunningStack) -> None:
    run_id = stack.upload(draw_receipt(receipt_without_total("NO TOTAL STORE SDN BHD"))).json()[
        "runId"
    ]
    run = stack.wait_for_status(run_id, "needs_review")
    assert run["nextSafeAction"] == "review"
    assert run["review"]["reason"] == "total_missing"
    assert run["review"]["sentences"]
    with stack.client() as client:
        refused = client.post(
            f"/api/runs/{run_id}/review", json={"decision": "approve", "values": {"total": "1,5"}}
        )
        assert refused.status_code == httpx.codes.UNPROCESSABLE_ENTITY
        assert "total" in [error["field"] for error in refused.json()["errors"]]
        values = {"total": "45.00", "currency": "MYR"}
        for _ in range(2):  # saying the same twice is fine
            decided = client.post(
                f"/api/runs/{run_id}/review", json={"decision": "approve", "values": values}
            )
            assert decided.status_code == httpx.codes.OK, decided.text
        run = stack.wait_for_status(run_id, "complete")
        assert run["expense"]["total"] == "45.00"
        other = client.post(f"/api/runs/{run_id}/review", json={"decision": "reject"})
        assert other.status_code == httpx.codes.CONFLICT
        assert other.json()["type"].endswith("already-decided")


def test_a_rejected_receipt_can_be_uploaded_again(stack: RunningStack) -> None:
    photo = draw_receipt(receipt_without_total("REJECTED STORE SDN BHD"))
    first = stack.upload(photo).json()["runId"]
    stack.wait_for_status(first, "needs_review")
    with stack.client() as client:
        client.post(
            f"/api/runs/{first}/review", json={"decision": "reject", "comment": "not mine"}
        ).raise_for_status()
    run = stack.wait_for_status(first, "rejected")
    assert run["message"] == "This receipt was rejected: not mine"
    again = stack.upload(photo)
    assert again.status_code == httpx.codes.ACCEPTED
    assert again.json()["previousRunId"] == first
    assert stack.wait_for_status(again.json()["runId"], "needs_review")["previousRunId"] == first


def test_a_likely_duplicate_waits_for_a_person(stack: RunningStack) -> None:
    lines = clear_receipt("DUPLICATE MART SDN BHD", "31.10")
    first = stack.upload(draw_receipt(lines)).json()["runId"]
    stack.wait_for_status(first, "complete")
    second = stack.upload(draw_receipt(lines, width=640)).json()["runId"]
    run = stack.wait_for_status(second, "needs_review", "complete")
    assert run["review"]["reasons"] == ["possible_duplicate"]
    assert run["review"]["duplicateOf"]["runId"] == first


def test_waiting_for_a_change_answers_when_it_comes(stack: RunningStack) -> None:
    run_id = stack.upload(draw_receipt(clear_receipt("LONG POLL SDN BHD", "3.30"))).json()["runId"]
    seen: list[str] = []
    etag = ""
    with stack.client() as client:
        while not seen or seen[-1] == "processing":
            answer = client.get(
                f"/api/runs/{run_id}", headers={"prefer": "wait=20", "if-none-match": etag}
            )
            assert answer.status_code == httpx.codes.OK, answer.text
            etag = answer.headers["etag"]
            seen.append(answer.json()["status"])
        settled = stack.wait_for_status(run_id, "complete")
        etag = client.get(f"/api/runs/{run_id}").headers["etag"]
        unchanged = client.get(f"/api/runs/{run_id}", headers={"if-none-match": etag})
    assert settled["status"] == "complete"
    assert unchanged.status_code == httpx.codes.NOT_MODIFIED


@pytest.mark.parametrize("token", [None, "till_wrong", ""])
def test_nobody_gets_in_without_a_valid_token(stack: RunningStack, token: str | None) -> None:
    before = stack.d1("SELECT count(*) AS n FROM receipts")
    paths = [
        "/api/runs",
        "/api/expenses",
        "/api/session",
        "/api/runs/run_x",
        "/api/receipts/rec_x/image",
    ]
    with stack.client_of(token) as client:
        answers = [client.get(path) for path in paths]
        answers.append(client.post("/api/receipts", files={"receipt": draw_receipt(["secret"])}))
        answers.append(client.post("/api/runs/run_x/review", json={"decision": "approve"}))
        answers.append(client.post("/api/sign-in-codes"))
    assert {answer.status_code for answer in answers} == {401}
    assert {answer.headers["content-type"] for answer in answers} == {"application/problem+json"}
    assert stack.d1("SELECT count(*) AS n FROM receipts") == before


def test_another_accounts_things_are_not_there(stack: RunningStack) -> None:
    upload = stack.upload(draw_receipt(clear_receipt("PRIVATE SHOP SDN BHD", "77.00"))).json()
    run = stack.wait_for_status(upload["runId"], "complete")
    with stack.client_of(OTHER_TOKEN) as client:
        answers = [
            client.get(f"/api/runs/{upload['runId']}"),
            client.post(f"/api/runs/{upload['runId']}/review", json={"decision": "reject"}),
            client.get(f"/api/receipts/{upload['receiptId']}/image"),
            client.get(f"/api/expenses/{run['expense']['id']}"),
        ]
        assert [answer.status_code for answer in answers] == [404] * 4
        assert client.get("/api/runs").json()["items"] == []
        assert client.get("/api/runs", params={"ids": upload["runId"]}).json()["items"] == []
        assert client.get("/api/expenses").json()["items"] == []
    # The same bytes in another account are that account's own receipt.
    assert (
        stack.upload(
            draw_receipt(clear_receipt("PRIVATE SHOP SDN BHD", "77.00")), token=OTHER_TOKEN
        ).status_code
        == 202
    )


@pytest.mark.parametrize(
    "forbidden",
    [
        "UPDATE audit_events SET actor = 'nobody'",
        "DELETE FROM audit_events",
        (
            "INSERT INTO audit_events SELECT * FROM audit_events WHERE true ON CONFLICT DO UPDATE "
            "SET actor = 'nobody'"
        ),
        "UPDATE OR REPLACE audit_events SET id = 1",
        "INSERT OR REPLACE INTO audit_events SELECT * FROM audit_events LIMIT 1",
    ],
)
def test_d1_refuses_to_change_the_audit(stack: RunningStack, forbidden: str) -> None:
    stack.wait_for_status(
        stack.upload(draw_receipt(clear_receipt("AUDITED SDN BHD", "5.50"))).json()["runId"],
        "complete",
    )
    query = "SELECT count(*) AS n, group_concat(digest) AS digests FROM audit_events"
    before = stack.d1(query)
    with pytest.raises(AssertionError, match="append-only"):
        stack.d1(forbidden)
    assert stack.d1(query) == before

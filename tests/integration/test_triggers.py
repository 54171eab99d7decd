"""Runs of any kind on the genuine stack: begun by their kind's name, found by what they have, and
looked into.
"""

from collections import Counter

import httpx
import pytest

from bench.equal_posts import post_all
from tests.support.drawing import draw_receipt
from tests.support.receipts import clear_receipt
from tests.support.running_stack import TOKEN, RunningStack, wait_until


@pytest.mark.essential
def test_a_stored_receipt_is_triggered_followed_and_found(stack: RunningStack) -> None:
    photo = draw_receipt(clear_receipt("TRIGGERED TRADING SDN BHD", "31.70"))
    run_id = stack.upload(photo, "triggered.jpg").json()["runId"]
    stack.wait_for_status(run_id, "complete")
    # A complete run still moves on by itself, until its notification is settled.
    run = wait_until(
        lambda: found if (found := stack.run(run_id))["state"] != "expense_created" else None,
        "notified",
    )
    body = {"receiptId": run["receipt"]["id"]}
    with stack.client() as client:
        there = client.post("/api/workflows/receipt/trigger", json=body)
        assert (there.status_code, there.json()) == (
            httpx.codes.OK,
            {"id": run_id, "status": "completed"},
        )
        output = {"expenseId": run["expense"]["id"]}
        status = client.get(there.headers["location"]).json()
        assert status == {"id": run_id, "status": "completed", "output": output, "error": None}
        for query in (
            "kind=receipt",
            f"subject={body['receiptId']}",
            "status=complete",
            f"state={run['state']}",
        ):
            for times in ("", f"&from={run['createdAt']}"):
                found = client.get(f"/api/runs?{query}{times}").json()["items"]
                assert run_id in [each["id"] for each in found], query + times
        step = client.get(f"/api/runs/{run_id}/steps/persist-db").json()
        assert (step["outcome"], step["output"], len(step["attempts"])) == ("completed", output, 1)
        assert (
            client.post("/api/workflows/export/trigger", json={}).status_code
            == httpx.codes.FORBIDDEN
        )


def test_equal_posts_by_many_at_once_begin_one_run(stack: RunningStack) -> None:
    with stack.client() as client:
        earlier = len(client.get("/api/exports?limit=100").json()["items"])
        told = post_all(stack.url, TOKEN, "equal posts", 32, 8)
        assert (len(told.ids), told.statuses, told.replayed) == (
            1,
            Counter({httpx.codes.ACCEPTED: 32}),
            31,
        )
        assert len(client.get("/api/exports?limit=100").json()["items"]) == earlier + 1

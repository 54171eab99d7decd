"""Runs of any kind on the genuine stack: begun by their kind's name, found by what they have, and looked into."""

import httpx

from tests.support.drawing import draw_receipt
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack


def test_a_stored_receipt_is_triggered_followed_and_found(stack: RunningStack) -> None:
    photo = draw_receipt(clear_receipt("TRIGGERED TRADING SDN BHD", "31.70"))
    run_id = stack.upload(photo, "triggered.jpg").json()["runId"]
    run = stack.wait_for_status(run_id, "complete")
    body = {"receiptId": run["receipt"]["id"]}
    with stack.client() as client:
        there = client.post("/api/workflows/receipt/trigger", json=body)
        assert (there.status_code, there.json()) == (httpx.codes.OK, {"id": run_id, "status": "completed"})
        output = {"expenseId": run["expense"]["id"]}
        status = client.get(there.headers["location"]).json()
        assert status == {"id": run_id, "status": "completed", "output": output, "error": None}
        for query in ("kind=receipt", f"subject={body['receiptId']}", "status=complete", f"state={run['state']}"):
            for times in ("", f"&from={run['createdAt']}"):
                found = client.get(f"/api/runs?{query}{times}").json()["items"]
                assert run_id in [each["id"] for each in found], query + times
        step = client.get(f"/api/runs/{run_id}/steps/persist-db").json()
        assert (step["outcome"], step["output"], len(step["attempts"])) == ("completed", output, 1)
        assert client.post("/api/workflows/export/trigger", json={}).status_code == httpx.codes.FORBIDDEN

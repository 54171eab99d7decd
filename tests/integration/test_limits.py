"""Limits on the genuine stack: numbers in a body, the quota of an account. Attempts have a test of
their own.
"""

import httpx

from tests.support.drawing import draw_receipt
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack
from tillroll.api.answers import SAFE_HEADERS


def test_a_number_that_no_answer_can_hold_is_refused(stack: RunningStack) -> None:
    with stack.client() as client:
        for number in ("1e400", "NaN", "9007199254740993"):
            body = f'{{"name": {number}}}'
            refused = client.post(
                "/api/tokens", content=body, headers={"content-type": "application/json"}
            )
            assert (refused.status_code, refused.json()["type"]) == (
                422,
                "urn:tillroll:problem:invalid-request",
            )
            assert {*SAFE_HEADERS} <= {*refused.headers}


def test_an_upload_is_counted_and_past_the_quota_refused(stack: RunningStack) -> None:
    own = stack.with_own_account()
    # The test's own ids and names.
    own.d1(f"UPDATE accounts SET quota_uploads = 1 WHERE id = '{own.account_id()}'")
    photo = draw_receipt(clear_receipt("COUNTED CAFE", "4.20"))
    assert own.upload(photo).status_code == httpx.codes.ACCEPTED
    refused = own.upload(photo + b"\0")
    assert (refused.status_code, refused.json()["used"], refused.json()["limit"]) == (403, 1, 1), (
        refused.text
    )
    assert int(refused.headers["retry-after"]) > 0
    with own.client() as client:
        uploads, storage, _ = client.get("/api/account/usage").json()["items"]
    assert (uploads["used"], storage["used"]) == (1, len(photo))

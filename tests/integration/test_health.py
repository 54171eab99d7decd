"""Health and request ids on the genuine stack, where requests run between each other."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.running_stack import RunningStack

pytestmark = pytest.mark.essential


def test_d1_r2_and_the_queue_are_looked_at(stack: RunningStack) -> None:
    with stack.client_of(None) as client:
        answer = client.get("/api/health?deep")
    assert answer.status_code == 200, answer.text
    assert answer.json()["parts"] == {"database": "ok", "objects": "ok", "queue": "ok"}


def test_ids_of_requests_at_once_are_not_mixed_up(stack: RunningStack) -> None:
    with stack.client() as client, ThreadPoolExecutor(8) as pool:
        paths = [
            f"/api/runs/run_{number}" if number % 2 else "/api/receipts/rec_x/image"
            for number in range(40)
        ]
        answers = list(pool.map(client.get, paths))
    assert {answer.status_code for answer in answers} == {404}
    ids = [answer.headers["x-request-id"] for answer in answers]
    assert len({*ids}) == len(ids)
    assert [answer.json()["requestId"] for answer in answers] == ids

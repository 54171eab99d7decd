"""The largest whole number that is exact in JSON is asked for like any other: D1 takes it."""

import pytest

from tests.support.running_stack import RunningStack

LARGEST = 2**53 - 1


@pytest.mark.parametrize("version", [LARGEST - 1, LARGEST])
def test_the_largest_version_of_a_payment_is_not_found(stack: RunningStack, version: int) -> None:
    with stack.client() as client:
        answer = client.post(
            f"/api/claims/run_01M7W5NGV645S0BRJVWMNMGREZ/payments/{version}/reversal",
            json={"reason": "It bounced"},
            headers={"Idempotency-Key": str(version)},
        )
    assert answer.status_code == 404


def test_a_version_beyond_it_is_refused(stack: RunningStack) -> None:
    with stack.client() as client:
        answer = client.post(
            f"/api/claims/run_01M7W5NGV645S0BRJVWMNMGREZ/payments/{LARGEST + 1}/reversal",
            json={"reason": "It bounced"},
            headers={"Idempotency-Key": "beyond"},
        )
    assert answer.status_code in {400, 404, 422}

"""The rate limit of the genuine workerd, asked from Python."""

import httpx

from tests.support.patience import PATIENCE_SECONDS
from tests.support.running_stack import RunningStack, wait_until


def test_one_address_may_not_try_for_ever(stack: RunningStack) -> None:
    with httpx.Client(
        base_url=stack.url, headers={"cf-connecting-ip": "192.0.2.77"}, timeout=PATIENCE_SECONDS
    ) as client:
        tried = [client.post("/api/session", json={"code": f"wrong {each}"}) for each in range(210)]
    answers = [each.status_code for each in tried]
    refused = next(each for each in tried if each.status_code == 429)
    assert refused.json()["type"] == "urn:tillroll:problem:too-many-attempts"
    assert (refused.headers["retry-after"], refused.headers["ratelimit"]) == (
        "60",
        '"sign-in";r=0;t=60',
    )
    assert set(answers) == {httpx.codes.UNAUTHORIZED, httpx.codes.TOO_MANY_REQUESTS}
    assert answers.count(httpx.codes.UNAUTHORIZED) >= 100
    with httpx.Client(
        base_url=stack.url, headers={"cf-connecting-ip": "192.0.2.78"}, timeout=PATIENCE_SECONDS
    ) as client:
        assert (
            client.post("/api/session", json={"code": "wrong"}).status_code
            == httpx.codes.UNAUTHORIZED
        )
    with stack.client() as operator:  # what was refused is counted behind the answer

        def counted() -> int:
            items = (
                operator.get("/api/sign-in-refusals/of-nobody").raise_for_status().json()["items"]
            )
            return sum(each["refused"] for each in items if each["network"] == "192.0.2.0/24")

        wait_until(
            lambda: counted() > answers.count(httpx.codes.UNAUTHORIZED), "each to be counted"
        )

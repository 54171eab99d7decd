"""The rate limit of the genuine workerd, asked from Python."""

import httpx

from tests.support.running_stack import RunningStack


def test_one_address_may_not_try_for_ever(stack: RunningStack) -> None:
    with httpx.Client(base_url=stack.url, headers={"cf-connecting-ip": "192.0.2.77"}, timeout=60) as client:
        answers = [client.post("/api/session", json={"code": f"wrong {each}"}).status_code for each in range(210)]
    assert set(answers) == {httpx.codes.UNAUTHORIZED, httpx.codes.TOO_MANY_REQUESTS}
    assert answers.count(httpx.codes.UNAUTHORIZED) >= 100
    with httpx.Client(base_url=stack.url, headers={"cf-connecting-ip": "192.0.2.78"}, timeout=60) as client:
        assert client.post("/api/session", json={"code": "wrong"}).status_code == httpx.codes.UNAUTHORIZED

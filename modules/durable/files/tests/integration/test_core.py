"""The core on the genuine stack: it starts, its page is served, its kinds are told, and each minute does its work."""

import httpx

from tests.support.running_stack import RunningStack, wait_until


def test_it_starts_and_tells_its_kinds(stack: RunningStack) -> None:
    with stack.client() as client:
        assert client.get("/").status_code == httpx.codes.OK
        kinds = client.get("/api/workflows").json()["items"]
        assert "bulk-operation" in {each["kind"] for each in kinds}
        assert client.get("/api/runs").json()["items"] == []


def test_its_api_is_described(stack: RunningStack) -> None:
    with stack.client_of(None) as client:
        assert "/api/runs/{run_id}" in client.get("/api/openapi.json").json()["paths"]
        assert client.get("/api/docs").text.count("<article ") > 1


def test_what_is_not_there_is_said_to_be_so(stack: RunningStack) -> None:
    with stack.client() as client:
        answer = client.post("/api/workflows/no-such-kind/trigger", json={})
        assert answer.status_code == httpx.codes.NOT_FOUND
        assert answer.headers["content-type"] == "application/problem+json"


def test_the_minute_does_its_work(stack: RunningStack) -> None:
    with stack.client() as client:
        wait_until(
            lambda: client.get("/api/health").json()["status"] == "ok", "the parts to be well"
        )

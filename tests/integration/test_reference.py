"""The API's description is served as files, at addresses below /api, without the Worker."""

import re

import httpx
import pytest

from local.places import API_DOCUMENT, API_PAGE
from tests.support.running_stack import RunningStack

pytestmark = pytest.mark.essential
_SERVED = [
    (
        "/api/docs",
        API_PAGE,
        "text/html; charset=utf-8",
        "default-src 'none'; script-src 'self'; style-src 'self'; ",
    ),
    (
        "/api/openapi.json",
        API_DOCUMENT,
        "application/json",
        "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    ),
]


def test_it_is_served_to_anybody_as_it_is_made(stack: RunningStack) -> None:
    with stack.client_of(None) as client:
        for path, file, media_type, policy in _SERVED:
            answer, head = client.get(path), client.head(path)
            assert (answer.status_code, head.status_code) == (httpx.codes.OK, httpx.codes.OK)
            # Only the names of built scripts have their contents' hash.
            assert re.sub(rb"(/built/\w+)-\w+(\.js)", rb"\1\2", answer.content) == file.read_bytes()
            assert head.content == b""
            for headers in (answer.headers, head.headers):
                assert headers["content-type"] == media_type
                assert headers["content-security-policy"].startswith(policy)
                assert "," not in headers["content-security-policy"], (
                    "another policy is sent beside it"
                )
                assert headers["x-content-type-options"] == "nosniff"
                assert headers["x-frame-options"] == "DENY"
                assert headers["referrer-policy"] == "same-origin"
                assert "x-request-id" not in headers, "the Worker was asked"
            again = client.get(path, headers={"if-none-match": answer.headers["etag"]})
            assert again.status_code == httpx.codes.NOT_MODIFIED


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_can_be_sent_to_it(stack: RunningStack, method: str) -> None:
    with stack.client() as client:
        for path, *_ in _SERVED:
            answer = client.request(method, path, json={})
            assert answer.status_code == httpx.codes.METHOD_NOT_ALLOWED
            assert answer.headers["allow"] == "GET, HEAD"


def test_the_worker_answers_all_that_is_beside_it(stack: RunningStack) -> None:
    with stack.client_of(None) as client:
        for path in (
            "/api/docs/",
            "/api/docs.html",
            "/api/docs/index.html",
            "/api/openapi",
            "/api/openapi.json/",
        ):
            answer = client.get(path)
            assert answer.status_code == httpx.codes.NOT_FOUND, path
            assert answer.headers["content-type"] == "application/problem+json"

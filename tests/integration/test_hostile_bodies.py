"""Bodies that are made to harm, on the genuine stack: refused in time, while the Worker answers
everybody else.
"""

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from tests.support.files import jpeg
from tests.support.health import HealthWatch
from tests.support.running_stack import RunningStack, wait_until

JSON = {"content-type": "application/json"}
TOO_LARGE = '"status":413'
PROXYS_LOSS = "Network connection lost"
MEGABYTE = 1024 * 1024


def nested(levels: int = 4800) -> bytes:
    return b'{"code":' + b"[" * levels + b"]" * levels + b"}"


def pieces(count: int) -> Iterator[bytes]:
    """A body without a Content-Length."""
    for _ in range(count):
        yield b" " * MEGABYTE


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("urn:tillroll:problem:")


def test_nested_json_harms_nobody(stack: RunningStack) -> None:
    with HealthWatch(stack), stack.client_of(None) as stranger, stack.client() as client:
        for _ in range(5):
            assert code_of(stranger.post("/api/session", content=nested(), headers=JSON)) == (
                400,
                "too-deep",
            )
            answer = stranger.post("/api/runs/run_x/retry", content=nested(), headers=JSON)
            assert code_of(answer) == (401, "unauthenticated")
            assert code_of(
                client.post("/api/dead-letters/retry", content=nested(), headers=JSON)
            ) == (400, "too-deep")


@pytest.mark.parametrize("path", ["/api/session", "/api/runs/run_x/retry"])
def test_a_hundred_megabytes_are_not_kept(stack: RunningStack, path: str) -> None:
    """The Worker answers before it has the body. The local proxy may lose that answer while it
    sends the rest, so the Worker's log counts.
    """
    log = stack.stack.state / "logs" / "wrangler.log"
    before = log.read_text().count(TOO_LARGE)
    with HealthWatch(stack), stack.client() as client:
        announced = client.post(path, content=bytes(100 * MEGABYTE), headers=JSON)
        unannounced = client.post(path, content=pieces(100), headers=JSON)
        wait_until(lambda: log.read_text().count(TOO_LARGE) == before + 2, "both to be refused")
    for answer in (announced, unannounced):
        is_lost = answer.is_server_error and PROXYS_LOSS in answer.text
        assert is_lost or code_of(answer) == (413, "body-too-large")


def test_an_upload_without_a_length_is_counted(stack: RunningStack) -> None:
    with HealthWatch(stack), stack.client() as client:
        large = client.post(
            "/api/receipts", content=pieces(40), headers={"content-type": "image/jpeg"}
        )
        form = {"content-type": "multipart/form-data; boundary=X"}
        large_form = client.post("/api/receipts", content=pieces(40), headers=form)
        small = client.post(
            "/api/receipts",
            content=iter([jpeg(9000, 9000)]),
            headers={"content-type": "image/jpeg"},
        )
        part = b'--X\r\nContent-Disposition: form-data; name="receipt"; filename="a.jpg"\r\n\r\n'
        small_form = client.post(
            "/api/receipts", content=iter([part, jpeg(9000, 9000), b"\r\n--X--\r\n"]), headers=form
        )
    assert code_of(large) == code_of(large_form) == (413, "too-large")
    assert code_of(small) == code_of(small_form) == (422, "too-many-pixels")


def test_a_form_of_many_parts_is_not_walked_through(stack: RunningStack) -> None:
    part = b'--X\r\nContent-Disposition: form-data; name="receipt"; filename="a"\r\n\r\nx\r\n'
    with HealthWatch(stack), stack.client() as client:
        body = part * 50_000 + b"--X--\r\n"
        answer = client.post(
            "/api/receipts",
            content=body,
            headers={"content-type": "multipart/form-data; boundary=X"},
        )
    assert code_of(answer) == (400, "several-files")


@pytest.mark.parametrize("path", ["/api/receipts", "/api/dead-letters/retry"])
def test_whoever_hangs_up_is_no_fault_of_ours(stack: RunningStack, path: str) -> None:
    address = urlsplit(stack.url)
    assert address.hostname
    assert address.port
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {address.netloc}\r\nAuthorization: Bearer {stack.token}\r\n"
        "Content-Type: application/json\r\nContent-Length: 50000\r\n\r\n"
    )
    log = stack.stack.state / "logs" / "wrangler.log"
    before = log.read_text().count("request.failed")
    with HealthWatch(stack):
        for _ in range(3):
            with socket.create_connection(
                (address.hostname, address.port), timeout=10
            ) as connection:
                connection.sendall(head.encode() + b"[" * 1000)
        stack.upload(b"nothing")  # what came before has been answered by now
    assert log.read_text().count("request.failed") == before


def test_an_odd_origin_is_another_site(stack: RunningStack) -> None:
    with stack.client_of(None) as browser, stack.client() as client:
        code = client.post("/api/sign-in-codes").json()["code"]
        browser.post("/api/session", json={"code": code}).raise_for_status()
        answer = browser.request("DELETE", "/api/session", headers={"origin": "http://["})
    assert code_of(answer) == (403, "foreign-origin")

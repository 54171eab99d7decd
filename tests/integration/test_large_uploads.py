"""Uploads of many megabytes on the genuine stack: they pass the isolate as streams, and leave one
object each.
"""

import hashlib
import random
import socket
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.support.files import jpeg, png
from tests.support.running_stack import RunningStack, wait_until

MEGABYTE = 1024 * 1024
LARGE_BYTES = 9 * MEGABYTE


def large(head: bytes, size: int = LARGE_BYTES) -> bytes:
    """A file that begins so, whose other bytes are like no other's."""
    return head + random.Random(head + size.to_bytes(4, "big")).randbytes(size - len(head))


def post(stack: RunningStack, content: bytes) -> httpx.Response:
    with stack.client() as client:
        return client.post("/api/receipts", content=content, headers={"x-file-name": "photo.jpg"})


def keys_of(stack: RunningStack) -> list[str]:
    return stack.stored_objects(f"{stack.account_id()}/")


def key_of(stack: RunningStack, content: bytes) -> str:
    return f"{stack.account_id()}/{hashlib.sha256(content).hexdigest()}/original"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(large(jpeg(1000, 1000)), id="a photo"),
        pytest.param(
            large(png(1000, 1000), 2_000_000), id="of the smallest size that passes as a stream"
        ),
        pytest.param(
            large(jpeg(1000, 1000), 10 * MEGABYTE), id="of the largest size that is taken"
        ),
        pytest.param(
            large(jpeg(1000, 1000, segments=400)), id="with its size behind 1.6 MB of segments"
        ),
    ],
)
def test_the_stored_bytes_are_those_that_were_sent(stack: RunningStack, content: bytes) -> None:
    own = stack.with_own_account()
    first = post(own, content)
    again = post(own, content)
    assert (first.status_code, again.status_code) == (202, 200)
    assert again.json()["receiptId"] == first.json()["receiptId"]
    stored = own.stored_object(key_of(own, content))
    assert len(stored) == len(content)
    assert hashlib.sha256(stored).digest() == hashlib.sha256(content).digest()
    assert [key for key in keys_of(own) if "/uploads/" in key] == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(large(b"no picture"), (415, "unsupported-media-type"), id="no picture"),
        pytest.param(large(jpeg(9000, 9000)), (422, "too-many-pixels"), id="too many pixels"),
        pytest.param(
            large(jpeg(9000, 9000, segments=600)), (422, "hidden-size"), id="its size is hidden"
        ),
        pytest.param(bytes(10 * MEGABYTE + 1), (413, "too-large"), id="a byte too long"),
    ],
)
def test_what_is_refused_leaves_nothing(
    stack: RunningStack, content: bytes, code: tuple[int, str]
) -> None:
    own = stack.with_own_account()
    answer = post(own, content)
    assert (answer.status_code, answer.json()["type"].removeprefix("urn:tillroll:problem:")) == code
    assert keys_of(own) == []


def test_many_at_once_are_all_taken(stack: RunningStack) -> None:
    own = stack.with_own_account()
    contents = [large(jpeg(1000, 1001 + number)) for number in range(8)]
    with ThreadPoolExecutor(len(contents)) as pool:
        answers = list(pool.map(partial(post, own), contents))
    assert [answer.status_code for answer in answers] == [202] * len(contents)
    keys = keys_of(own)
    assert {key_of(own, content) for content in contents} <= set(keys)
    assert [key for key in keys if "/uploads/" in key] == []


def test_a_sender_that_hangs_up_leaves_nothing(stack: RunningStack) -> None:
    own = stack.with_own_account()
    address = urlsplit(own.url)
    head = (
        f"POST /api/receipts HTTP/1.1\r\nHost: {address.netloc}\r\nAuthorization: Bearer "
        f"{own.token}\r\n"
        f"Content-Type: image/jpeg\r\nContent-Length: {LARGE_BYTES}\r\n\r\n"
    )
    log = Path(own.stack.state) / "logs" / "wrangler.log"
    failures = log.read_text().count("request.failed")
    content = large(jpeg(1000, 1100))
    for length in (1000, MEGABYTE, 5 * MEGABYTE):
        with socket.create_connection(
            (address.hostname or "", address.port or 0), timeout=30
        ) as connection:
            connection.sendall(head.encode() + content[:length])
    assert post(own, content).status_code == 202  # what came before has ended by now
    wait_until(
        lambda: not [key for key in keys_of(own) if "/uploads/" in key],
        "the passing keys to be gone",
    )
    assert log.read_text().count("request.failed") == failures

"""What the platform makes of a bucket that gives no answer, fails, or hangs in the middle of a
body: inside the genuine workerd, on its R2. A `put` of a stream that nobody writes has no end of
its own.
"""

import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

import js
from pyodide.ffi import create_proxy

from tillroll_durable.platform.bindings.objects import ObjectsUnavailable
from tillroll_durable.platform.cloudflare.patience import BodyPatience, asked_of_bucket
from tillroll_durable.platform.cloudflare.runtime import options
from tillroll_durable.platform.cloudflare.storage import R2Objects
from tillroll_durable.platform.cloudflare.streamed import StreamedFile

Case = Callable[[Any], Awaitable[None]]
_PATIENCE_SECONDS: Final = 0.5
_LONGEST_SECONDS: Final = 5.0
_BODY_BYTES: Final = 400_000
_IMPATIENT: Final = BodyPatience(base_seconds=0.5, bytes_a_second=1_000_000, end_seconds=0.5)


async def refusal_of(act: Awaitable[Any]) -> str:
    """What is said where the bucket is not available; empty where it was."""
    try:
        await act
    except ObjectsUnavailable as error:
        return str(error)
    return ""


async def a_call_without_an_answer_ends(bucket: Any) -> None:
    async def put_what_never_comes() -> None:
        async with asked_of_bucket(_PATIENCE_SECONDS):
            await bucket.put("never", js.FixedLengthStream.new(10).readable)

    began = time.monotonic()
    refusal = await refusal_of(put_what_never_comes())
    assert "gave no answer within 0.5 s" in refusal, refusal
    assert time.monotonic() - began < _LONGEST_SECONDS
    assert await R2Objects(bucket).get_text("never") is None


async def the_bucket_answers_again_after_it(bucket: Any) -> None:
    objects = R2Objects(bucket)
    await objects.put_text("after", "all is well", "text/plain")
    assert await objects.get_text("after") == "all is well"


async def a_refusal_of_the_bucket_is_one(bucket: Any) -> None:
    """R2 takes no key of more than 1,024 bytes."""
    assert await refusal_of(R2Objects(bucket).put_text("k" * 2000, "", "text/plain"))


async def a_body_that_stops_coming_ends(bucket: Any) -> None:
    """The head comes, and then nothing: what was sent is not stored, and the upload ends."""

    def begin(controller: Any) -> None:
        controller.enqueue(js.Uint8Array.new(_BODY_BYTES // 2))

    body = js.ReadableStream.new(options(type="bytes", start=create_proxy(begin)))

    async def take_room(_size: int) -> None:
        return

    file = StreamedFile(body, _BODY_BYTES, bucket, take_room=take_room, patience=_IMPATIENT)
    await file.read_head(1000)
    began = time.monotonic()
    refusal = await refusal_of(file.sha256("hanging"))
    await file.leave()
    assert "did not take the body" in refusal, refusal
    assert time.monotonic() - began < _LONGEST_SECONDS
    listed = await R2Objects(bucket).page("hanging", 10)
    assert [each.key for each in listed if each.key.startswith("hanging")] == []


CASES: tuple[Case, ...] = (
    a_call_without_an_answer_ends,
    the_bucket_answers_again_after_it,
    a_refusal_of_the_bucket_is_one,
    a_body_that_stops_coming_ends,
)

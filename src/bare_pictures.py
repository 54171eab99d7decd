"""Responses with pictures, without what their files tell beside the pixels."""

from collections.abc import Callable, Mapping
from typing import Any

import js
from pyodide.ffi import to_js

from tillroll_documents.pictures.bare import bare_pieces
from tillroll_documents.pictures.pieces import Piece, Span, Zeros
from tillroll_durable.platform.cloudflare.models import CloudflareImages
from tillroll_durable.platform.cloudflare.patience import COPY_SECONDS, asked_of_bucket
from tillroll_durable.platform.cloudflare.requests import bodiless_response
from tillroll_durable.platform.cloudflare.room import room_for
from tillroll_durable.platform.cloudflare.runtime import free, is_nothing, options, to_object
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.web.conditional_requests import part_of


async def bare_response(
    bucket: Any,
    key: str,
    media_type: str,
    headers: Mapping[str, str],
    header: Callable[[str], str | None],
    *,
    is_head: bool = False,
) -> Any | None:
    """A Response with a stored picture, or the part that the request asks for, without what its
    file tells beside its pixels; None where there is none.

    Its bytes are held once, until they are sent; beside them only within the room of the isolate.

    Raises:
        Unsatisfiable: the part is not in the picture.
        ObjectsUnavailable: the bucket failed, or gave no answer.
    """
    async with asked_of_bucket():
        stored = await bucket.get(key)
    if is_nothing(stored):
        return None
    async with room_for(int(stored.size)):
        async with asked_of_bucket(COPY_SECONDS):
            buffer = await stored.arrayBuffer()
        file, is_whole = _bare(buffer, media_type)
        # The Blob has bytes of its own.
        free(buffer)
    # Another representation of the object has another strong validator (RFC 9110, section 8.8.3).
    if is_whole:
        etag = str(stored.httpEtag)
    else:
        etag = f'{str(stored.httpEtag)[:-1]}-bare"'
    short = bodiless_response(headers, etag, int(file.size), header_of=header, is_head=is_head)
    if short is not None:
        return short
    own: JsonObject = {**headers, "accept-ranges": "bytes", "etag": etag}
    part = part_of(header("range"), header("if-range"), etag=etag, size=int(file.size))
    if part is None:
        return js.Response.new(file, options(headers=to_object(own)))
    own["content-range"] = part.content_range
    chosen = file.slice(part.first, part.last + 1)
    return js.Response.new(chosen, options(status=206, headers=to_object(own)))


def _bare(buffer: Any, media_type: str) -> tuple[Any, bool]:
    """A picture in an ArrayBuffer as a Blob of what is handed out of it, and whether that is all of
    it."""
    size = int(buffer.byteLength)

    def peek(offset: int, length: int) -> bytes:
        start = min(offset, size)
        return bytes(js.Uint8Array.new(buffer, start, max(0, min(length, size - start))).to_py())

    def part(piece: Piece) -> Any:
        match piece:
            case Span(start, stop):
                return js.Uint8Array.new(buffer, start, stop - start)
            case Zeros(length):
                return js.Uint8Array.new(length)
            case _:
                return to_js(piece)

    pieces = bare_pieces(media_type, size, peek)
    return js.Blob.new(to_js([part(piece) for piece in pieces])), pieces == [Span(0, size)]


async def picture_response(
    images: CloudflareImages, key: str, width: int, headers: Mapping[str, str]
) -> Any:
    """A Response with a stored image, scaled down to `width` pixels, as a JPEG. Raises as `Images`
    does."""
    pixels = await images.transformed(key, options(width=width, fit="scale-down"))
    # The binding keeps what a photo says of its copyright, which names somebody.
    return js.Response.new(
        _bare(pixels, "image/jpeg")[0], options(headers=to_object(dict(headers)))
    )

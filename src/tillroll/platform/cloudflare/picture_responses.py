"""Responses with pictures that entry.py makes itself, without what their files tell beside."""

from collections.abc import Callable, Mapping
from typing import Any

import js
from pyodide.ffi import to_js

from tillroll.pictures.bare import bare_pieces
from tillroll.pictures.pieces import Piece, Span, Zeros
from tillroll.platform.cloudflare.models import CloudflareImages
from tillroll.platform.cloudflare.runtime import is_nothing, options, to_object
from tillroll.platform.json import JsonObject
from tillroll.platform.ranges import part_of


async def bare_response(
    bucket: Any, key: str, media_type: str, headers: Mapping[str, str], asked: Callable[[str], str | None]
) -> Any | None:
    """A Response that streams a stored picture, or the part of it that the request's headers ask for, without what its
    file tells beside its pixels; None where there is none. `asked` gives a header of the request by its name. The
    bytes stay in JavaScript's memory: windows of them are looked at, and the pieces that are kept are put together
    there.

    Raises:
        Unsatisfiable: it has none of the bytes that are asked for.
    """
    stored = await bucket.get(key)
    if is_nothing(stored):
        return None
    file, is_whole = _bare(await stored.arrayBuffer(), media_type)
    # Another representation of the object has another strong validator (RFC 9110, section 8.8.3).
    etag = str(stored.httpEtag) if is_whole else f'{str(stored.httpEtag)[:-1]}-bare"'
    own: JsonObject = {**headers, "accept-ranges": "bytes", "etag": etag}
    part = part_of(asked("range"), asked("if-range"), etag, int(file.size))
    if part is None:
        return js.Response.new(file, options(headers=to_object(own)))
    own["content-range"] = part.content_range
    chosen = file.slice(part.first, part.last + 1)
    return js.Response.new(chosen, options(status=206, headers=to_object(own)))


def _bare(buffer: Any, media_type: str) -> tuple[Any, bool]:
    """A picture in an ArrayBuffer as a Blob of what is handed out of it, and whether that is all of it."""
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


async def picture_response(images: CloudflareImages, key: str, width: int, headers: Mapping[str, str]) -> Any:
    """A Response with a stored image, scaled down to `width` pixels, as a JPEG.

    Raises:
        UnreadableImage: the object is missing, truncated or no image.
    """
    pixels = await images.transformed(key, options(width=width, fit="scale-down"))
    # The binding keeps what a photo says of its copyright, which names somebody.
    return js.Response.new(_bare(pixels, "image/jpeg")[0], options(headers=to_object(dict(headers))))

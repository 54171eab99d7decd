"""The Images binding, Workers AI, and responses with pictures. A picture stays on the JavaScript
side, but for what a model is shown."""

import base64
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import js
from pyodide.ffi import JsException, to_js

from tillroll.pictures.bare import bare_pieces
from tillroll.pictures.pieces import Piece, Span, Zeros
from tillroll.platform.bindings.models import (
    MOST_PIXELS,
    MissingImage,
    ModelError,
    NoModelHere,
    PictureSize,
    UnreadableImage,
    error_of,
    image_error_of,
    longest_side,
)
from tillroll.platform.bindings.objects import missing
from tillroll.platform.cloudflare.patience import COPY_SECONDS, asked_of_bucket
from tillroll.platform.cloudflare.requests import bodiless_response
from tillroll.platform.cloudflare.room import room_for
from tillroll.platform.cloudflare.runtime import (
    content_of,
    free,
    from_object,
    is_nothing,
    options,
    to_object,
)
from tillroll.platform.conditional_requests import part_of
from tillroll.platform.json import JsonObject

_QUALITY = 85
# A picture of fewer bytes passes as it comes.
_LARGE_BYTES: Final = 128 * 1024


class CloudflareImages:
    """`Images` on the Images and R2 bindings."""

    def __init__(self, images: Any, bucket: Any) -> None:
        self._images = images
        self._bucket = bucket

    async def as_data_url(
        self, key: str, max_pixels: int, *, size: PictureSize | None = None, rotation: int = 0
    ) -> str:
        turned = {"rotate": rotation} if rotation else {}
        # A long text takes longer on its way out of JavaScript than bytes, and Python's own base64.
        pixels = content_of(await self._fitted(key, max_pixels, size=size, turned=turned))
        return f"data:image/jpeg;base64,{base64.b64encode(pixels).decode()}"

    async def as_jpeg(self, key: str, max_pixels: int, *, size: PictureSize | None = None) -> bytes:
        return content_of(await self._fitted(key, max_pixels, size=size, turned={}))

    async def _fitted(
        self, key: str, max_pixels: int, size: PictureSize | None, turned: dict[str, int]
    ) -> Any:
        # A square to fit into, since the size is told before the picture is turned upright.
        side = longest_side(size or await self._size(key), max_pixels)
        return await self.transformed(
            key, options(width=side, height=side, fit="scale-down", **turned)
        )

    async def transformed(self, key: str, size: Any) -> Any:
        """The stored image, upright, scaled by an `ImageTransform`: an ArrayBuffer. Raises as
        `Images` does."""
        async with _stream_of(await self._source(key)) as stream:
            try:
                scaled = (
                    await self._images.input(stream)
                    .transform(size)
                    .output(options(format="image/jpeg", quality=_QUALITY, background="#ffffff"))
                )
                return await scaled.response().arrayBuffer()
            except JsException as error:
                raise _image_error(error) from error

    async def _size(self, key: str) -> PictureSize:
        async with _stream_of(await self._source(key)) as stream:
            try:
                answer = await self._images.info(stream)
            except JsException as error:
                raise _image_error(error) from error
        size = PictureSize(int(answer.width), int(answer.height))
        if size.pixels > MOST_PIXELS:
            raise UnreadableImage(f"the picture has {size.width} x {size.height} pixels")
        return size

    async def _source(self, key: str) -> Any:
        """An object of R2. Raises ObjectsUnavailable, MissingImage."""
        async with asked_of_bucket():
            source = await self._bucket.get(key)
        if is_nothing(source):
            raise MissingImage(missing(key))
        return source


@asynccontextmanager
async def _stream_of(source: Any) -> AsyncGenerator[Any]:
    """The bytes of an object of R2, as a stream for the Images binding. Raises ObjectsUnavailable.

    The binding puts all pieces of a stream into its form before it sends any, and they lie there
    until the collector comes. So a large picture is one piece, whose memory is given back at the
    end.
    """
    size = int(source.size)
    async with room_for(size):
        if size < _LARGE_BYTES:
            yield source.body
            return
        async with asked_of_bucket(COPY_SECONDS):
            buffer = await source.arrayBuffer()
        try:
            yield js.ReadableStream.from_(to_js([js.Uint8Array.new(buffer)]))
        finally:
            free(buffer)


def _image_error(error: JsException) -> Exception:
    # A plain Error, such as that of a lost connection, has no such member.
    code = getattr(error, "code", None)
    return image_error_of(str(error.message), int(code) if isinstance(code, int | float) else None)


class WorkersAi:
    """`Models` on the AI binding."""

    def __init__(self, binding: Any) -> None:
        self._binding = binding

    async def run(self, model: str, inputs: JsonObject) -> JsonObject:
        if self._binding is None:
            raise NoModelHere("this deployment has no AI binding: wrangler.jsonc names none")
        # Not as one JSON text: it has a whole picture in it. A member that is None is left out.
        js_inputs = options(**inputs)
        del inputs  # the caller holds no picture in it either while the model thinks
        try:
            answer = from_object(await self._binding.run(model, js_inputs))
        except JsException as error:
            raise error_of(error.message) from error
        if not isinstance(answer, dict):
            raise ModelError(
                None, f"the model answered {type(answer).__name__}, expected an object"
            )
        return answer


async def bare_response(
    bucket: Any,
    key: str,
    media_type: str,
    headers: Mapping[str, str],
    asked: Callable[[str], str | None],
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
    short = bodiless_response(headers, etag, int(file.size), asked=asked, is_head=is_head)
    if short is not None:
        return short
    own: JsonObject = {**headers, "accept-ranges": "bytes", "etag": etag}
    part = part_of(asked("range"), asked("if-range"), etag=etag, size=int(file.size))
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

"""The Images binding and Workers AI. A picture stays on the JavaScript side, but for what a model
is shown."""

import base64
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Final

import js
from pyodide.ffi import JsException, to_js

from tillroll_durable.platform.bindings.models import (
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
from tillroll_durable.platform.bindings.objects import missing
from tillroll_durable.platform.cloudflare.patience import COPY_SECONDS, asked_of_bucket
from tillroll_durable.platform.cloudflare.room import room_for
from tillroll_durable.platform.cloudflare.runtime import (
    content_of,
    free,
    from_object,
    is_nothing,
    options,
)
from tillroll_durable.platform.json import JsonObject

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
        # A square to fit into, since `size` is that of the picture before it is turned upright.
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
        width = int(answer.width)
        height = int(answer.height)
        if width * height > MOST_PIXELS:
            raise UnreadableImage(f"the picture has {width} x {height} pixels")
        return width, height

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

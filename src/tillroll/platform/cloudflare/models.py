"""The Images binding and Workers AI. A picture stays on the JavaScript side; only a data: URL comes into Python."""

from typing import Any

import js
from pyodide.ffi import JsException

from tillroll.platform.bindings.models import (
    MOST_PIXELS,
    ModelError,
    PictureSize,
    UnreadableImage,
    error_of,
    longest_side,
)
from tillroll.platform.cloudflare.runtime import from_object, is_nothing, options, to_object
from tillroll.platform.json import JsonObject

_QUALITY = 85


class CloudflareImages:
    """`Images` on the Images and R2 bindings."""

    def __init__(self, images: Any, bucket: Any) -> None:
        self._images = images
        self._bucket = bucket

    async def as_data_url(
        self, key: str, max_pixels: int, *, size: PictureSize | None = None, rotation: int = 0
    ) -> str:
        turned = {"rotate": rotation} if rotation else {}
        pixels = await self._fitted(key, max_pixels, size, turned)
        return f"data:image/jpeg;base64,{js.Uint8Array.new(pixels).toBase64()}"

    async def as_jpeg(self, key: str, max_pixels: int, *, size: PictureSize | None = None) -> bytes:
        return bytes((await self._fitted(key, max_pixels, size, {})).to_py())

    async def _fitted(self, key: str, max_pixels: int, size: PictureSize | None, turned: dict[str, int]) -> Any:
        # A square to fit into, since the size is told before the picture is turned upright.
        side = longest_side(size or await self._size(key), max_pixels)
        return await self.transformed(key, options(width=side, height=side, fit="scale-down", **turned))

    async def transformed(self, key: str, size: Any) -> Any:
        """The stored image, upright, scaled to `size` (the binding's `ImageTransform`): an ArrayBuffer.

        Raises:
            UnreadableImage: the object is missing, truncated or no image.
        """
        body = await self._body(key)
        try:
            scaled = (
                await self._images.input(body).transform(size).output(options(format="image/jpeg", quality=_QUALITY))
            )
            return await scaled.response().arrayBuffer()
        except JsException as error:
            raise _unreadable(error) from error

    async def _size(self, key: str) -> PictureSize:
        body = await self._body(key)
        try:
            found = await self._images.info(body)
        except JsException as error:
            raise _unreadable(error) from error
        size = PictureSize(int(found.width), int(found.height))
        if size.pixels > MOST_PIXELS:
            raise UnreadableImage(f"the picture has {size.width} x {size.height} pixels")
        return size

    async def _body(self, key: str) -> Any:
        stored = await self._bucket.get(key)
        if is_nothing(stored):
            raise UnreadableImage(f"the object {key} is missing")
        return stored.body


def _unreadable(error: JsException) -> UnreadableImage:
    return UnreadableImage(" ".join(error.message.split())[:200])


class WorkersAi:
    """`Models` on the AI binding."""

    def __init__(self, binding: Any) -> None:
        self._binding = binding

    async def run(self, model: str, inputs: JsonObject) -> JsonObject:
        if self._binding is None:
            raise ModelError(None, "this deployment has no AI binding: wrangler.jsonc names none")
        try:
            answer = from_object(await self._binding.run(model, to_object(inputs)))
        except JsException as error:
            raise error_of(error.message) from error
        if not isinstance(answer, dict):
            raise ModelError(None, f"the model answered {type(answer).__name__}, expected an object")
        return answer

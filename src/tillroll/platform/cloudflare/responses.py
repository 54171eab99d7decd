"""Responses that entry.py makes itself."""

import json
from collections.abc import Mapping
from typing import Any

import js

from tillroll.platform.cloudflare.bindings.images import CloudflareImages
from tillroll.platform.cloudflare.values import is_nothing, options, to_object
from tillroll.platform.json import JsonObject


def json_response(status: int, body: JsonObject, headers: Mapping[str, str]) -> Any:
    """A Response with a JSON body; the headers may name another content-type."""
    return js.Response.new(
        json.dumps(body), options(status=status, headers=to_object({"content-type": "application/json", **headers}))
    )


async def object_response(bucket: Any, key: str, headers: Mapping[str, str]) -> Any | None:
    """A Response that streams a stored object, or None where there is none."""
    stored = await bucket.get(key)
    if is_nothing(stored):
        return None
    return js.Response.new(stored.body, options(headers=to_object(dict(headers))))


async def picture_response(images: CloudflareImages, key: str, width: int, headers: Mapping[str, str]) -> Any:
    """A Response with a stored image, scaled down to `width` pixels, as a JPEG.

    Raises:
        UnreadableImage: the object is missing, truncated or no image.
    """
    pixels = await images.transformed(key, options(width=width, fit="scale-down"))
    return js.Response.new(pixels, options(headers=to_object(dict(headers))))

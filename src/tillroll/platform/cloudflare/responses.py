"""Responses that entry.py makes itself: JSON and objects."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import js

from tillroll.platform.cloudflare.runtime import is_nothing, options, to_object
from tillroll.platform.json import JsonObject
from tillroll.platform.ranges import part_of


def json_response(status: int, body: JsonObject, headers: Mapping[str, str]) -> Any:
    """A Response with a JSON body; the headers may name another content-type."""
    return js.Response.new(
        json.dumps(body), options(status=status, headers=to_object({"content-type": "application/json", **headers}))
    )


async def object_response(
    bucket: Any, key: str, headers: Mapping[str, str], asked: Callable[[str], str | None]
) -> Any | None:
    """A Response that streams a stored object, or the part of it that the request's headers ask for; None where there
    is none. `asked` gives a header of the request by its name.

    Raises:
        Unsatisfiable: it has none of the bytes that are asked for.
    """
    part = None
    if asked("range") is not None:
        there = await bucket.head(key)
        if is_nothing(there):
            return None
        part = part_of(asked("range"), asked("if-range"), str(there.httpEtag), int(there.size))
    chosen = options() if part is None else options(range=options(offset=part.first, length=part.length))
    stored = await bucket.get(key, chosen)
    if is_nothing(stored):
        return None
    own: JsonObject = {**headers, "accept-ranges": "bytes", "etag": str(stored.httpEtag)}
    if part is None:
        return js.Response.new(stored.body, options(headers=to_object(own)))
    own["content-range"] = part.content_range
    return js.Response.new(stored.body, options(status=206, headers=to_object(own)))

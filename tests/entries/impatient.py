"""The deployed Worker on an engine that waits no time between attempts, and with Images that fail
as ordered.

POST /api/test/impatient an attempt that failed is repeated at once POST
/api/test/images?code=9422&says=... the next call to Images fails so; without a code, as a lost
connection

wrangler's own Images cannot fail, so what it is asked passes through here first.
"""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import js
from workers import Response

import entry
from entry import *  # noqa: F403 # pyright: ignore[reportAssignmentType] - the class of each kind; Default is our own
from tillroll_durable.platform.cloudflare.models import CloudflareImages
from tillroll_durable.platform.cloudflare.runtime import to_object

_ordered: list[Any] = []


class OrderedImages:
    """The Images binding, whose next calls throw what was ordered, as the genuine client does."""

    def __init__(self, binding: Any) -> None:
        self._binding = binding

    def input(self, body: Any) -> Any:
        self._strike()
        return self._binding.input(body)

    def info(self, body: Any) -> Any:
        self._strike()
        return self._binding.info(body)

    def _strike(self) -> None:
        if _ordered:
            raise _ordered.pop(0)


_genuine = CloudflareImages.__init__


def _with_orders(self: CloudflareImages, images: Any, bucket: Any) -> None:
    _genuine(self, OrderedImages(images), bucket)


CloudflareImages.__init__ = _with_orders


class Default(entry.Default):
    async def fetch(self, request: Any) -> Any:
        if request.url.endswith("/test/impatient"):
            return await self._make_impatient()
        if "/test/images?" in request.url:
            return _order_failure(request.url)
        return await super().fetch(request)

    async def _make_impatient(self) -> Any:
        workflow = self.env._env.RECEIPT_WORKFLOW
        session = await workflow.unsafeStartIntrospection()
        await workflow.unsafeSetIntrospectionOperations(
            session, to_object([{"type": "disableRetryDelays"}])
        )
        return Response("")


def _order_failure(url: str) -> Any:
    order = parse_qs(urlsplit(url).query)
    error = js.Error.new(order["says"][0])
    if "code" in order:
        error.code = int(order["code"][0])
    _ordered.append(error)
    return Response("")

"""The deployed Worker with orders in it. Copied beside entry.py and run in its place.

POST /api/orders/REFERENCE with the header x-side (the other side's URL) begins one. Of the kinds
below it is the one that was added to the product.
"""

from http import HTTPStatus
from typing import Any

import entry
from entry import *  # noqa: F403 # pyright: ignore[reportAssignmentType] - the class of each kind; Default is our own
from tillroll_durable import Actor, begin
from tillroll_durable.platform.cloudflare.environment import platform_of
from tillroll_durable.platform.cloudflare.requests import json_response

_KINDS = frozenset({"buying", "order"})
_OWNER = Actor("acc_bench", "user:usr_bench")


class Default(entry.Default):
    async def fetch(self, request: Any) -> Any:
        reference = request.url.partition("/api/orders/")[2]
        if not reference:
            return await super().fetch(request)
        [kind] = _KINDS.intersection(entry.REGISTRY.kinds)
        workflow = entry.REGISTRY.versions(kind)[1]
        params = {"side": request.headers.get("x-side"), "order": reference}
        platform = platform_of(self.env, entry.REGISTRY.binding_of)
        run = await begin(platform, workflow, params, _OWNER, key=reference)
        return json_response(HTTPStatus.ACCEPTED, {"runId": run.id}, {})

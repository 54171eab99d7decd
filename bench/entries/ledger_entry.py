"""The product with one more route, which applies transfers at D1's binding: for bench/ledger.py,
never deployed.
"""

import json
import time
from typing import Any

import js

import entry
from entry import *  # noqa: F403 # pyright: ignore[reportAssignmentType] - the class of each kind; Default is our own
from entry import Default as Product
from tillroll.ledger.posting import Answer, post_all
from tillroll.ledger.transfers import Transfer, single
from tillroll_durable import Actor
from tillroll_durable.platform.cloudflare.environment import platform_of

_BOOKS = Actor("acc_bench", "user:usr_bench")


class Default(Product):
    async def fetch(self, request: Any) -> Any:
        url = js.URL.new(request.js_object.url)
        if str(url.pathname) == "/api/bench/transfers":
            asked = {
                name: int(str(url.searchParams.get(name))) for name in ("from", "count", "together")
            }
            return js.Response.new(json.dumps({"seconds": await self._transfer(**asked)}))
        return await super().fetch(request)

    async def _transfer(self, count: int, together: int, **more: int) -> float:
        """Seconds that so many transfers take, so many together in a batch."""
        platform, first = platform_of(self.env, entry.REGISTRY.binding_of), more["from"]
        began = time.perf_counter()
        for start in range(first, first + count, together):
            transfers = [
                single(Transfer(f"binding-{number}", "bank", "owed", "EUR", 1))
                for number in range(start, start + together)
            ]
            posted = await post_all(platform.database, platform.clock, _BOOKS, transfers)
            if {each.answer for each in posted} != {Answer.APPLIED}:
                raise RuntimeError("a transfer was not applied")
        return time.perf_counter() - began

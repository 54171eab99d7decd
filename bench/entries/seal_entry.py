"""The product with two more routes, which make events and seal them: for bench/sealing.py, never
deployed.
"""

import dataclasses
import json
import time
from collections.abc import Sequence
from typing import Any, cast

import js
from pyodide.ffi import to_js

import entry
from entry import *  # noqa: F403 # pyright: ignore[reportAssignmentType] - the class of each kind; Default is our own
from entry import Default as Product
from tillroll_durable.audit import Audited, AuditEvent, append
from tillroll_durable.platform.bindings.database import Row, Statement
from tillroll_durable.platform.clock import SystemClock, to_text
from tillroll_durable.platform.cloudflare.environment import platform_of
from tillroll_durable.platform.cloudflare.runtime import from_object
from tillroll_durable.platform.cloudflare.storage import D1Database
from tillroll_durable.sealing.sealer import seal_new_events


class MeteredD1(D1Database):
    """D1 that adds up what its answers say of the rows that were read and written."""

    def __init__(self, binding: Any) -> None:
        super().__init__(binding)
        self.read = 0
        self.written = 0

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        prepared = [self._prepare(item) for item in statements]
        answers = cast(
            "list[dict[str, Any]]", from_object(await self._binding.batch(to_js(prepared)))
        )
        self.read += sum(answer["meta"]["rows_read"] for answer in answers)
        self.written += sum(answer["meta"]["rows_written"] for answer in answers)
        return [cast("list[Row]", answer.get("results") or []) for answer in answers]


class Default(Product):
    async def fetch(self, request: Any) -> Any:
        url = js.URL.new(request.js_object.url)
        if str(url.pathname) == "/api/bench/events":
            await self._make_events(int(str(url.searchParams.get("count"))))
            return js.Response.new("{}")
        if str(url.pathname) == "/api/bench/seal":
            return js.Response.new(json.dumps(await self._seal()))
        return await super().fetch(request)

    async def _make_events(self, count: int) -> None:
        """As a receipt's step leaves them: a run of its own for each ten."""
        now = SystemClock().now()
        batch = [
            append(_event(f"run_{time.monotonic_ns()}_{at // 10}", at, to_text(now)))
            for at in range(count)
        ]
        for at in range(0, count, 50):
            await platform_of(self.env, entry.REGISTRY.binding_of).database.batch(
                batch[at : at + 50]
            )

    async def _seal(self) -> dict[str, float]:
        database = MeteredD1(self.env._env.DB)  # noqa: SLF001 - what the SDK wraps
        began = time.perf_counter()
        sealed = await seal_new_events(
            dataclasses.replace(platform_of(self.env, entry.REGISTRY.binding_of), database=database)
        )
        seconds = time.perf_counter() - began
        return {
            "seals": sealed.seals,
            "events": sealed.events,
            "read": database.read,
            "written": database.written,
            "ms": 1000 * seconds,
        }


def _event(run: str, at: int, now: str) -> AuditEvent:
    return AuditEvent(
        stream=run,
        event_key=f"{run}:{at}:completed",
        account_id="acc_bench",
        actor="workflow:receipt",
        action=Audited.STEP_COMPLETED,
        outcome="success",
        at=now,
        contract_version=1,
        detail={
            "step": "parse-structured",
            "from": "text_extracted",
            "to": "parsed",
            "attempts": 1,
        },
    )

"""The deployed Worker, whose engine can be told to let waits of claims run out at once. Copied
beside entry.py and run in its place.

POST /api/test/introspection takes a list of what the engine is to do to claims that are begun from
now on, such as {"type": "forceEventTimeout", "step": {"name": …}}; an empty list ends that. While
there is something to do, the Worker's clock goes ahead by each wait that runs out, since a claim
looks at the day before it asks for anything.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from workers import Response

import entry
from entry import *  # noqa: F403 # pyright: ignore[reportAssignmentType] - the class of each kind; Default is our own
from tillroll_durable.platform.bindings.engine import EventTimeout
from tillroll_durable.platform.clock import SystemClock
from tillroll_durable.platform.cloudflare.runtime import to_object
from tillroll_durable.platform.cloudflare.workflows import CloudflareEngine

_sessions: list[Any] = []
_gone_through: dict[str, timedelta] = {}
_wait_for_event = CloudflareEngine.wait_for_event


def _now(self: SystemClock) -> datetime:
    del self
    return datetime.now(UTC) + sum(_gone_through.values(), timedelta())


async def _wait(self: CloudflareEngine, name: str, event_type: str, timeout_seconds: int) -> None:
    began = datetime.now(UTC)
    try:
        await _wait_for_event(self, name, event_type, timeout_seconds)
    except EventTimeout:
        if _sessions:
            _gone_through[event_type] = timedelta(seconds=timeout_seconds) - (
                datetime.now(UTC) - began
            )
        raise


SystemClock.now = _now
CloudflareEngine.wait_for_event = _wait


class Default(entry.Default):
    async def fetch(self, request: Any) -> Any:
        if request.url.endswith("/api/test/introspection"):
            return Response(json.dumps(await self._introspect(json.loads(await request.text()))))
        return await super().fetch(request)

    async def _introspect(self, operations: Any) -> Any:
        """End the introspection that is under way, and begin another where there is something to
        do.
        """
        workflow = self.env._env.WORKFLOWS
        while _sessions:
            await workflow.unsafeStopIntrospection(_sessions.pop())
        if operations:
            _sessions.append(await workflow.unsafeStartIntrospection())
            await workflow.unsafeSetIntrospectionOperations(_sessions[0], to_object(operations))
        return {}

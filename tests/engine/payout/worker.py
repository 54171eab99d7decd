"""The deployed Worker with a second kind, the payout. Copied beside entry.py and run in its place.

POST /api/test/payouts begins one: {"key", "params"} -> {"runId"}. POST /api/test/introspection
takes a list of what the engine is to do to runs that are begun from now on, such as {"type":
"disableSleeps"}; an empty list ends that.
"""

import json
from typing import Any

from workers import Response

import entry
from entry import *  # noqa: F403 # pyright: ignore[reportAssignmentType] - the class of each kind; Default is our own
from tests.engine.payout.workflow import PAYOUT
from tillroll_durable import Actor, begin
from tillroll_durable.platform.cloudflare.environment import platform_of
from tillroll_durable.platform.cloudflare.runtime import to_object

_sessions: list[Any] = []
_OWNER = Actor("acc_first", "user:usr_first")


class Default(entry.Default):
    async def fetch(self, request: Any) -> Any:
        path = request.url.partition("/test/")[2]
        if path == "payouts":
            asked = json.loads(await request.text())
            platform = platform_of(self.env, entry.REGISTRY.binding_of)
            run = await begin(platform, PAYOUT, asked["params"], _OWNER, key=asked["key"])
            return Response(json.dumps({"runId": run.id, "isNew": run.is_new}))
        if path == "introspection":
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

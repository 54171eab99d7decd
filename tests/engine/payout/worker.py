"""The deployed Worker with a second kind, the payout. Copied beside entry.py and run in its place.

POST /test/payouts begins one: {"key", "params"} -> {"runId"}. POST /test/introspection takes a list of what the engine
is not to wait for from now on, such as {"type": "disableSleeps"}.
"""

import json
from typing import Any

from workers import Response

import entry
from entry import ReceiptWorkflow
from tests.engine.payout.workflow import PAYOUT
from tillroll.durable import Actor, begin
from tillroll.platform.cloudflare.environment import platform_of
from tillroll.platform.cloudflare.values import to_object

__all__ = ["Default", "PayoutWorkflow", "ReceiptWorkflow"]

_OWNER = Actor("acc_first", "user:usr_first")


# As a line of entry.py would be.
class PayoutWorkflow(entry._Run): ...  # pyright: ignore[reportPrivateUsage]


class Default(entry.Default):
    async def fetch(self, request: Any) -> Any:
        path = request.url.partition("/test/")[2]
        if path == "payouts":
            asked = json.loads(await request.text())
            run = await begin(platform_of(self.env), PAYOUT, asked["params"], _OWNER, key=asked["key"])
            return Response(json.dumps({"runId": run.id, "isNew": run.is_new}))
        if path == "introspection":
            workflow = self.env._env.PAYOUT_WORKFLOW
            session = await workflow.unsafeStartIntrospection()
            await workflow.unsafeSetIntrospectionOperations(session, to_object(json.loads(await request.text())))
            return Response("{}")
        return await super().fetch(request)

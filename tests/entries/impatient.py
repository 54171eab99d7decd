"""The deployed Worker on an engine that waits no time between attempts: POST /api/test/impatient makes it so."""

from typing import Any

from workers import Response

import entry
from entry import *  # noqa: F403 # pyright: ignore[reportAssignmentType] - the class of each kind; Default is our own
from tillroll.platform.cloudflare.runtime import to_object


class Default(entry.Default):
    async def fetch(self, request: Any) -> Any:
        if not request.url.endswith("/test/impatient"):
            return await super().fetch(request)
        workflow = self.env._env.RECEIPT_WORKFLOW
        session = await workflow.unsafeStartIntrospection()
        await workflow.unsafeSetIntrospectionOperations(session, to_object([{"type": "disableRetryDelays"}]))
        return Response("")

"""A Worker that hands its D1 out: it runs the batch that it is sent, and answers with the rows or
with the error.
"""

import json
from typing import Any

from workers import Response, WorkerEntrypoint

from tillroll_durable.platform.bindings.database import ConstraintFailed, DatabaseError, Statement
from tillroll_durable.platform.cloudflare.storage import D1Database


class Default(WorkerEntrypoint):
    async def fetch(self, request: Any) -> Response:
        if request.method == "GET":
            return Response(json.dumps({"is_ready": True}))
        asked = json.loads(await request.text())
        statements = [Statement(each["sql"], tuple(each["parameters"])) for each in asked]
        try:
            rows = await D1Database(self.env._env.DB).batch(statements)
        except ConstraintFailed as error:
            return Response(json.dumps({"refused": str(error)}))
        except DatabaseError as error:
            return Response(json.dumps({"failed": str(error)}))
        return Response(json.dumps({"rows": rows}))

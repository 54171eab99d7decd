"""A Worker that runs the cases on its D1 and answers with each one's error, or null."""

import json
from typing import Any

from cases import CASES, CASES_OF_D1, drop_tables
from workers import Response, WorkerEntrypoint

from tillroll_durable.platform.cloudflare.storage import D1Database


class Default(WorkerEntrypoint):
    async def fetch(self, _request: Any) -> Response:
        database = D1Database(self.env._env.DB)
        results: dict[str, str | None] = {}
        for case in (*CASES, *CASES_OF_D1):
            await drop_tables(database)
            try:
                await case(database)
            except Exception as error:  # noqa: BLE001 - whatever a case raises is its result
                results[case.__name__] = f"{type(error).__name__}: {error}"
            else:
                results[case.__name__] = None
        return Response(json.dumps(results))

"""A Worker that runs the cases on its fetch, and answers with each one's error, or null."""

import json
from typing import Any

from cases import CASES, HTTP_CASES
from workers import Response, WorkerEntrypoint

from tillroll_durable.platform.cloudflare.http import FetchExchange, FetchHttp


class Default(WorkerEntrypoint):
    async def fetch(self, _request: Any) -> Response:
        results: dict[str, str | None] = {}
        url = str(self.env._env.OTHER_SIDE)
        exchange_cases = [(case.__name__, case(FetchExchange(), url)) for case in CASES]
        http_cases = [(case.__name__, case(FetchHttp(), url)) for case in HTTP_CASES]
        for name, case in [*exchange_cases, *http_cases]:
            try:
                await case
            except Exception as error:  # noqa: BLE001 - whatever a case raises is its result
                results[name] = f"{type(error).__name__}: {error}"
            else:
                results[name] = None
        return Response(json.dumps(results))

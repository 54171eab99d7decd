"""A Worker that runs the cases on its fetch, and answers with each one's error, or null."""

import json
from typing import Any

from cases import CASES
from workers import Response, WorkerEntrypoint

from tillroll.platform.cloudflare.http import FetchExchange


class Default(WorkerEntrypoint):
    async def fetch(self, _request: Any) -> Response:
        results: dict[str, str | None] = {}
        for case in CASES:
            try:
                await case(FetchExchange(), str(self.env._env.OTHER_SIDE))
            except Exception as error:  # noqa: BLE001 - whatever a case raises is its result
                results[case.__name__] = f"{type(error).__name__}: {error}"
            else:
                results[case.__name__] = None
        return Response(json.dumps(results))

"""A Worker that runs the cases on its bucket, and answers with each one's error, or null."""

import json
from typing import Any

from cases import CASES
from workers import Response, WorkerEntrypoint


class Default(WorkerEntrypoint):
    async def fetch(self, _request: Any) -> Response:
        results: dict[str, str | None] = {}
        for case in CASES:
            try:
                # Without the SDK's wrapper, as the Worker has it.
                await case(self.env._env.BUCKET)
            except Exception as error:  # noqa: BLE001 - whatever a case raises is its result
                results[case.__name__] = f"{type(error).__name__}: {error}"
            else:
                results[case.__name__] = None
        return Response(json.dumps(results))

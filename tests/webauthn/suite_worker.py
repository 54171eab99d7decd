"""A Worker that runs the cases on WebCrypto, and answers with each one's error, or null."""

import json
from typing import Any

from cases import CASES
from workers import Response, WorkerEntrypoint

from tillroll_durable.platform.cloudflare.crypto import WebCryptoVerifier


class Default(WorkerEntrypoint):
    async def fetch(self, _request: Any) -> Response:
        vectors = {each["name"]: each for each in json.loads(self.env.VECTORS)}
        results: dict[str, str | None] = {}
        for case in CASES:
            try:
                await case(WebCryptoVerifier(), vectors)
            except Exception as error:  # noqa: BLE001 - whatever a case raises is its result
                results[case.__name__] = f"{type(error).__name__}: {error}"
            else:
                results[case.__name__] = None
        return Response(json.dumps(results))

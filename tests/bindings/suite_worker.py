"""A Worker that runs the cases on its R2 bucket and WebCrypto, and answers with each one's error,
or null.
"""

import json
from typing import Any

from cases import CASES, SECRET, empty
from workers import Response, WorkerEntrypoint

from tillroll_durable.platform.cloudflare.crypto import WebCryptoSigner
from tillroll_durable.platform.cloudflare.storage import R2Objects


class Default(WorkerEntrypoint):
    async def fetch(self, _request: Any) -> Response:
        objects, signer = R2Objects(self.env._env.BUCKET), WebCryptoSigner(SECRET)
        results: dict[str, str | None] = {}
        for case in CASES:
            await empty(objects)
            try:
                await case(objects, signer)
            except Exception as error:  # noqa: BLE001 - whatever a case raises is its result
                results[case.__name__] = f"{type(error).__name__}: {error}"
            else:
                results[case.__name__] = None
        return Response(json.dumps(results))

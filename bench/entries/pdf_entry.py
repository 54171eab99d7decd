"""A Worker of its own for PDFs, as far as its memory goes: it stores a PDF in the bucket, reads it
from there, and stores its pages' pictures. For `bench.isolate --pdf-worker`, never deployed.
"""

import json
from contextlib import nullcontext
from typing import Any

import js
import pyodide_js
from workers import WorkerEntrypoint

from tillroll_documents.pdf_reader.pages import read_stored
from tillroll_documents.pdf_reader.pictures import PagePicture
from tillroll_durable.platform.cloudflare.runtime import pause
from tillroll_durable.platform.cloudflare.storage import R2Objects

_pyodide: Any = pyodide_js._module  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - Pyodide's own


class Default(WorkerEntrypoint):
    async def fetch(self, request: Any) -> Any:
        path = str(js.URL.new(request.js_object.url).pathname)
        if path == "/api/bench/heap":
            return js.Response.new(json.dumps({"heap": int(_pyodide.HEAP8.length)}))
        if path == "/api/bench/pdf":
            return js.Response.new(json.dumps({"pages": await self._read(request.js_object)}))
        return js.Response.new("{}")

    async def _read(self, request: Any) -> int:
        """The number of pages that were read."""
        # The binding itself: the SDK's wrapper turns what it is given.
        bucket = self.env._env.BUCKET  # noqa: SLF001
        objects = R2Objects(bucket)
        key = f"pdf/{js.crypto.randomUUID()}"
        await bucket.put(key, request.body)

        async def load() -> bytes:
            content = await objects.get_bytes(key)
            if content is None:
                raise LookupError(key)
            return content

        async def keep(number: int, picture: PagePicture) -> None:
            await objects.put_bytes(f"{key}/{number}", picture.content, picture.media_type)

        pdf = await read_stored(load, keep, pause, nullcontext())
        return len(pdf.pages)

"""The product with one more route, which tells of each attempt of a step when it ran and how large
Pyodide's heap was behind it: for bench/limits.py, never deployed.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import js
import pyodide_js

from entry import *  # noqa: F403 # pyright: ignore[reportAssignmentType] - the class of each kind; Default is our own
from entry import Default as Product
from tillroll_durable.execution import PATIENT, PATIENT_SECONDS, Execution
from tillroll_durable.platform.bindings.engine import Retries
from tillroll_durable.platform.json import Json

_durably = Execution.durably
_attempts: list[dict[str, str | int]] = []


async def _noted(
    self: Execution,
    name: str,
    attempt: Callable[[int], Awaitable[Json]],
    retries: Retries = PATIENT,
    timeout_seconds: int = PATIENT_SECONDS,
) -> Json:
    async def measured(number: int) -> Json:
        began = int(js.Date.now())
        try:
            return await attempt(number)
        finally:
            # The linear memory of WebAssembly: it grows and never shrinks.
            heap = int(pyodide_js._module.HEAP8.length)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
            run = {
                "kind": self.contract.kind,
                "step": name,
                "began": began,
                "ended": int(js.Date.now()),
                "heap": heap,
            }
            _attempts.append(run)

    return await _durably(self, name, measured, retries, timeout_seconds)


Execution.durably = _noted


class Default(Product):
    async def fetch(self, request: Any) -> Any:
        if str(js.URL.new(request.js_object.url).pathname) == "/api/bench/steps":
            return js.Response.new(json.dumps(_attempts))
        return await super().fetch(request)

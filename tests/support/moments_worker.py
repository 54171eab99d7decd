"""The deployed Worker, whose steps ask whether they may go on. Copied beside entry.py and run in
its place.
"""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

import js

import entry
from entry import *  # noqa: F403 - the Worker's classes
from tillroll_durable.platform.bindings.engine import Retries
from tillroll_durable.platform.cloudflare.workflows import CloudflareEngine
from tillroll_durable.platform.json import Json, JsonObject

_URL = "MOMENTS_URL"
_execute, _do = entry.execute, CloudflareEngine.do
_runs: dict[int, str] = {}


async def _execute_of(
    platform: Any, engine: CloudflareEngine, workflows: Any, params: JsonObject
) -> JsonObject:
    _runs[id(engine)] = str(params["runId"])
    try:
        return await _execute(platform, engine, workflows, params)
    finally:
        _runs.pop(id(engine), None)


async def _do_by_moments(
    self: CloudflareEngine,
    name: str,
    attempt: Callable[[int], Awaitable[Json]],
    retries: Retries,
    timeout_seconds: int,
) -> Json:
    run_id = _runs[id(self)]

    async def asked(number: int) -> Json:
        await _ask(run_id, name, "before")
        result = await attempt(number)
        # The rows are written, and the engine does not know yet.
        await _ask(run_id, name, "after")
        return result

    return await _do(self, name, asked, retries, timeout_seconds)


async def _ask(run_id: str, step: str, side: str) -> None:
    await js.fetch(f"{_URL}/{run_id}/{quote(step, safe='')}/{side}")


entry.execute = _execute_of
CloudflareEngine.do = _do_by_moments

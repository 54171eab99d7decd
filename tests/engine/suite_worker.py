"""A Worker that drives the cases on the genuine engine and answers with what they saw."""

import asyncio
import json
from typing import Any

import js
from cases import drive, run_case
from pyodide.ffi import JsException
from workers import Response, WorkerEntrypoint, WorkflowEntrypoint

from tillroll_durable.platform.cloudflare.workflows import (
    CloudflareEngine,
    CloudflareInstances,
    hand_back_abort,
)

_POLLS = 600


class Suite(WorkflowEntrypoint):
    async def run(self, event: Any, step: Any) -> Any:
        params = json.loads(json.dumps(event["payload"]))
        try:
            return await run_case(CloudflareEngine(step), params)
        except JsException as error:
            return hand_back_abort(error)


class Default(WorkerEntrypoint):
    async def fetch(self, _request: Any) -> Response:
        binding = self.env._env.SUITE

        async def reach(instance_id: str, status: str) -> Any:
            now: Any = None
            for _ in range(_POLLS):
                now = await (await binding.get(instance_id)).status()
                if now.status == status:
                    return json.loads(str(js.JSON.stringify(now.output) or "null"))
                if now.status == "errored":
                    return {"errored": str(now.error.message)}
                await asyncio.sleep(0.05)
            return {"stays": str(now.status)}

        return Response(json.dumps(await drive(CloudflareInstances(binding), reach)))

"""Two workflows of the same length, for bench/step_cost.py, never deployed: bare steps, and steps by contract.

Each step writes one row of `written`, a table of this benchmark, whose times tell how long the steps between them took.
"""

import dataclasses
import json
from typing import Any

import js
from workers import WorkflowEntrypoint

from entry import *  # noqa: F403 # pyright: ignore[reportAssignmentType] - the class of each kind; Default is our own
from entry import Default as Product
from tillroll.durable import NoParams, Outcome, StepContext
from tillroll.durable.beginning import Actor, begin
from tillroll.durable.contract import Contract
from tillroll.durable.execution.workflow_run import WorkflowRun
from tillroll.durable.operations.dispatch import execute
from tillroll.durable.states import NextSafeAction, State, Status
from tillroll.durable.step import Effect, OnFailure, Step
from tillroll.durable.workflow import Workflow
from tillroll.platform.bindings.database import statement
from tillroll.platform.bindings.engine import Retries
from tillroll.platform.clock import SystemClock, to_text
from tillroll.platform.cloudflare.environment import platform_of
from tillroll.platform.cloudflare.requests import json_response
from tillroll.platform.cloudflare.workflows import CloudflareEngine, CloudflareInstances
from tillroll.platform.json import JsonObject

STEPS = 20
_SQL = "INSERT INTO written (id, run_id, created_at) VALUES (?, ?, ?)"
_FAILED = State("failed", Status.FAILED, "", NextSafeAction.RETRY_FROM_STEP)
_CANCELLED = State("cancelled", Status.CANCELLED, "", NextSafeAction.NONE, is_terminal=True)
_ABANDONED = State("abandoned", Status.CANCELLED, "", NextSafeAction.NONE, is_terminal=True)
_STATES = [State(f"s{number}", Status.PROCESSING, "", NextSafeAction.WAIT) for number in range(STEPS)]
_DONE = State(f"s{STEPS}", Status.COMPLETE, "", NextSafeAction.NONE, is_terminal=True)
_CONTRACT = Contract(
    kind="bench",
    version=1,
    initial="s0",
    states=(*_STATES, _DONE, _FAILED, _CANCELLED, _ABANDONED),
    steps=tuple(
        Step(
            name=f"step-{number}",
            effect=Effect.WRITE,
            on_success=(f"s{number}",),
            on_failure=OnFailure(_FAILED.name),
            retries=Retries(limit=5, delay_seconds=1),
            timeout_seconds=60,
        )
        for number in range(1, STEPS + 1)
    ),
)
# The same settings, as the engine takes them.
_CONFIG = {"retries": {"limit": 5, "delay": "1 seconds", "backoff": "exponential"}, "timeout": "60 seconds"}


def _now() -> str:
    return to_text(SystemClock().now())


class BareWorkflow(WorkflowEntrypoint):
    """`step.do` with one D1 write, as anyone would write it."""

    async def run(self, event: Any, step: Any) -> None:
        run_id = event["payload"]["runId"]
        for number in range(1, STEPS + 1):
            await self._write(step, run_id, f"step-{number}")

    async def _write(self, step: Any, run_id: str, name: str) -> None:
        @step.do(name, config=_CONFIG)
        async def write() -> None:
            await self.env.DB.prepare(_SQL).bind(f"{run_id}:{name}", run_id, _now()).run()

        await write()


class ContractWorkflow(WorkflowEntrypoint):
    """The same writes as steps of a contract."""

    async def run(self, event: Any, step: Any) -> Any:
        params = json.loads(json.dumps(event["payload"]))
        return await execute(platform_of(self.env), CloudflareEngine(step), [_WORKFLOW], params)


async def _body(run: WorkflowRun[NoParams]) -> JsonObject:
    for step in _CONTRACT.steps:
        await run.step(step, _write)
    return {}


async def _write(context: StepContext) -> Outcome:
    return Outcome(statements=[statement(_SQL, f"{context.run.id}:{context.step}", context.run.id, _now())])


_WORKFLOW = Workflow(_CONTRACT, _body)


class Default(Product):
    async def fetch(self, request: Any) -> Any:
        """POST /api/bench/BINDING/KEY starts an instance of the workflow of that binding."""
        parts = str(js.URL.new(request.js_object.url).pathname).split("/")
        if parts[1:3] != ["api", "bench"]:
            return await super().fetch(request)
        binding, key = parts[3:]
        instances = {_CONTRACT.kind: CloudflareInstances(getattr(self.env._env, binding))}  # noqa: SLF001
        platform = dataclasses.replace(platform_of(self.env), instances=instances)
        run = await begin(platform, _WORKFLOW, NoParams(), Actor("acc_bench", "user:bench"), key=key)
        return json_response(202, {"runId": run.id}, {})

"""Three workflows of the same lengths, for bench/step_cost.py, never deployed: bare steps, bare
steps with all that a contract writes (the floor), and steps by contract.

Each step writes one row of `written`, a table of this benchmark, whose times tell how long the
steps between them took.
"""

import dataclasses
import json
from collections.abc import Sequence
from typing import Any

import js
from pyodide.ffi import to_js
from workers import WorkflowEntrypoint

import entry
from entry import *  # noqa: F403 # pyright: ignore[reportAssignmentType] - the class of each kind; Default is our own
from entry import Default as Product
from tillroll_durable import NoParams, Outcome, StepContext
from tillroll_durable.audit import Audited
from tillroll_durable.beginning import Actor, begin
from tillroll_durable.contract import Contract
from tillroll_durable.dispatch import execute
from tillroll_durable.execution import Commit, WorkflowRun, commit_step, given
from tillroll_durable.platform.bindings.database import ByBatch, Row, Statement, Value, statement
from tillroll_durable.platform.bindings.engine import Retries
from tillroll_durable.platform.clock import SystemClock, to_text
from tillroll_durable.platform.cloudflare.environment import platform_of
from tillroll_durable.platform.cloudflare.requests import json_response
from tillroll_durable.platform.cloudflare.runtime import bound
from tillroll_durable.platform.cloudflare.workflows import CloudflareEngine, CloudflareInstances
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.runs import Run, find_run
from tillroll_durable.states import NextSafeAction, State, Status
from tillroll_durable.step import Effect, OnFailure, Step
from tillroll_durable.workflow import Workflow

LENGTHS = (1, 20, 200)
_SQL = "INSERT INTO written (id, run_id, created_at) VALUES (?, ?, ?)"
_FAILED = State("failed", Status.FAILED, "", NextSafeAction.RETRY_FROM_STEP)
_CANCELLED = State("cancelled", Status.CANCELLED, "", NextSafeAction.NONE, is_terminal=True)
_ABANDONED = State("abandoned", Status.CANCELLED, "", NextSafeAction.NONE, is_terminal=True)


def _contract(length: int) -> Contract:
    """Its version says how many steps it has."""
    states = [
        State(f"s{number}", Status.PROCESSING, "", NextSafeAction.WAIT) for number in range(length)
    ]
    done = State(f"s{length}", Status.COMPLETE, "", NextSafeAction.NONE, is_terminal=True)
    return Contract(
        kind="bench",
        version=length,
        initial="s0",
        states=(*states, done, _FAILED, _CANCELLED, _ABANDONED),
        steps=tuple(
            Step(
                name=f"step-{number}",
                effect=Effect.WRITE,
                on_success=(f"s{number}",),
                on_failure=OnFailure(_FAILED.name),
                retries=Retries(limit=5, delay_seconds=1),
                timeout_seconds=60,
            )
            for number in range(1, length + 1)
        ),
    )


# The same settings, as the engine takes them.
_CONFIG = {
    "retries": {"limit": 5, "delay": "1 seconds", "backoff": "exponential"},
    "timeout": "60 seconds",
}


def _now() -> str:
    return to_text(SystemClock().now())


class BareWorkflow(WorkflowEntrypoint):
    """`step.do` with one D1 write, as anyone would write it."""

    async def run(self, event: Any, step: Any) -> None:
        run_id = event["payload"]["runId"]
        length = (
            await self.env.DB.prepare("SELECT contract_version FROM runs WHERE id = ?")
            .bind(run_id)
            .first("contract_version")
        )
        for number in range(1, int(length) + 1):
            await self._write(step, run_id, f"step-{number}")

    async def _write(self, step: Any, run_id: str, name: str) -> None:
        @step.do(name, config=_CONFIG)
        async def write() -> None:
            await self.env.DB.prepare(_SQL).bind(f"{run_id}:{name}", run_id, _now()).run()

        await write()


class FloorWorkflow(WorkflowEntrypoint):
    """`step.do` with the statements of a contract's step in one batch: what is left is what
    Tillroll does for them.
    """

    async def run(self, event: Any, step: Any) -> None:
        database = platform_of(self.env, entry.REGISTRY.binding_of).database
        run = await find_run(database, event["payload"]["runId"])
        for name, statements in await _statements_of(run):
            await self._write(step, name, statements)

    async def _write(self, step: Any, name: str, statements: Sequence[Statement]) -> None:
        @step.do(name, config=_CONFIG)
        async def write() -> None:
            database = getattr(self.env, "_env", self.env).DB
            made = [
                database.prepare(each.sql).bind(*map(_bound, each.parameters))
                for each in statements
            ]
            await database.batch(to_js(made))

        await write()


_NOW = "now"


def _bound(value: Value) -> Any:
    return bound(_now() if value == _NOW else value)


class _Taken(ByBatch):
    """Keeps what is to be written."""

    def __init__(self) -> None:
        self.statements: Sequence[Statement] = ()

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        self.statements = statements
        return [[{"state_version": 0}] for _ in statements]


async def _statements_of(run: Run | None) -> list[tuple[str, Sequence[Statement]]]:
    """What each step by contract would write of the run, made before the first one begins."""
    assert run is not None  # noqa: S101 - it was begun
    contract, taken, made = (
        _contract(run.contract_version),
        _Taken(),
        list[tuple[str, Sequence[Statement]]](),
    )
    for declared in contract.steps:
        name, to = declared.name, contract.state(declared.on_success[0])
        outcome = Outcome(statements=[statement(_SQL, [f"{run.id}:{name}", run.id, _NOW])])
        digest = given(run.id, declared, ()).digest
        commit = Commit(name, Audited.STEP_COMPLETED, 1, _now(), _now(), given_digest=digest)
        await commit_step(taken, run, to, commit, outcome)
        run = dataclasses.replace(
            run, state=to.name, status=to.status, state_version=run.state_version + 1
        )
        made.append((name, taken.statements))
    return made


class ContractWorkflow(WorkflowEntrypoint):
    """The same writes as steps of a contract."""

    async def run(self, event: Any, step: Any) -> Any:
        params = json.loads(json.dumps(event["payload"]))
        return await execute(
            platform_of(self.env, entry.REGISTRY.binding_of),
            CloudflareEngine(step),
            [*_WORKFLOWS.values()],
            params,
        )


async def _write(context: StepContext) -> Outcome:
    return Outcome(
        statements=[statement(_SQL, [f"{context.run.id}:{context.step}", context.run.id, _now()])]
    )


def _workflow(contract: Contract) -> Workflow:
    async def body(run: WorkflowRun[NoParams]) -> JsonObject:
        for step in contract.steps:
            await run.step(step, _write)
        return {}

    return Workflow(contract, body)


_WORKFLOWS = {length: _workflow(_contract(length)) for length in LENGTHS}


class Default(Product):
    async def fetch(self, request: Any) -> Any:
        """POST /api/bench/BINDING/STEPS/KEY starts an instance of the workflow of that binding, of
        so many steps.
        """
        parts = str(js.URL.new(request.js_object.url).pathname).split("/")
        if parts[1:3] != ["api", "bench"]:
            return await super().fetch(request)
        binding, length, key = parts[3:]
        workflow = _WORKFLOWS[int(length)]
        instances = {workflow.contract.kind: CloudflareInstances(getattr(self.env._env, binding))}  # noqa: SLF001 - what the SDK wraps
        platform = dataclasses.replace(
            platform_of(self.env, entry.REGISTRY.binding_of), instances=instances
        )
        run = await begin(platform, workflow, NoParams(), Actor("acc_bench", "user:bench"), key=key)
        return json_response(202, {"runId": run.id}, {})

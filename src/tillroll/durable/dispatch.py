"""From an engine instance to the body of its run: the right kind, version and generation, or nothing."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from tillroll.durable.contract import Contract
from tillroll.durable.errors import RunCancelled, Superseded
from tillroll.durable.execution import Execution, WhenUndone, nothing_else
from tillroll.durable.runs import load_run
from tillroll.durable.versions import not_deployed
from tillroll.durable.workflow_run import WorkflowRun
from tillroll.platform.engine import Engine
from tillroll.platform.json import JsonObject
from tillroll.platform.services import Platform


class UnknownVersion(Exception):
    """A run asks for a contract version that this deployment no longer has: its old body was removed too early."""


@dataclass(frozen=True)
class Workflow:
    """A contract and the body that fulfils it. Old versions stay until no live run has them.

    `when_undone` gives what is written along when a run ends without what it was made for: cancelled, abandoned,
    rejected or compensated. It is called with the run and the time.
    """

    contract: Contract
    body: Callable[[WorkflowRun], Awaitable[JsonObject]]
    when_undone: WhenUndone = nothing_else


def instance_params(run_id: str, generation: int) -> JsonObject:
    return {"runId": run_id, "generation": generation}


async def execute(platform: Platform, engine: Engine, workflows: Sequence[Workflow], params: JsonObject) -> JsonObject:
    """Run, or go on with, the run that an instance was made for; return the body's output.

    A newer generation, or a run that has ended, makes this instance superfluous: it ends at once and changes nothing.

    Raises:
        RunFailed: the run has stopped in a failure state; its record says so.
        UnknownVersion: no workflow of that kind and version is deployed.
    """
    loaded = await load_run(platform.database, str(params["runId"]))
    if loaded is None:
        return {"superseded": "the run was never recorded"}
    run, stored = loaded
    if run.generation != params["generation"]:
        return {"superseded": f"generation {run.generation} has taken over"}
    workflow = next(
        (w for w in workflows if (w.contract.kind, w.contract.version) == (run.kind, run.contract_version)), None
    )
    if workflow is None:
        raise UnknownVersion(not_deployed(run))
    if workflow.contract.state(run.state).is_terminal:
        return {"state": run.state}
    execution = Execution(platform, engine, workflow.contract, run, stored, workflow.when_undone)
    try:
        return await workflow.body(WorkflowRun(execution))
    except Superseded as error:
        return {"superseded": str(error)}
    except RunCancelled as error:
        return {"state": str(error)}
    finally:
        execution.tell()

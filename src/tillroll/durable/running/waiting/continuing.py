"""A run that ends and goes on as another: for loops that are longer than the engine's limit of steps."""

from typing import TYPE_CHECKING, NoReturn

from pydantic import BaseModel

from tillroll.durable.contract import ContractError
from tillroll.durable.errors import RunContinued
from tillroll.durable.params import InvalidParams, checked
from tillroll.durable.record.audit import append, event_of_run
from tillroll.durable.record.concurrency.limits import concurrency_key
from tillroll.durable.record.concurrency.slots import is_in_line, number_of
from tillroll.durable.record.runs import NewRun, insert
from tillroll.durable.record.starting import start_instance
from tillroll.durable.running.execution import Execution
from tillroll.durable.running.steps import Outcome
from tillroll.durable.running.waiting.commits import RETRIES, TIMEOUT_SECONDS, commit_once
from tillroll.platform.bindings.engine import NonRetryable
from tillroll.platform.ids import new_id
from tillroll.platform.json import Json, JsonObject

if TYPE_CHECKING:
    from tillroll.durable.workflow import Workflow

_NAME = "continue: as another run"


async def continue_as(execution: Execution, newest: "Workflow", params: BaseModel | JsonObject) -> NoReturn:
    """End the run in its contract's `continued` state and begin its continuation, in one batch.

    `newest` is the newest version of the run's own workflow, so that a chain does not keep an old body alive.

    Raises:
        RunContinued: always.
        CancelRequested: the run was asked to end.
        ContractError: the contract declares no `continued` state.
    """
    state = execution.contract.continued
    if state is None:
        raise ContractError(f"{execution.contract.kind} continues as another run: give its contract `continued`")

    async def attempt(number: int) -> Json:
        run, now = execution.run, execution.now()
        try:
            valid, kept = checked(newest.params, params)
            key = concurrency_key(newest.contract, valid)
        except InvalidParams as invalid:
            raise NonRetryable(f"continuation: {invalid}") from invalid
        run_id = new_id("run")
        following = NewRun(
            id=run_id,
            account_id=run.account_id,
            contract=newest.contract,
            source_event_id=f"{run.id}:continue",
            subject=newest.subject(valid) if newest.subject else run_id,
            params=kept,
            previous_run_id=run.id,
            parent_run_id=run.parent_run_id,
            concurrency_key=key,
            continues=True,
        )
        created = event_of_run(
            following,
            "run.created",
            f"{run_id}:created",
            actor=f"run:{run.id}",
            at=now,
            detail={"subject": following.subject, "previousRun": run.id, "to": newest.contract.initial},
        )
        outcome = Outcome(
            output={"runId": run_id},
            statements=[insert(following, now), append(created)],
            state=state,
            told={"run": run_id},
        )
        output = await commit_once(execution, _NAME, number, outcome, "run.continued")
        match output:
            case {"runId": str(begun)}:
                placed = await execution.platform.database.first(number_of(begun)) if key is not None else None
                if placed is None or not is_in_line(placed):
                    await start_instance(execution.platform, execution.contract.kind, begun, 1)
            case _:
                raise TypeError(f"a continuation is no run: {output!r}")
        return output

    output = await execution.durably(_NAME, attempt, RETRIES, TIMEOUT_SECONDS)
    raise RunContinued(str(output["runId"] if isinstance(output, dict) else output))

"""Runs that a run begins, joined or left to themselves, and the run that it goes on as."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Generic, NoReturn

from pydantic import BaseModel
from typing_extensions import TypeVar

from tillroll_durable._execution.execution import Execution
from tillroll_durable._execution.steps import Outcome, given_text, side_by_side
from tillroll_durable._execution.waits import (
    Wait,
    begin_wait,
    commit_once,
    end_wait,
    is_behind,
    listen_as,
    wait_for,
)
from tillroll_durable._record.changes import RunChange
from tillroll_durable._record.instances import start_instance
from tillroll_durable.attributes import attributes_of, write_attributes
from tillroll_durable.audit import Audited, append_if_changed
from tillroll_durable.beginning import Actor, NotBegun, begin
from tillroll_durable.chains import hand_on
from tillroll_durable.contract import RETURNED
from tillroll_durable.declared import InvalidParams, Signal, checked
from tillroll_durable.errors import CancelRequested, LostGuard, RunContinued
from tillroll_durable.outputs import ContractError
from tillroll_durable.platform.bindings.database import (
    Row,
    Statement,
    optional_text,
    statement,
    text,
)
from tillroll_durable.platform.bindings.engine import EventTimeout, NonRetryable
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import GivenObject, Json, JsonObject, dump, load
from tillroll_durable.runs import CHAIN, NewRun, created_event, insert
from tillroll_durable.slots import concurrency_key
from tillroll_durable.states import Status
from tillroll_durable.step import CHILD

if TYPE_CHECKING:
    from tillroll_durable.workflow import Workflow


# A child that ends wakes its parent, and the reconciler does where that was lost; so often it looks
# anyway.
_LOOK_AGAIN_SECONDS = 30 * 24 * 3600
# The reconciler wakes nobody for a child that has failed.
_LOOK_FOR_FAILURE_SECONDS = 10 * 60

_ONE_KEY: Final = "give each child a key of its own"

_NEWEST_OF_CHAIN = f"""
  {CHAIN}
  SELECT runs.id, runs.status, runs.state, run_steps.output, run_steps.step,
    COALESCE(run_steps.ended_at, runs.updated_at) AS ended_at FROM chain
    JOIN runs ON runs.id = chain.id
  LEFT JOIN run_steps
    ON run_steps.run_id = runs.id AND run_steps.step = COALESCE(?2, runs.last_successful_step)
  ORDER BY place DESC LIMIT 1
"""


Result = TypeVar("Result", default=Any)


@dataclass(frozen=True)
class Child(Generic[Result]):
    """A run that this run has begun.

    Attributes:
        id: of its run.
        workflow: its kind.
    """

    id: str
    workflow: "Workflow[Any, Result]"


@dataclass(frozen=True)
class ChildEnd(Generic[Result]):
    """How a child has ended. `run_id` is its last continuation's. `output` is what its body has
    returned, or what the step gave that ended it; None where it has not completed.

    Attributes:
        status: a `Status` that ends.
        state: the state of its contract in which it ended.
    """

    run_id: str
    status: str
    state: str
    output: Result | None


AlsoOfChild = Callable[[str, str], Sequence[Statement]]
"""What belongs to a child's beginning, from its id and the time; it stands in the same batch."""


def nothing_else(_child_id: str, _now: str) -> Sequence[Statement]:
    """Write nothing along with a child."""
    return ()


async def begin_child(
    execution: Execution,
    workflow: "Workflow[Any, Result]",
    params: BaseModel | GivenObject,
    key: str,
    also: AlsoOfChild = nothing_else,
) -> Child[Result]:
    """Begin a run of a workflow, once for this key in this run. Raises CancelRequested: this run
    was asked to end; ContractError: others than these params stand under this key; StepError: the
    params are not what the workflow declares.
    """
    name = f"{CHILD}{key}"
    try:
        now = given_text(execution.run.id, name, checked(workflow.params, params)[1])
        execution.check_given(name, now, _ONE_KEY)
    except InvalidParams:
        now = None  # where there is no child yet, its beginning says so

    async def attempt(number: int) -> Json:
        stored = await execution.completed(name, number)
        if stored:
            return stored.output
        execution.check_goes_on()
        run = execution.run

        def while_we_go_on(child: NewRun, now: str) -> list[Statement]:
            """An attempt that outlived its run begins nothing."""
            return [*also(child.id, now), RunChange(run, now).going_on()]

        actor = Actor(run.account_id, f"run:{run.id}")
        try:
            child_run = await begin(
                execution.platform,
                workflow,
                params=params,
                actor=actor,
                key=f"{run.id}:{key}",
                also=while_we_go_on,
                parent_run_id=run.id,
            )
        except NotBegun as refused:
            return await _begun_elsewhere(execution, name, refused)
        except ValueError as invalid:
            raise NonRetryable(f"child {key}: {invalid}") from invalid
        if load(checked(workflow.params, params)[1]) != child_run.params:
            before = given_text(run.id, name, dump(child_run.params))
            comparison = side_by_side(before.kept, None if now is None else now.kept)
            raise execution.off_contract(
                f"{name!r} was done with other inputs: {_ONE_KEY}", comparison
            )
        outcome = Outcome(output={"runId": child_run.id}, told={"run": child_run.id})
        can_be_undone = workflow.contract.undone is not None
        return await commit_once(
            execution,
            name,
            attempt=number,
            outcome=outcome,
            action=Audited.CHILD_BEGUN,
            now=now,
            has_rollback=can_be_undone,
        )

    output = await execution.durably(name, attempt)
    if now is not None:
        execution.known.was_given(name, now)
    return Child(_run_id(output), workflow)


def _run_id(output: Json) -> str:
    match output:
        case {"runId": str(run_id)}:
            return run_id
        case _:
            raise TypeError(f"{output!r} names no run")


async def _begun_elsewhere(execution: Execution, name: str, refused: NotBegun) -> Json:
    """What another attempt stored of a child that this one could not begin. Raises NonRetryable:
    the run is not this attempt's any more; or it is, and what belongs to the child was refused.
    """
    run = execution.run
    query = statement(
        "SELECT 1 AS one FROM runs WHERE id = ? AND generation = ? AND state = ? "
        "AND cancel_requested_at IS NULL",
        [run.id, run.generation, run.state],
    )
    if await execution.platform.database.first(query) is not None:
        raise NonRetryable(f"{name} was not begun: {refused}") from refused
    return await execution.output_of_winner(name, LostGuard(str(refused)))


async def join(
    execution: Execution, child: Child[Result], *, may_fail: bool = False
) -> ChildEnd[Result]:
    """Wait until a child has ended, and where it continues as another run, until that has. One that
    has failed is an operator's, and waited for, unless it `may_fail`. Raises CancelRequested: this
    run was asked to end.
    """
    joining = _Joining(execution, child, may_fail)
    wait = joining.wait
    if may_fail:
        seconds = _LOOK_FOR_FAILURE_SECONDS
    else:
        seconds = _LOOK_AGAIN_SECONDS
    is_there = await joining.begin()
    look = 1
    while True:
        if not is_there:
            execution.tell()
            with suppress(EventTimeout):
                await execution.engine.wait_for_event(
                    f"{wait.prefix}: wait {look}", wait.event_type(look), seconds
                )
        end = await joining.look(look)
        if end is not None:
            return end
        is_there = False
        look = look + 1


async def first(
    execution: Execution, signal: Signal[Any], number: int, within: timedelta, child: Child[Result]
) -> JsonObject | ChildEnd[Result] | None:
    """Wait for a signal or for the end of a child, whichever comes first; return the signal's
    payload, the child's end, or None when the time is up. Raises CancelRequested: this run was
    asked to end.
    """
    joining = _Joining(execution, child)
    match await wait_for(execution, signal, number=number, within=within, surroundings=joining.end):
        case {"payload": dict(payload)}:
            return payload
        case {"child": dict(end)}:
            return await joining.read(end)
        case _:
            return None


@dataclass(frozen=True)
class _Joining(Generic[Result]):
    """The durable steps of one join."""

    execution: Execution
    child: Child[Result]
    may_fail: bool = False

    @property
    def wait(self) -> Wait:
        return Wait("child", self.child.id, 1)

    async def begin(self) -> bool:
        """Note that the run waits; true where the child has ended already."""
        name = f"{self.wait.prefix}: begin"
        execution = self.execution

        async def attempt(number: int) -> Json:
            if await execution.completed(name, number):
                if await is_behind(execution, f"{self.wait.prefix}: end", number):
                    return True
                newest = await self._newest()
                await self.execution.platform.database.batch(
                    [listen_as(execution.run, self.wait, 1, awaits=text(newest, "id"))]
                )
            else:
                row = begin_wait(
                    execution.run, self.wait, until=None, now=execution.now(), awaits=self.child.id
                )
                await commit_once(
                    execution,
                    name,
                    attempt=number,
                    outcome=Outcome(statements=[row]),
                    action=Audited.CHILD_AWAITED,
                )
            return self._has_ended(await self._newest())

        return bool(await execution.durably(name, attempt))

    async def look(self, look: int) -> ChildEnd[Result] | None:
        """The child's end; or None, where it goes on."""
        name = f"{self.wait.prefix}: end"
        execution = self.execution

        async def attempt(number: int) -> Json:
            stored = await execution.completed(name, number)
            if stored:
                return stored.output
            query = statement(
                "SELECT cancel_kind, cancel_reason FROM runs WHERE id = ?", [execution.run.id]
            )
            row = await self.execution.platform.database.first(query)
            if row:
                execution.check_not_cancelled(row)
            end, newest = await self.end()
            if end is None:
                await self.execution.platform.database.batch(
                    [listen_as(execution.run, self.wait, look + 1, awaits=newest)]
                )
                return None
            over = end_wait(execution.run, self.wait, outcome="joined", now=execution.now())
            return await commit_once(
                execution,
                name,
                attempt=number,
                outcome=Outcome(output=end, statements=[over]),
                action=Audited.CHILD_JOINED,
            )

        output = await execution.durably(f"{name} {look}", attempt)
        if isinstance(output, dict):
            return await self.read(output)
        return None

    async def end(self, by: str | None = None) -> tuple[JsonObject | None, str]:
        """How the child has ended, by that time where one is given, or None; and its last
        continuation.
        """
        newest = await self._newest()
        run_id = text(newest, "id")
        if not self._has_ended(newest) or (by is not None and text(newest, "ended_at") > by):
            return None, run_id
        stored = optional_text(newest, "output")
        output = None if stored is None else load(stored)
        status = text(newest, "status")
        state = text(newest, "state")
        if self.child.workflow.gives is not None and newest["step"] != RETURNED:
            output = None  # it has ended otherwise than by its return
        return {"runId": run_id, "status": status, "state": state, "output": output}, run_id

    async def read(self, end: JsonObject) -> ChildEnd[Result]:
        """An end, as it is kept, with its output by its type."""
        match end:
            case {
                "runId": str(run_id),
                "status": str(status),
                "state": str(state),
                "output": value,
            }:
                is_there = status == Status.COMPLETE and value is not None
                if is_there:
                    output = self.child.workflow.output.read(await self.execution.whole(value))
                else:
                    output = None
                return ChildEnd(run_id, status, state=state, output=output)
            case _:
                raise TypeError(f"{end!r} is no end of a child")

    async def _newest(self) -> Row:
        row = await self.execution.platform.database.first(
            statement(_NEWEST_OF_CHAIN, [self.child.id, self.child.workflow.contract.result])
        )
        if row is None:
            raise NonRetryable(f"the child {self.child.id} is gone")
        return row

    def _has_ended(self, run: Row) -> bool:
        if self.may_fail and run["status"] == Status.FAILED:
            return True
        contract = self.child.workflow.contract
        declared = next((state for state in contract.states if state.name == run["state"]), None)
        # A state of a version that is not this body's says by its status whether more can come.
        if declared:
            return declared.is_terminal
        return run["status"] in {"complete", "rejected", "cancelled"}


async def _goes_on_now(execution: Execution, run_id: str) -> bool:
    """Whether a continuation neither waits in line nor is paused, as the run before it was."""
    query = "SELECT queue_number, paused_at FROM runs WHERE id = ?"
    row = await execution.platform.database.first(statement(query, [run_id]))
    return row is None or (row["queue_number"] is None and row["paused_at"] is None)


_NAME = "continue: as another run"


async def continue_as(
    execution: Execution, newest: "Workflow", params: BaseModel | GivenObject
) -> NoReturn:
    """End the run in its contract's `continued` state and begin its continuation, in one batch. It
    also hands on what the run has accepted and not taken. `newest` is the newest version of the
    run's own workflow, so that a chain does not keep an old body alive. Raises RunContinued:
    always; CancelRequested: the run was asked to end; ContractError: the contract declares no
    `continued` state.
    """
    state = execution.contract.continued
    if state is None:
        raise ContractError(
            f"{execution.contract.kind} continues as another run: give its contract `continued`"
        )

    async def attempt(number: int) -> Json:
        run = execution.run
        now = execution.now()
        try:
            valid, stored = checked(newest.params, params)
            key = concurrency_key(newest.contract, valid)
            attributes = attributes_of(newest.contract, valid)
        except InvalidParams as invalid:
            raise NonRetryable(f"continuation: {invalid}") from invalid
        run_id = new_id("run")
        following = NewRun(
            id=run_id,
            account_id=run.account_id,
            contract=newest.contract,
            begin_key=f"{run.id}:continue",
            subject=newest.subject(valid) if newest.subject else run_id,
            params=stored,
            previous_run_id=run.id,
            parent_run_id=run.parent_run_id,
            concurrency_key=key,
            continues=True,
        )
        created = created_event(following, f"run:{run.id}", now)
        outcome = Outcome(
            output={"runId": run_id},
            statements=[
                insert(following, now),
                append_if_changed(created),
                *hand_on(run, run_id, contract=newest.contract, params=newest.params, now=now),
                *write_attributes(run.account_id, run_id, attributes),
            ],
            state=state,
            told={"run": run_id},
        )
        output = await commit_once(
            execution, _NAME, attempt=number, outcome=outcome, action=Audited.RUN_CONTINUED
        )
        next_run_id = _run_id(output)
        if await _goes_on_now(execution, next_run_id):
            await start_instance(
                execution.platform, execution.contract.kind, run_id=next_run_id, generation=1
            )
        return output

    next_run_id = _run_id(await execution.durably(_NAME, attempt))
    if execution.must_end:
        raise CancelRequested("it had gone on as another run, and is undone")
    raise RunContinued(next_run_id)

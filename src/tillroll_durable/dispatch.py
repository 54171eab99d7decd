"""Dispatch: an engine's instance executes its run's body of the right kind, version and generation,
or nothing.
"""

from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Final

from tillroll_durable import runs
from tillroll_durable._execution.endings import OutOfReach
from tillroll_durable._execution.execution import Execution
from tillroll_durable._execution.waits import open_wait
from tillroll_durable._execution.workflow_run import WorkflowRun
from tillroll_durable._operations.instances import admit_behind
from tillroll_durable._record.changes import RunChange
from tillroll_durable._record.crashes import crash_of
from tillroll_durable._record.loading import LoadedRun, load_for_instance
from tillroll_durable.audit import Audited, event_of_run, guarded_batch
from tillroll_durable.contract import Contract
from tillroll_durable.errors import (
    SYSTEMS_DISAGREE,
    CancelRequested,
    Compensating,
    InvocationSpent,
    LostGuard,
    OutputLost,
    RunCancelled,
    RunContinued,
    RunFailed,
    Superseded,
    one_line,
)
from tillroll_durable.operations import NotPossible, Request, hand_on
from tillroll_durable.outputs import ContractError
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import DatabaseError, Row, Statement, statement
from tillroll_durable.platform.bindings.engine import (
    Engine,
    EngineUnavailable,
    EventTimeout,
    QueueUnavailable,
    Retries,
    StepError,
)
from tillroll_durable.platform.bindings.moves import find, follow_account
from tillroll_durable.platform.bindings.objects import ObjectsUnavailable
from tillroll_durable.platform.invocation import BoundedEngine
from tillroll_durable.platform.json import Json, JsonObject
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import Prefetch, Prefetched, Run, find_run, insist
from tillroll_durable.signals import wake_waiting
from tillroll_durable.states import LIVE, Status
from tillroll_durable.workflow import Workflow


async def wake_parent(platform: Platform, run: Run) -> None:
    """Have the run look that has begun this one, where it waits for a child."""
    if run.parent_run_id is None:
        return
    try:
        wait = await open_wait(platform.database, run.parent_run_id)
        row = await platform.database.first(
            statement("SELECT * FROM runs WHERE id = ?", [run.parent_run_id])
        )
    except DatabaseError as error:  # the reconciler wakes it then
        log.warning("run.not_loaded", run=run.parent_run_id, error=error)
        return
    if wait is not None and row is not None and wait["awaits"] is not None:
        await wake_waiting(
            platform, runs.run_from_row(row), actor=f"run:{run.id}", why="a child has ended"
        )


async def _take_back(platform: Platform, parent: Run, key: str) -> str | None:
    """Call `undoing.take_back`, imported here: few runs are undone with what they have begun."""
    from tillroll_durable.undoing import take_back  # noqa: PLC0415 - not loaded at the start

    return await take_back(platform, parent, key)


async def stand_still(
    platform: Platform, run: Run, why: str, now: str, actor: str, *, in_full: str
) -> None:
    """Mark a run that has not ended for a person, once in a generation. `why` goes to the audit
    and the log, so it has no values of the run; `in_full` goes to the run's record.
    """
    mark = RunChange(run, now).stopped(in_full)
    key = f"{run.instance_id}:off_contract"
    event = event_of_run(
        run, Audited.RUN_ESCALATED, key, actor=actor, at=now, outcome="failure", detail={"why": why}
    )
    try:
        await guarded_batch(platform.database, mark, event)
    except LostGuard:  # it has ended all the same, or was marked before
        log.error("body.off_contract", **runs.log_fields(run), reason=why)
        return
    log.error("run.escalated", **runs.log_fields(run), reason=why)


# How the engine waits for a database that is down when an instance begins: 3, 6, … 30 s, nearly
# three minutes in all, and so often in an instance's life.
_WAITING = Retries(limit=10, delay_seconds=3, backoff="linear")
_WAITING_TIMEOUT_SECONDS = 30
_MOST_OUTAGES = 5
# How an instance says that it ended before its body did.
_SAID_AS: Mapping[type[Exception], str] = {
    Superseded: "superseded",
    RunCancelled: "state",
    RunContinued: "continuedAs",
}


# How a run ends or is left, and what an adapter raises that does not answer: no fault of the body.
_BEYOND: Final = (
    *(
        Superseded,
        RunCancelled,
        RunContinued,
        RunFailed,
        CancelRequested,
        Compensating,
        InvocationSpent,
    ),
    *(DatabaseError, ObjectsUnavailable, EngineUnavailable, QueueUnavailable, MemoryError),
)


class UnknownVersion(Exception):
    """A run asks for a contract version that this deployment no longer has: its old body was
    removed too early.
    """


class _Subjects:
    """What the runs of some workflows are about, one query each: which workflow it is, only the run
    itself says.
    """

    def __init__(self, workflows: Sequence[Workflow]) -> None:
        self._queries = [
            *dict.fromkeys(workflow.subject_rows for workflow in workflows if workflow.subject_rows)
        ]
        self._rows: Sequence[list[Row]] = ()

    def queries(self, run_id: str) -> list[Statement]:
        return [query(run_id) for query in self._queries]

    def take(self, rows: Sequence[list[Row]]) -> None:
        self._rows = rows

    def of(self, workflow: Workflow) -> Sequence[Row]:
        if workflow.subject_rows:
            return self._rows[self._queries.index(workflow.subject_rows)]
        return ()


async def execute(
    platform: Platform, engine: Engine, workflows: Sequence[Workflow], params: JsonObject
) -> JsonObject:
    """Run, or go on with, an instance's run; return the state that it comes to. A superfluous
    instance ends and changes nothing. Raises RunFailed: the run failed, and its record says so;
    UnknownVersion.
    """
    run_id = str(params["runId"])
    subjects = _Subjects(workflows)
    contracts = [workflow.contract for workflow in workflows]
    prefetch = Prefetch(subjects.queries(run_id), subjects.take)
    platform, loaded = await find(
        platform,
        platform.shard,
        lambda entered: _load(entered, engine, run_id, prefetch=prefetch, contracts=contracts),
    )
    if loaded is None:
        return {"superseded": "the run was never recorded"}
    run = loaded.run
    if run.generation != params["generation"]:
        return {"superseded": f"generation {run.generation} has taken over"}
    workflow = next(
        (
            w
            for w in workflows
            if (w.contract.kind, w.contract.version) == (run.kind, run.contract_version)
        ),
        None,
    )
    if workflow is None:
        raise UnknownVersion(runs.not_deployed(run))
    if workflow.contract.state(run.state).is_terminal:
        return {"state": run.state}
    # the process died behind the mark; who resumes the run begins another instance
    if run.stands_still:
        return {"standsStill": run.state}
    listener = _Listener(engine)
    execution = Execution(
        platform,
        BoundedEngine(listener),
        contract=workflow.contract,
        loaded=loaded,
        when_undone=workflow.when_undone,
        prefetched=Prefetched(subjects.of(workflow)),
    )
    execution.take_back = partial(_take_back, platform)
    execution.is_nearly_spent = lambda: platform.spending.is_nearly_spent
    execution.follow_account = partial(follow_account, platform, run.account_id)
    newest = max(
        (w for w in workflows if w.contract.kind == run.kind), key=lambda w: w.contract.version
    )
    workflow_run = WorkflowRun(execution, workflow.params, newest)
    try:
        return await _run_body(
            platform, workflow, workflow_run=workflow_run, execution=execution, listener=listener
        )
    except (Superseded, RunCancelled, RunContinued) as error:
        return {_SAID_AS[type(error)]: str(error)}
    finally:
        workflow_run.close()
        execution.tell()
        state = workflow.contract.state(execution.run.state)
        if state.is_terminal or state.status is Status.FAILED:
            await wake_parent(platform, execution.run)
        if state.status not in LIVE:
            await admit_behind(platform, newest.contract, execution.run)


async def _run_body(
    platform: Platform,
    workflow: Workflow,
    workflow_run: WorkflowRun,
    execution: Execution,
    listener: "_Listener",
) -> JsonObject:
    """Run the body, held against its contract. A fault of its own stops the run for a person; who
    cancels it still ends it, as far as the body comes to what is to be undone.
    """
    try:
        await _play_body(workflow, workflow_run, listener)
    except InvocationSpent:
        request = Request(execution.actor, "its instance has made nearly all calls that it may")
        # Others may have changed the run since this instance last read it.
        current = await find_run(platform.database, execution.run.id)
        if current is None or current.generation != execution.run.generation:
            raise Superseded("another generation has the run") from None
        try:
            await hand_on(platform, workflow.contract, run=current, request=request)
        except NotPossible as error:
            raise Superseded(str(error)) from error
        return {"handedOn": execution.run.state}
    except Exception as fault:
        if _is_beyond_the_body(fault, listener):
            raise
        why, in_full = _fault_words(fault)
        if workflow.contract.state(execution.run.state).is_terminal:
            # Nothing is left to go on with: what the run did stands.
            log.error("body.off_contract", **runs.log_fields(execution.run), reason=one_line(why))
            raise
        if workflow_run.must_end:
            try:
                await workflow_run.end_early()
            except OutOfReach as unreached:
                if not isinstance(fault, OutOfReach):
                    why, in_full = (
                        f"{unreached}. The body stops here: {reason}" for reason in (why, in_full)
                    )
        now = execution.now()
        actor = execution.actor
        await stand_still(
            platform,
            execution.run,
            why=one_line(why),
            now=now,
            actor=actor,
            in_full=one_line(in_full),
        )
        raise
    return {"state": execution.run.state}


async def _play_body(workflow: Workflow, workflow_run: WorkflowRun, listener: "_Listener") -> None:
    """Play the body to its end. Where the engine has aborted the instance, that is raised, whatever
    else has happened: an item of a map may meet it while another meets the end of the run.
    """
    try:
        await workflow_run.end(await workflow.body(workflow_run), workflow.output)
    except Exception:
        if listener.abort is None:
            raise
    # Not within the handler: what it is raised behind would take the place of its context.
    if listener.abort is not None:
        raise listener.abort


def _fault_words(fault: Exception) -> tuple[str, str]:
    """Say what stops a body: for the audit and the log, and in full for the run's record."""
    match fault:
        case ContractError():
            return str(fault), fault.in_full
        case OutputLost():
            return str(fault), str(fault)
        case StepError(summary=summary) if summary.startswith(
            f"{SYSTEMS_DISAGREE}: "
        ):  # of a wait's `see`
            return (
                SYSTEMS_DISAGREE,
                f"{summary}. Compare both and correct the wrong one, then resume",
            )
        case _:
            crash = crash_of(fault)
            return (
                f"its body failed: {crash.where}",
                f"its body failed: {crash.in_full}. Mend and deploy it, then resume",
            )


def _is_beyond_the_body(error: Exception, listener: "_Listener") -> bool:
    """Whether an error is how a run ends, or comes from the engine or an adapter: another instance
    may do better.
    """
    cause: BaseException | None = None if isinstance(error, ContractError | OutputLost) else error
    while cause is not None:
        if isinstance(cause, StepError):
            return not cause.is_non_retryable
        if isinstance(cause, _BEYOND) or cause is listener.abort:
            return True
        cause = cause.__cause__ or cause.__context__
    return False


class _Listener:
    """An engine, and what it has raised by itself, such as that it ends the instance: of whatever
    class that is. After that nothing begins any more: it is raised again instead.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.abort: Exception | None = None

    async def do(
        self,
        name: str,
        attempt: Callable[[int], Awaitable[Json]],
        retries: Retries,
        timeout_seconds: int,
    ) -> Json:
        with self._hearing():
            return await self._engine.do(
                name, attempt, retries=retries, timeout_seconds=timeout_seconds
            )

    async def sleep(self, name: str, seconds: int) -> None:
        with self._hearing():
            await self._engine.sleep(name, seconds)

    async def wait_for_event(self, name: str, event_type: str, timeout_seconds: int) -> None:
        with self._hearing():
            await self._engine.wait_for_event(name, event_type, timeout_seconds)

    @contextmanager
    def _hearing(self) -> Generator[None]:
        if self.abort is not None:
            raise self.abort
        try:
            yield
        except (StepError, EventTimeout):
            raise
        except Exception as error:
            self.abort = self.abort or error
            raise


async def _load(
    platform: Platform,
    engine: Engine,
    run_id: str,
    prefetch: Prefetch,
    contracts: Sequence[Contract],
) -> LoadedRun | None:
    """The run as it is now, outside of steps: these replay. The engine waits for a database that is
    down. Raises StepError, DatabaseError: for too long.
    """

    async def probe(_: int) -> Json:
        await insist(lambda: find_run(platform.database, run_id))
        return None

    database = platform.database
    load = partial(load_for_instance, database, run_id, prefetch=prefetch, contracts=contracts)
    for outage in range(1, _MOST_OUTAGES + 1):
        try:
            return await load()
        except DatabaseError as error:
            log.warning("run.not_loaded", run=run_id, error=error)
            await engine.do(
                f"wait for the database {outage}",
                probe,
                retries=_WAITING,
                timeout_seconds=_WAITING_TIMEOUT_SECONDS,
            )
    return await load()

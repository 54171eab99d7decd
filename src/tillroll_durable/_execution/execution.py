"""One instance's hold on its run: durable steps on the engine, committed by one guarded batch each.

A body is replayed from its start after every interruption, so it must be deterministic: what it
decides, it decides on step outputs. A completed step is answered from `run_steps`, whatever became
of the engine's own memory.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import Any, Final

from tillroll_durable._execution.contract_checks import (
    check_declared,
    check_leaves_nothing_out,
    check_outcome,
    leads_to,
)
from tillroll_durable._execution.known_steps import (
    KnownSteps,
    compensated_step,
    was_skipped,
)
from tillroll_durable._execution.lines import Lines
from tillroll_durable._execution.read_only import reading
from tillroll_durable._execution.steps import (
    OFF_CONTRACT,
    Commit,
    Given,
    Outcome,
    StepContext,
    commit_step,
    keep,
    off_contract,
    record_failed,
)
from tillroll_durable._record.beats import Pulse
from tillroll_durable._record.crashes import elided
from tillroll_durable._record.deaths import Watch
from tillroll_durable._record.late import seconds_after
from tillroll_durable._record.loading import LoadedRun, load_occurrences, load_run_and_step
from tillroll_durable.attributes import checked_attributes
from tillroll_durable.audit import Audited
from tillroll_durable.contract import Contract
from tillroll_durable.errors import (
    CancelRequested,
    Compensating,
    InvocationSpent,
    LostGuard,
    NeedsReview,
    Superseded,
    for_record,
    one_line,
)
from tillroll_durable.explanation.effects import what_stands
from tillroll_durable.outbox import nudge
from tillroll_durable.outputs import ContractError
from tillroll_durable.platform import log
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import Row, Statement, optional_text
from tillroll_durable.platform.bindings.engine import (
    Engine,
    NonRetryable,
    QueueUnavailable,
    Retries,
    StepError,
)
from tillroll_durable.platform.clock import milliseconds_between, to_text
from tillroll_durable.platform.json import Json
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import (
    ItemCounts,
    Prefetched,
    Run,
    StoredStep,
    WhenUndone,
    log_fields,
    nothing_else,
)
from tillroll_durable.step import Step
from tillroll_durable.step_records import (
    WAIT,
    UnfitOutput,
    kept_output,
    whole_output,
)

# How a non-retryable failure begins that is about the run itself, not about the step.
_SUPERSEDED = "superseded"
_CANCELLED = "cancel requested"
_COMPENSATING = "compensating"
_ENDS = {_SUPERSEDED: Superseded, _CANCELLED: CancelRequested, _COMPENSATING: Compensating}

# What the core does by itself must outlast a database that is down for a while: 3, 6, … 30 s,
# nearly three minutes.
PATIENT = Retries(limit=10, delay_seconds=3, backoff="linear")
PATIENT_SECONDS = 30
# How often a run is read that others bring on meanwhile.
_MOST_READINGS: Final = 3

StepFunction = Callable[[StepContext], Awaitable[Outcome[Any]]]

TakeBack = Callable[[Run, str], Awaitable[str | None]]
"""Brings the child that a run has begun under a key to be undone; gives the id of the run that is
to be awaited first, None where nothing is left to be undone. Raises NonRetryable: it cannot be
undone, so it stands.
"""


FollowAccount = Callable[[], Awaitable[bool]]
"""Asks the database that the run's account lives in from here on; whether that is another one than
before.
"""


async def stay_here() -> bool:
    """Ask the same database: for an execution that does nothing."""
    return False


async def nothing_to_take_back(_run: Run, _key: str) -> None:
    """Take nothing back: for an execution that does nothing."""


class Execution:
    """What runs a run. The body does not see it, but `WorkflowRun`, which is built on it."""

    def __init__(
        self,
        platform: Platform,
        engine: Engine,
        contract: Contract,
        loaded: LoadedRun,
        when_undone: WhenUndone = nothing_else,
        prefetched: Prefetched | None = None,
    ) -> None:
        self.platform = platform
        self.engine = engine
        self.contract = contract
        self.run = run = loaded.run
        self._first_version = run.state_version
        self.watch = Watch(run)
        self._under_way = 0
        self.known = KnownSteps(loaded)
        self._untold: list[tuple[Run, str, Commit]] = []
        self._when_undone = when_undone
        self._shown = ""
        self.lines = Lines()
        self.counts = ItemCounts()
        self.prefetched = prefetched or Prefetched()
        self.take_back: TakeBack = nothing_to_take_back
        self.is_nearly_spent: Callable[[], bool] = lambda: False
        self.follow_account: FollowAccount = stay_here

    @property
    def actor(self) -> str:
        return f"workflow:{self.contract.kind}"

    def now(self) -> str:
        return to_text(self.platform.clock.now())

    def undone(self) -> Sequence[Statement]:
        """What is written along with an end that leaves nothing of what the run was made for."""
        return self._when_undone(self.run, self.now())

    async def durably(
        self,
        name: str,
        attempt: Callable[[int], Awaitable[Json]],
        retries: Retries = PATIENT,
        timeout_seconds: int = PATIENT_SECONDS,
    ) -> Json:
        """Run something as a step of the engine, and return its output. Raises Superseded: another
        generation has taken the run over, or it has ended; CancelRequested: the run was asked to
        end; Compensating: the run has begun to compensate; InvocationSpent: a new instance is to do
        it; ContractError: the body does what its contract does not have; StepError: it failed for
        good, for a reason of its own.
        """
        self.check_room()
        self._under_way += 1
        try:
            result = await self.engine.do(
                name,
                partial(self._at_home, attempt),
                retries=retries,
                timeout_seconds=timeout_seconds,
            )
        except StepError as error:
            reason, _, detail = error.summary.partition(": ")
            if error.is_non_retryable and reason == OFF_CONTRACT:
                raise ContractError(detail, self._shown) from error
            if error.is_non_retryable and reason in _ENDS:
                raise _ENDS[reason](detail) from error
            raise
        finally:
            self._under_way -= 1
        self.lines.drop()
        # A wait is recorded without the number of its look.
        self.known.pass_step(name)
        self.known.pass_step(name.rpartition(" ")[0])
        return await self.whole(result)

    async def _at_home(self, attempt: Callable[[int], Awaitable[Json]], number: int) -> Json:
        """Make an attempt in the database that the run's account lives in. An account may move
        between any two of them.
        """
        await self.go_home()
        return await attempt(number)

    async def go_home(self) -> None:
        """Ask the database that the run's account lives in from here on. Raises
        DatabaseUnavailable: the account is moving."""
        if await self.follow_account():
            self.__dict__.pop("reading", None)  # it was made of the other database

    def check_room(self) -> None:
        """Raises InvocationSpent, between steps, and only where this instance has brought the run
        on: so each one does.
        """
        has_moved = self.run.state_version != self._first_version
        if has_moved and not self._under_way and self.is_nearly_spent():
            raise InvocationSpent

    def check_room_for_item(self) -> None:
        """Do as `check_room` does, before an item of a map begins beside others. Items under way
        use what is left of the invocation.
        """
        has_moved = self.run.state_version != self._first_version
        if has_moved and self.is_nearly_spent():
            raise InvocationSpent

    async def load_occurrences(self, step: Step[Any]) -> None:
        """Read all occurrences of a step, where this was not done yet. Raises DatabaseError."""
        if self.known.has_partly(step):
            rows = await load_occurrences(self.platform.database, self.run.id, step.name)
            self.known.note_occurrences(step, rows)

    async def whole(self, stored: Json) -> Json:
        """An output as it was handed back, also where it lies in the object store.
        Raises OutputLost: it is not there any more.
        """
        return await whole_output(self.engine, self.platform.objects, stored)

    def check_given(
        self,
        name: str,
        now: Given,
        remedy: str,
        stored: StoredStep | None = None,
    ) -> None:
        """A step is done once in a run, so what it is given, in this body or in another replay of
        it, stays the same. Where the run only ends, its outputs are not gone on by; and what an
        operator corrects, later steps are given. Raises ContractError: it was given something else.
        """
        if not self.must_end:
            self.known.check_given(self.run, name, now, remedy=remedy, record=stored)

    @property
    def must_end(self) -> bool:
        """Whether the run was asked to end, or compensates: then nothing leads forward, whatever
        the body does.
        """
        return self.run.cancel_kind is not None or self.run.state == self.contract.compensating

    def off_contract(self, what: str, details: str = "") -> NonRetryable:
        """What a step raises where the body does what its contract does not have; `shown` as of
        ContractError. The engine keeps what is raised, so that stays here.
        """
        self._shown = details
        return off_contract(what)

    async def attempt(
        self, step: Step[Any], function: StepFunction, number: int, waits: int, now: Given
    ) -> Json:
        """One attempt of a contract's step: answer from the record, or do it and commit it. `now`
        is what the function is given, for the record; `waits`, how often the step has waited by its
        `retry`. Returns the output as it is kept, or how long the run waits before the next
        attempt.
        """
        stored = await self.stored(step.name, number + waits)
        # an attempt that outlives its timeout must not take the run from where a later one left it
        run = self.run
        if stored and (stored.outcome == "completed" or was_skipped(step, stored)):
            return stored.output
        if stored and stored.outcome == "failed" and self._is_final(step, stored):
            raise NonRetryable(f"{stored.reason or 'failed'}: {stored.error_summary}")
        self.check_goes_on()
        check_declared(self.contract, self.run.state, step)
        check_leaves_nothing_out(step, self.known.open, run_id=run.id)
        commit = self.begin(
            step.name, Audited.STEP_COMPLETED, number + waits, step=step, inputs=now
        )
        await self.watch.begin(self.platform, run, step.name)
        context = StepContext(
            platform=self.platform_of(step),
            run=run,
            attempt=commit.attempt,
            idempotency_key=step.key_for(run.id),
            step=step.name,
            prefetched=self.prefetched,
            waits=waits,
            pulse=Pulse(now.digest),
        )
        try:
            outcome = await function(context)
            check_outcome(step, outcome)
            output = self._written(step, outcome.output)
            if output is not outcome.output or context.kept:
                outcome = replace(
                    outcome, output=output, statements=[*outcome.statements, *context.kept]
                )
            result = await self.commit(
                run, leads_to(run.state, step, outcome), outcome=outcome, attempt=commit
            )
        except LostGuard as lost:
            await keep(self.platform, context)
            return await self.output_of_winner(step.name, lost)
        except NeedsReview as refusal:
            await self._note_failed(context, step, commit=commit, error=refusal)
            raise NonRetryable(f"{refusal.reason}: {one_line(str(refusal))}") from refusal
        except Exception as raised:
            error = for_record(raised)
            seconds = seconds_after(step, error, waits)
            report = elided(error)
            await self._note_failed(context, step, commit=commit, error=report, seconds=seconds)
            if seconds is not None:
                return {WAIT: seconds}
            if report is raised:
                raise
            # The engine keeps the text of an error, with its cause.
            raise report from None
        if outcome.nudge:
            await self._nudge(step, outcome.nudge)
        return result

    async def _note_failed(
        self,
        context: StepContext,
        step: Step[Any],
        *,
        commit: Commit,
        error: Exception,
        seconds: int | None = None,
    ) -> None:
        """Record a failed attempt. The first one of a step also writes what the body has logged."""
        self.tell()
        is_recorded = await record_failed(
            self.platform, context, step=step, commit=commit, error=error, seconds=seconds
        )
        if is_recorded and step.name not in self.known.records:
            self.lines.write(context.run)

    def _written(self, step: Step[Any], output: object) -> Json:
        """Raises NonRetryable: the output is not what the step declares."""
        try:
            return step.output.written(output)
        except ContractError as error:
            raise self.off_contract(str(error), error.in_full) from error

    def _is_final(self, step: Step[Any], stored: StoredStep) -> bool:
        """The engine does not keep a non-retryable failure: after a crash it would do the step once
        more. A retry does so on purpose; what a step left to a person it leaves to that person in
        every generation.
        """
        return stored.generation == self.run.generation or stored.reason in step.reviews

    def platform_of(self, step: Step[Any]) -> Platform:
        """What a step's functions may ask of the platform: only its own calls act elsewhere."""
        if step.is_elsewhere:
            return self.platform
        return self.reading

    @cached_property
    def reading(self) -> Platform:
        """The platform of what acts on nobody else's system."""
        return reading(self.platform)

    def begin(
        self,
        name: str,
        action: Action,
        attempt: int,
        *,
        step: Step[Any] | None = None,
        inputs: Given | None = None,
        is_undoing: bool = False,
    ) -> Commit:
        """What an attempt will commit under the name of a step, with its beginning noted."""
        now = self.now()
        return Commit(
            step=name,
            action=action,
            attempt=attempt,
            started_at=now,
            now=now,
            key=step.record_key_for(self.run.id) if step else None,
            is_undoing=is_undoing,
            has_happened=step is not None and step.is_elsewhere,
            given=inputs.kept if inputs else None,
            given_digest=inputs.digest if inputs else None,
            is_told=self.contract.is_told,
            has_rollback=step is not None and step.rollback_config is not None,
            counts=self.counts,
        )

    async def commit(self, run: Run, to: str, outcome: Outcome[Any], attempt: Commit) -> Json:
        """Write what was begun as completed, and move this view of the run along; return what is
        kept of the output. `run` is the run as the attempt found it: where it stands elsewhere by
        now, the attempt is too late. Raises LostGuard: somebody else was first, or the run was
        asked to end; ChangedMeanwhile: what the outcome writes is refused; NonRetryable: the
        contract does not have an attribute of the outcome. Nothing was written.
        """
        target = self.contract.state(to)
        try:
            output, stored = await kept_output(
                self.platform.objects,
                run.account_id,
                run_id=run.id,
                step=attempt.step,
                output=outcome.output,
                is_done=attempt.has_happened,
            )
        except NonRetryable as error:
            if self.platform.has_objects or isinstance(error, UnfitOutput):
                raise
            raise off_contract(f"{attempt.step} gave more than 64 KiB. {error}") from error
        try:
            attributes = checked_attributes(self.contract, outcome.attributes)
        except ContractError as error:
            raise off_contract(str(error)) from error
        commit = replace(attempt, now=self.now(), output=stored, attributes=attributes)
        also = self.watch.end(run, attempt.step)
        outcome = replace(outcome, statements=[*outcome.statements, *also])
        committed = await commit_step(
            self.platform.database, run, to=target, commit=commit, outcome=outcome
        )
        self.watch.pass_end(attempt.step)
        if attempt.step not in self.known.records:
            self.lines.write(run)
        self.moved_to(target.name, committed.version)
        self.known.note_end(commit.step, commit.now)
        self._untold.append((run, target.name, commit))
        await nudge(self.platform, run.id, committed.events)
        return output

    def tell(self) -> None:
        """Log what was committed since: when the run ends, waits or fails, so that no step waits
        for the log.
        """
        untold = self._untold
        self._untold = []
        for run, state, commit in untold:
            log.info(
                commit.action,
                **log_fields(run),
                step=commit.step,
                attempt=commit.attempt,
                state=state,
                duration_ms=milliseconds_between(commit.started_at, commit.now),
                time=commit.now,
            )

    def moved_to(self, state: str, version: int) -> None:
        """Note that the run stands in `state` by this version, unless more is known of it: an
        attempt that outlives its timeout may have written it, and others have brought the run on.
        """
        if version > self.run.state_version:
            status = self.contract.state(state).status
            self.run = replace(self.run, state=state, status=status, state_version=version)

    async def stored(self, name: str, attempt: int) -> StoredStep | None:
        """The step as `run_steps` has it: as read when this instance began, and afresh for a
        repeated attempt. Raises NonRetryable: another generation has taken the run over.
        """
        if attempt > 1:
            await self._look_again(name)
        return self.known.records.get(name)

    async def completed(self, name: str, attempt: int) -> StoredStep | None:
        """Load what `stored` does, but only of a completed step."""
        stored = await self.stored(name, attempt)
        if stored and stored.outcome == "completed":
            return stored
        return None

    def has_record(self, name: str) -> bool:
        """Whether the record had a step when this instance began, or has it since."""
        return name in self.known.records

    async def stored_now(self, name: str) -> StoredStep | None:
        """Load a completed step from the database again."""
        return await self.completed(name, attempt=2)

    async def _look_again(self, name: str) -> None:
        """Read the run and a step anew: an attempt before may have moved it, without anybody
        hearing of it."""
        loaded = await self._load_newest(name)
        if loaded is None or loaded[0].generation != self.run.generation:
            raise NonRetryable(f"{_SUPERSEDED}: another generation has the run")
        self.run, stored = loaded
        if stored is not None:
            self.known.note_stored(stored)

    async def _load_newest(self, step: str) -> tuple[Run, StoredStep | None] | None:
        """The run and a step of it, no older than this view of the run: while it was read, another
        attempt may have brought the run on. Raises NonRetryable: it only gets older ones.
        """
        for _ in range(_MOST_READINGS):
            loaded = await load_run_and_step(self.platform.database, self.run.id, step)
            if loaded is None or loaded[0].state_version >= self.run.state_version:
                return loaded
        raise NonRetryable(f"{_SUPERSEDED}: the record is older than what this instance wrote")

    async def output_of_winner(
        self, name: str, lost: LostGuard, *, is_undoing: bool = False
    ) -> Json:
        """Load the output of the attempt that committed this step first. `is_undoing`: the step
        belongs to the run's early end. Raises NonRetryable: no attempt did, since the run was asked
        to end, or another generation has it.
        """
        completed = await self.stored_now(name)
        if completed is not None:
            return completed.output
        if not is_undoing:
            self.check_goes_on()
        raise NonRetryable(f"{_SUPERSEDED}: {lost}") from lost

    @property
    def failed_step(self) -> tuple[Step[Any], StoredStep] | None:
        """The step whose failure the run compensates, as the record has it; None where no failure
        is compensated.
        """
        for stored in self.known.records.values():
            step = compensated_step(self.contract, stored, state=self.run.state)
            if step is not None:
                return step, stored
        return None

    async def what_stands(self) -> list[str]:
        """The steps of this run that are still to be undone should it end early, by its record."""
        return await what_stands(self.platform.database, self.run.id)

    def name_of_ending(self, name: str) -> str:
        """The name of the step that ends the run: one of its own where an earlier generation has
        ended the same way, and an operator had its failed rollbacks tried again.
        """
        stored = self.known.records.get(name)
        is_again = stored is not None and stored.generation < self.run.generation
        if is_again:
            return f"{name}: generation {self.run.generation}"
        return name

    def check_goes_on(self) -> None:
        """Where a run is on its way to an early end, nothing is begun that leads forward.
        Raises NonRetryable: the run has begun to compensate, or was asked to end.
        """
        # The failure stays on the record when the run has ended with it: an instance may be
        # replayed once more.
        if self.run.state == self.contract.compensating or self.failed_step is not None:
            raise NonRetryable(f"{_COMPENSATING}: no step leads forward any more")
        if self.run.cancel_kind:
            raise NonRetryable(f"{_CANCELLED}: {self.run.cancel_kind}")

    def check_not_cancelled(self, row: Row) -> None:
        """Hold this view of the run to a row read at a boundary. Raises NonRetryable: the run was
        asked to end.
        """
        kind = optional_text(row, "cancel_kind")
        reason = optional_text(row, "cancel_reason")
        if kind:
            self.run = replace(self.run, cancel_kind=kind, cancel_reason=reason)
            raise NonRetryable(f"{_CANCELLED}: {kind}")

    async def check_moved(
        self, expected_state: str, lost: LostGuard, step: str = ""
    ) -> StoredStep | None:
        """A lost guard is fine where an earlier attempt already brought the run to the expected
        state, from which this view of it goes on; return the `step` as it is there.
        Raises NonRetryable: the run is elsewhere: it is no longer this instance's.
        """
        loaded = await self._load_newest(step)
        if (
            loaded is None
            or loaded[0].generation != self.run.generation
            or loaded[0].state != expected_state
        ):
            raise NonRetryable(f"{_SUPERSEDED}: {lost}") from lost
        self.run, stored = loaded
        if stored is not None:
            self.known.note_stored(stored)
        return stored

    async def _nudge(self, step: Step[Any], nudge: Callable[[], Awaitable[None]]) -> None:
        try:
            await nudge()
        except QueueUnavailable as error:
            # The row is written: the reconciler sends again what is overdue.
            log.warning("delivery.nudge_lost", **log_fields(self.run), step=step.name, error=error)

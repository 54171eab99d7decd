"""What a workflow's body is written with: `step`, `call`, `map` and `review`, each by its contract.

A run has one state, and each step is guarded by it. So steps take turns, also where a body begins
several at once. What can be done side by side is a `map`, or `together`.

async def payout(run: WorkflowRun[PayoutParams]) -> Paid:
    await run.step(DEBIT, debit, run.params.amount, rollback=credit_back)
    paid = await run.call(PAY, ExternalCall(send=pay, reconcile=look_up, request=request))
    await run.step(RECORD, record)
    return paid
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property, partial
from random import Random
from typing import TYPE_CHECKING, Any, Generic, Literal, NoReturn, TypeVarTuple, cast, overload
from uuid import NAMESPACE_OID, UUID, uuid5

from pydantic import BaseModel
from typing_extensions import TypeVar

from tillroll_durable import step_records as steps
from tillroll_durable._execution.children import (
    AlsoOfChild,
    Child,
    ChildEnd,
    begin_child,
    continue_as,
    first,
    join,
    nothing_else,
)
from tillroll_durable._execution.endings import begun_child, check_rollback
from tillroll_durable._execution.execution import Execution
from tillroll_durable._execution.external import (
    ExternalCall,
    Reading,
    Undo,
    UndoOf,
    as_reading,
    as_step_function,
    read_back,
    tell,
)
from tillroll_durable._execution.items import StepMap, check_items, come_to_ends, with_inputs
from tillroll_durable._execution.many import (
    Ended,
    MayFail,
    StepOnce,
    check_may_fail,
    child_by_child,
    count_items,
    fail_run,
    items_by_key,
    pages_of_cursors,
    pages_of_readings,
)
from tillroll_durable._execution.reviews import Decision
from tillroll_durable._execution.steps import Outcome, Rollback, StepContext
from tillroll_durable._execution.together import WithTools
from tillroll_durable._execution.undoing import Undoing, as_undoing
from tillroll_durable._execution.waits import check_sleep, sleep, wait_for
from tillroll_durable.declared import Signal, Timer, Topic, read
from tillroll_durable.outputs import ContractError
from tillroll_durable.platform.clock import from_text
from tillroll_durable.platform.json import GivenJson, GivenObject, Json, JsonObject, as_object
from tillroll_durable.platform.services import Platform
from tillroll_durable.step import Effect, Step

if TYPE_CHECKING:
    from tillroll_durable.workflow import Workflow

Model = TypeVar("Model", bound=BaseModel, default=Any)
Sent = TypeVar("Sent", bound=BaseModel)
Payload = TypeVar("Payload", bound=BaseModel)
Result = TypeVar("Result")

Out = TypeVar("Out")
Answer = TypeVar("Answer")
Item = TypeVar("Item")
ChildParams = TypeVar("ChildParams", bound=BaseModel)
Cursor = TypeVar("Cursor", bound=Hashable)
Inputs = TypeVarTuple("Inputs")


class WorkflowRun(WithTools, Generic[Model]):
    """A run as its body sees it. What it raises beside ReviewNeeded ends the run; a body lets it
    pass.
    """

    def __init__(self, execution: Execution, model: type[Model], newest: "Workflow") -> None:
        super().__init__(execution)
        self._model = model
        self._newest = newest

    @property
    def platform(self) -> Platform:
        """What may be read outside of a step: the settings."""
        return self._execution.reading

    @property
    def id(self) -> str:
        """The run's id, run_…."""
        return self._execution.run.id

    @property
    def params(self) -> Model:
        """What the run was begun with; the same in every generation."""
        return read(self._model, self._execution.run.params)

    @property
    def state(self) -> str:
        """The state in which the run stands."""
        return self._execution.run.state

    @property
    def corrected_input(self) -> JsonObject:
        """What an operator gave along with a retry; the same through the whole generation."""
        return self._execution.run.corrected_input or {}

    def now(self) -> datetime:
        """The time of the last step that the body has behind it, or of the run's beginning: the
        same in each replay.
        """
        return from_text(self._execution.known.time)

    def uuid(self) -> UUID:
        """A new id, the same in each replay: version 5, of the run's id and of how many it has
        drawn.
        """
        return uuid5(NAMESPACE_OID, f"{self.id}:{self._next('uuid')}")

    @cached_property
    def random(self) -> Random:
        """Chance that is the same in each replay; no secret."""
        return Random(self.id)  # noqa: S311 - what must be secret is no body's to draw

    def log(self, message: str, **values: str | float | bool | None) -> None:
        """Write a line to the log, with values by their names. It is written when what comes behind
        it is recorded, and no replay writes it again. Write no secret, and nothing personal.
        """
        self._execution.lines.add(message, values)

    async def step(
        self,
        step: Step[Out],
        function: Callable[[StepContext, *Inputs], Awaitable[Outcome[Out] | Out]],
        *inputs: *Inputs,
        key: str | None = None,
        rollback: Rollback | None = None,
    ) -> Out:
        """Run a step by its contract and return its output; None where it failed and its contract
        lets the run go on. It waits for steps that were begun before it.

        It is `step.do` of Cloudflare Workflows, with the step's name, retries and timeout. The
        callback runs `function`, and commits what that returns in one guarded batch.

        `function` is called with the step's context and the inputs, which are params, or outputs of
        earlier steps: it closes over nothing of the body, so a test can call it by itself. It
        returns the output, or an `Outcome`.

        With a `key` the step is done once for each: an item's id, for instance, in a loop over
        items.

        `rollback` undoes it, should a later failure or a cancellation compensate; it is given
        exactly where the contract declares a `rollback_config`. Raises ContractError: the contract
        does not have the step, or not from here; or it was done with other inputs; ReviewNeeded:
        the step refused with one of its declared review reasons; RunFailed, RunCancelled: the run
        has ended; the record says so already; Superseded: this instance no longer owns the run.
        """
        check_rollback(step, rollback)
        if step.is_elsewhere:
            raise ContractError(
                f"step {step.name!r} acts on another system: "
                "make it by `run.call`, which asks first"
            )
        done = self._occurrence(step, key)
        called = with_inputs(done, function, inputs)
        undoing = Undoing(rollback) if rollback else None
        do = partial(self._kept, done, called, undoing, inputs=inputs)
        return step.output.read(await self._alone(step, done, do))

    async def fail(self, reason: str) -> NoReturn:
        """End the run as failed, for a reason in a sentence: what was done before is undone, last
        begun first. Once it is said in a run, a replay says the same. Raises RunFailed: always; a
        body lets it pass; ContractError: the contract names no state for it, in `failed`.
        """
        await self.step(self._execution.contract.failing, fail_run, reason)
        raise AssertionError("not reached")

    @overload
    async def pages(
        self,
        step: Step[Out],
        function: Callable[[StepContext, *Inputs, Cursor | None], Awaitable[Outcome[Out] | Out]],
        *inputs: *Inputs,
        then: Callable[[Out], Cursor | None],
    ) -> list[Out]: ...

    @overload
    async def pages(
        self,
        step: Step[Json],
        function: Reading[Answer],
        *,
        then: Callable[[Answer, int], Reading[Answer] | None],
    ) -> list[Answer]: ...

    @overload
    async def pages(
        self,
        step: Step[Out],
        function: Reading[Out],
        *,
        then: Callable[[Out, int], Reading[Out] | None],
    ) -> list[Out]: ...

    async def pages(
        self, step: Step[Any], function: Any, *inputs: Any, then: Callable[..., Any]
    ) -> list[Any]:
        """Do a step that reads once for each page, until `then` says that none follows, and return
        all of them. The step's function gets the cursor last, which `then` gives of the page
        before: None of the first. A page is the occurrence of its number, from 1. A cursor that
        comes again is refused in its step.

        In place of the function, a reading (`http.get`) asks for the first page. Then `then` gives
        the reading of the page behind, from the page and from the number of the one behind. Raises
        as `step`.
        """
        if step.effect is not Effect.READ:
            raise ContractError(
                f"step {step.name!r} is a {step.effect}: `run.pages` is for a step that reads"
            )
        number = self._next(f"pages of {step.name}")
        if isinstance(function, Reading):
            read = cast("Reading[Any]", function)
            return await pages_of_readings(partial(self._read, step), read, then, call=number)
        step_once = cast("StepOnce", self.step)
        return await pages_of_cursors(
            step_once, step, function, inputs=inputs, then=then, call=number
        )

    @overload
    async def call(self, step: Step[Out], call: Reading[Out], *, key: str | None = None) -> Out: ...

    @overload
    async def call(
        self, step: Step[Json], call: Reading[Answer], *, key: str | None = None
    ) -> Answer: ...

    @overload
    async def call(
        self,
        step: Step[Out],
        call: ExternalCall[StepContext, Out],
        *,
        key: str | None = None,
        subject: Mapping[str, str] | None = None,
        rollback: UndoOf[Out] | None = None,
    ) -> Out: ...

    @overload
    async def call(
        self,
        step: Step[Json],
        call: ExternalCall[StepContext, Answer],
        *,
        key: str | None = None,
        subject: Mapping[str, str] | None = None,
        rollback: UndoOf[Answer] | None = None,
    ) -> Answer: ...

    async def call(
        self,
        step: Step[Any],
        call: ExternalCall[StepContext, Any] | Reading[Any],
        *,
        key: str | None = None,
        subject: Mapping[str, str] | None = None,
        rollback: Undo | None = None,
    ) -> Any:
        """Run a step that does something on somebody else's system: never sent again before that
        side was asked. With a `key`, once for each. `subject` has the values of the names in the
        step's idempotency key, where that is a subject's: of the account's runs with the same, one
        does it, and all are given what came of it. `rollback` undoes it there, as a call of its
        own: with an intent, and asked for before it is sent again. It is such a call, or a function
        that makes it from the step's output. A step that reads makes a `Reading`, which asks and
        changes nothing. Raises as `step`.
        """
        if isinstance(call, Reading):
            return await self._read(step, call, key=key)
        if not step.is_elsewhere:
            raise ContractError(
                f"step {step.name!r} is a {step.effect}: make it by `run.step`, or call it external"
            )
        done = self._occurrence(step, key)
        if subject is not None or step.subject:
            done = done.of_subject(self._execution.run.account_id, subject or {})
        check_rollback(step, rollback)
        undoing = as_undoing(self._execution, done, call=call, rollback=rollback)
        function = as_step_function(self._execution, done, call)
        do = partial(self._kept, done, function, undoing, inputs=[as_object(call.request)])
        return read_back(step, call, await self._alone(step, done, do))

    async def _read(self, step: Step[Any], reading: Reading[Any], *, key: str | None) -> Any:
        """Run a step that asks somebody else's system. Raises as `step`."""
        if step.effect is not Effect.READ:
            raise ContractError(
                f"step {step.name!r} is a {step.effect}, and its call changes nothing: call it a "
                "read"
            )
        check_rollback(step, None)
        done = self._occurrence(step, key)
        function = as_reading(reading)
        do = partial(self._kept, done, function, undoing=None, inputs=[as_object(reading.request)])
        return read_back(step, reading, await self._alone(step, done, do))

    @overload
    async def map(
        self,
        what: Step[Out],
        function: Callable[[StepContext, Item], Awaitable[Outcome[Out] | Out]],
        items: Sequence[Item],
        *,
        key: Callable[[Item], str],
        at_most: int = 10,
        may_fail: MayFail = "some",
        rollback: Callable[[Item], Rollback] | None = None,
    ) -> list[Ended[Out]]: ...

    @overload
    async def map(
        self,
        what: Step[Out],
        function: Callable[[Item], ExternalCall[StepContext, Out]],
        items: Sequence[Item],
        *,
        key: Callable[[Item], str],
        at_most: int = 10,
        may_fail: MayFail = "some",
        subject: Callable[[Item], Mapping[str, str]] | None = None,
        rollback: Callable[[Item], UndoOf[Out]] | None = None,
    ) -> list[Ended[Out]]: ...

    @overload
    async def map(
        self,
        what: Step[Json],
        function: Callable[[Item], ExternalCall[StepContext, Answer]],
        items: Sequence[Item],
        *,
        key: Callable[[Item], str],
        at_most: int = 10,
        may_fail: MayFail = "some",
        subject: Callable[[Item], Mapping[str, str]] | None = None,
        rollback: Callable[[Item], UndoOf[Answer]] | None = None,
    ) -> list[Ended[Answer]]: ...

    @overload
    async def map(
        self,
        what: "Workflow[ChildParams, Out]",
        function: Callable[[Item], ChildParams],
        items: Sequence[Item],
        *,
        key: Callable[[Item], str],
        at_most: int = 10,
    ) -> list[Ended[Out]]: ...

    async def map(  # noqa: PLR0913 - what an author may say of a map
        self,
        what: "Step[Any] | Workflow[Any, Any]",
        function: Callable[..., Any],
        items: Sequence[Any],
        *,
        key: Callable[[Any], str],
        at_most: int = 10,
        may_fail: MayFail = "some",
        subject: Callable[[Any], Mapping[str, str]] | None = None,
        rollback: Callable[[Any], Any] | None = None,
    ) -> list[Ended[Any]]:
        """Do a step for each item, or begin a child for each, at most so many at once. Return what
        each came to, in the order of the items: `Done`, or `Failed`, and then the run goes on. It
        is marked as one whose items failed. Where more failed than `may_fail` says ("none", "some"
        or "all"), the step has failed, and its `on_failure` holds: a retry does the failed items
        again. A child that failed is an operator's by itself, so children may all fail.

        `function` is the step's, called with an item; for a call, it makes the `ExternalCall` of an
        item; for a child, its params. `key` names an item; `subject` has the values of a call's
        key, as in `call`; `rollback` makes what undoes it. The items are params, or what a step
        returned. Raises as `step`, but for what an item's failure would raise.
        """
        if not isinstance(what, Step):
            children = items_by_key(items, key, repr(what.contract.kind))

            async def begin(name: str, item: Any) -> Child[Any]:
                return await self.child(what, function(item), f"{what.contract.kind}[{name}]")

            ends = await child_by_child(children, at_most, begin, join=self._join_any)
            count_items(self._execution, ends)
            return ends
        check_may_fail(may_fail)
        execution = self._execution
        by_key = items_by_key(items, key, repr(what.name))
        check_items(what, by_key, at_most)
        self._note_keys(what, by_key)
        execution.known.come_to_items(what, by_key)
        mapped = StepMap(
            execution=execution,
            do_step=self._kept,
            step=what,
            number=self._next(f"{steps.MAP}{what.name}"),
            function=function,
            by_key=by_key,
            subject=subject,
            rollback=rollback,
            at_most=at_most,
        )
        self._begun.extend(mapped.undoable())
        return await self._bounded(
            f"the map of {what.name!r}", partial(come_to_ends, mapped, may_fail)
        )

    async def review(
        self, number: int, reason: str, proposed: GivenJson, deadline_hours: int
    ) -> Decision:
        """Put the run before a person and wait for the decision, however long it takes. `number`
        counts the run's reviews from 1. Afterwards the run is in the contract's approved or
        rejected state. Raises RunCancelled, RunFailed: the run was asked to end while it waited.
        """
        self._note_review(number)
        return await self._ask_person(
            number, reason, proposed=proposed, deadline_hours=deadline_hours
        )

    async def sleep(self, timer: Timer, seconds: float) -> None:
        """Let time pass, up to 365 days. The run is in the timer's `waiting` state meanwhile, then
        in its `over` state. Raises RunCancelled: the run was asked to end while it slept; it need
        not wake for that by itself; ValueError: it is longer than the engine sleeps.
        """
        length = timedelta(seconds=seconds)
        await self._sleep(timer, length, lambda now: now + length)

    async def sleep_until(self, timer: Timer, at: datetime) -> None:
        """Sleep until a point in time; do not wait for one that has passed."""
        await self._sleep(timer, at - self.platform.clock.now(), lambda _: at)

    async def _sleep(
        self, timer: Timer, length: timedelta, until: Callable[[datetime], datetime]
    ) -> None:
        check_sleep(length)
        self._check_declared("timers", timer)
        number = self._next(timer.name)
        await self._bounded(
            f"the timer {timer.name!r}",
            lambda: sleep(self._execution, timer, number=number, until=until),
        )

    async def wait(
        self,
        signal: Signal[Sent],
        within: timedelta,
        *,
        see: Callable[[Sent | None], Awaitable[Outcome]] | None = None,
    ) -> Sent | None:
        """Wait for a signal, up to 365 days; None when the time is up, which is an outcome like any
        other.

        Signals are taken in the order in which they came, also those from before; each by one wait.

        `see` looks at the facts when the wait ends, where a signal is not to be believed by itself.
        It is given the signal, or None when the time is up; its outcome's `output`, a payload of
        the signal or None, is returned, and its `statements` are written in the batch that ends the
        wait. The states are the signal's own. Raises RunCancelled: the run was asked to end while
        it waited.
        """
        check_sleep(within)
        self._check_declared("signals", signal)
        number = self._next(signal.name)

        async def seen(payload: JsonObject | None) -> Outcome:
            message = None if payload is None else signal.payload.model_validate(payload)
            if see is None:
                return Outcome()
            return await see(message)

        outcome = await self._bounded(
            f"the signal {signal.name!r}",
            lambda: wait_for(
                self._execution,
                signal,
                number=number,
                within=within,
                see=None if see is None else seen,
            ),
        )
        if outcome is None:
            return None
        return signal.payload.model_validate(outcome["payload"])

    @property
    def gather(self):
        """Wait for all that it is given, such as joins: they take turns in their order, whatever
        ends first.
        """
        return asyncio.gather

    async def first(
        self, signal: Signal[Sent], child: Child[Out], within: timedelta
    ) -> Sent | ChildEnd[Out] | None:
        """Wait for a signal, for the end of a child, or for the time to be up (None), whichever
        comes first; the record keeps which. A child that goes on is left to itself. Raises as
        `wait`.
        """
        check_sleep(within)
        self._check_declared("signals", signal)
        number = self._next(signal.name)
        outcome = await self._bounded(
            f"the signal {signal.name!r} or {child.id}",
            lambda: first(self._execution, signal, number=number, within=within, child=child),
        )
        if isinstance(outcome, dict):
            return signal.payload.model_validate(outcome)
        return outcome

    async def child(
        self,
        workflow: "Workflow[Any, Out]",
        params: BaseModel | GivenObject,
        key: str,
        *,
        also: AlsoOfChild = nothing_else,
    ) -> Child[Out]:
        """Begin a run of a workflow, once for this key in this run. It goes on by itself, whether
        it is joined or not; it is cancelled with this run, and where its contract has `undone`, it
        is undone with this run. `also` gives statements of the same batch, from the child's id and
        the time. Raises RunCancelled: this run was asked to end.
        """

        async def begin_and_note() -> Child[Out]:
            if workflow.contract.undone is not None:
                self._begun.append(begun_child(self._execution, key))
            return await begin_child(self._execution, workflow, params=params, key=key, also=also)

        return await self._bounded(f"the child {key!r}", begin_and_note)

    async def join(self, child: Child[Out]) -> ChildEnd[Out]:
        """Wait until a child has ended, however long it takes; a failed one is waited for, since it
        is an operator's. Raises RunCancelled: this run was asked to end.
        """
        return await self._bounded(f"the join of {child.id}", lambda: join(self._execution, child))

    async def _join_any(self, child: Child[Out]) -> ChildEnd[Out]:
        """Wait until a child has ended, or has failed for good."""
        end = partial(join, self._execution, child, may_fail=True)
        return await self._bounded(f"the join of {child.id}", end)

    async def continue_as(self, params: BaseModel | GivenObject) -> NoReturn:
        """End this run and begin its continuation, in one batch: a loop without end is a chain of
        runs. Raises RunContinued: always; a body lets it pass; RunCancelled: the run was asked to
        end.
        """
        await self._bounded(
            "the continuation", lambda: continue_as(self._execution, self._newest, params)
        )
        raise AssertionError("not reached")

    async def tell(
        self, topic: Topic[Payload], payload: Payload | GivenObject, *, key: str | None = None
    ) -> None:
        """Tell the world outside, once for the topic and the key in this run; without a key, by the
        number that this is of its topic. The run's state is not touched, now or by what becomes of
        the delivery. Raises ContractError: the topic is not in the contract, or the payload does
        not fit it; RunCancelled: the run was asked to end.
        """
        key = key if key is not None else str(self._next(f"tell {topic.name}"))
        await self._bounded(
            f"the event {key!r} of {topic.name!r}",
            lambda: tell(self._execution, topic, payload=payload, key=key),
        )

    def _check_declared(
        self, where: Literal["timers", "signals"], what: Timer | Signal[Any]
    ) -> None:
        contract = self._execution.contract
        if what not in (contract.timers if where == "timers" else contract.signals):
            raise ContractError(
                f"{contract.kind} waits for {what.name!r}: declare it in the contract's `{where}`"
            )

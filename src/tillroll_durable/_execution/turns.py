"""How the steps of a body take turns, are done once, and end the run that was asked to end."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import Any, TypeVar, cast

from tillroll_durable._execution.beside import check_outside, member
from tillroll_durable._execution.endings import Begun, begun_step, end_early, end_failed
from tillroll_durable._execution.execution import Execution, StepFunction
from tillroll_durable._execution.items import ONCE
from tillroll_durable._execution.steps import Given, Outcome, StepContext, given
from tillroll_durable._execution.undoing import Undoing, may_be_done_elsewhere
from tillroll_durable._execution.waits import commit_once, durably_with_waits
from tillroll_durable.audit import Audited
from tillroll_durable.contract import RETURNED
from tillroll_durable.errors import CancelRequested, Compensating, ReviewNeeded, Superseded
from tillroll_durable.outputs import ContractError, Output
from tillroll_durable.platform.bindings.engine import NonRetryable, StepError
from tillroll_durable.platform.json import Json, JsonObject
from tillroll_durable.states import LIVE, Status
from tillroll_durable.step import Step

Out = TypeVar("Out")
Result = TypeVar("Result")

# The step whose function runs in this context, if any.
_inside: ContextVar[str | None] = ContextVar("step", default=None)


class Turns:
    """One body's steps. Each waits for those that were begun before it."""

    def __init__(self, execution: Execution) -> None:
        self._execution = execution
        self._counts: Counter[str] = Counter()
        self._begun: list[Begun] = []
        self._keys: dict[str, set[str]] = {}
        self._turn = asyncio.Lock()
        self._end: BaseException | None = None

    def close(self) -> None:
        """The body has ended: what it left behind begins no step any more."""
        self._end = self._end or Superseded("the body has ended")

    async def end(self, returned: object, gives: Output[Any]) -> None:
        """The body has returned: so the run ends with that, unless its last step has ended it, but
        for what its delivery still settles. An `Outcome` names another end than the contract's
        `completed`. Raises ContractError: it stands where it was to go on, or is to end where it
        does not; RunCancelled: it was asked to end.
        """
        execution = self._execution
        contract = execution.contract
        state = contract.state(execution.run.state)
        outcome = (
            cast("Outcome[Any]", returned)
            if isinstance(returned, Outcome)
            else Outcome(output=returned)
        )
        end = contract.state(outcome.state or contract.completed or state.name)
        if outcome.output is not None or end.status is Status.COMPLETE:
            outcome = replace(outcome, output=gives.written(outcome.output))
        # A run that had completed, and is undone, is replayed to its end.
        if state.status not in LIVE and execution.run.cancel_kind != "undo":
            return
        if contract.completed is None and not self.must_end:
            following = contract.step_from(state.name)
            never = "" if following is None else f", so the body never begins {following.name!r}"
            raise ContractError(
                f"the body has ended, and the run stands in {state.name!r}{never}: lead it to a "
                "state that ends"
            )
        if contract.completed is not None and not contract.is_returned_to(end):
            raise ContractError(
                f"the body ends in {end.name!r}, where nothing ends: return an end of the contract"
            )

        async def attempt(number: int) -> Json:
            ended = replace(outcome, state=end.name)
            await commit_once(
                execution, RETURNED, attempt=number, outcome=ended, action=Audited.STEP_COMPLETED
            )
            return None

        async def come_to_the_end() -> None:
            if contract.completed is not None:
                await execution.durably(RETURNED, attempt)
            if self.must_end:
                raise CancelRequested("it had come to its end")

        await self._bounded("the end", come_to_the_end)

    async def end_early(self) -> JsonObject:
        """Undo what the body has begun, and end. Raises: as `step`."""
        return await end_early(self._execution, self._begun)

    @property
    def must_end(self) -> bool:
        """Whether nothing leads forward any more, whatever the body does."""
        return self._execution.must_end

    def _occurrence(self, step: Step[Out], key: str | None) -> Step[Out]:
        """The step, or its occurrence of this key. Raises ContractError: it has more of them than
        its contract lets it have, or some of them have no key.
        """
        done = step
        if key is not None:
            self._note_keys(step, [key])
            done = step.keyed(key)
        if member() is not None:
            return done.in_company()
        return done

    def _note_keys(self, step: Step[Any], names: Iterable[str]) -> None:
        """Raises ContractError: the step has more occurrences than its contract lets it have."""
        keys = self._keys.setdefault(step.name, set())
        keys.update(names)
        if len(keys) > step.at_most:
            raise ContractError(
                f"step {step.name!r} is done for more than {step.at_most} keys: raise its "
                "`at_most`, or go on in another run by `run.continue_as`"
            )

    async def _alone(
        self,
        step: Step[Any],
        done: Step[Any],
        do: Callable[[], Awaitable[Json]],
    ) -> Json:
        """Do a step, or an occurrence of it, that is no item of a map. Raises as `step`."""

        async def in_turn() -> Json:
            await self._execution.load_occurrences(step)
            return await do()

        if member() is not None:
            return await in_turn()
        return await self._bounded(f"the step {done.name!r}", in_turn)

    async def _kept(
        self,
        step: Step[Out],
        function: StepFunction,
        undoing: Undoing | None,
        inputs: Sequence[object],
    ) -> Json:
        """What is kept of the output of a step that is done, or was. Raises CancelRequested,
        Compensating: the run is to end early; else as `step`.
        """
        execution = self._execution
        if undoing is not None:
            self._begun.append(begun_step(execution, step, undoing))

        async def inside(context: StepContext) -> Outcome[Any]:
            token = _inside.set(step.name)
            try:
                return await function(context)
            finally:
                _inside.reset(token)

        now = given(execution.run.id, step, inputs)
        execution.check_given(step.name, now, ONCE)
        execution.known.come_to(step)
        group = member()
        if group is not None:
            await group.begin(step)

        try:
            result = await self._durably(step, inside, now)
        except StepError as error:
            if group is not None:
                may_be_done = await may_be_done_elsewhere(execution, step)
                await group.wait_to_fail(may_be_done=may_be_done)
            reason = error.summary.partition(": ")[0]
            if error.is_non_retryable and reason in step.reviews:
                raise ReviewNeeded(reason) from error
            result = await end_failed(execution, self._begun, step=step, error=error)
        execution.known.was_given(step.name, now)
        return result

    @asynccontextmanager
    async def _in_turn(self, what: str) -> AsyncGenerator[None]:
        """Hold the run for one step, or one review; what ends the run in it ends also those that
        wait behind it. Raises NonRetryable: it is begun inside of a step, which would wait for
        itself.
        """
        check_outside(what)
        outer = _inside.get()
        if outer is not None:
            raise NonRetryable(
                f"{what} is begun inside of the step {outer!r}: "
                "begin it in the body, after that step"
            )
        async with self._turn:
            if self._end is not None:
                raise self._end
            lines = self._execution.lines
            lines.begin_turn()
            try:
                yield
            except ReviewNeeded:
                raise
            except BaseException as error:
                self._end = error
                raise
            finally:
                lines.drop()

    async def _durably(self, step: Step[Any], function: StepFunction, now: Given) -> Json:
        """A step, with the waits that its `retry` asks for. Raises as `Execution.durably`."""
        execution = self._execution
        record = execution.known.end_of_item(step)
        if record is not None:
            return await execution.whole(record.output)

        async def attempt(number: int, waits: int) -> Json:
            return await execution.attempt(step, function, number=number, waits=waits, now=now)

        return await durably_with_waits(
            execution,
            step.name,
            attempt,
            retries=step.retries,
            timeout_seconds=step.timeout_seconds,
        )

    def _next(self, name: str) -> int:
        self._counts[name] += 1
        return self._counts[name]

    async def _bounded(self, what: str, verb: Callable[[], Awaitable[Result]]) -> Result:
        """Do something that is no step of the contract, in turn, and end where the run was asked
        to.
        """
        async with self._in_turn(what):
            try:
                return await verb()
            except (CancelRequested, Compensating):
                # They belong to what is not begun any more, or were written.
                self._execution.lines.drop()
                return await end_early(self._execution, self._begun)

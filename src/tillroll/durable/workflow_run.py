"""What a workflow's body is written with: `step`, `call` and `review`, each by its contract.

async def payout(run: WorkflowRun) -> JsonObject:
    await run.step(DEBIT, debit, rollback=credit_back)
    paid = await run.call(PAY, ExternalCall(send=pay, reconcile=look_up, request=request))
    await run.step(RECORD, record)
    return {"paid": paid}
"""

from tillroll.durable.compensation import Begun, Rollback, check_rollback
from tillroll.durable.contract import Step
from tillroll.durable.ending import end_cancelled, end_failed
from tillroll.durable.errors import CancelRequested, ReviewNeeded
from tillroll.durable.execution import Execution, StepFunction
from tillroll.durable.external import ExternalCall, as_step_function
from tillroll.durable.review import Decision, ask_person
from tillroll.platform.engine import StepError
from tillroll.platform.json import Json, JsonObject
from tillroll.platform.services import Platform


class WorkflowRun:
    """A run as its body sees it. What it raises beside ReviewNeeded ends the run; a body lets it pass."""

    def __init__(self, execution: Execution) -> None:
        self._execution = execution
        self._begun: list[Begun] = []

    @property
    def platform(self) -> Platform:
        return self._execution.platform

    @property
    def id(self) -> str:
        return self._execution.run.id

    @property
    def state(self) -> str:
        return self._execution.run.state

    @property
    def corrected_input(self) -> JsonObject:
        """What an operator gave along with a retry; the same through the whole generation."""
        return self._execution.run.corrected_input or {}

    async def step(self, step: Step, function: StepFunction, *, rollback: Rollback | None = None) -> Json:
        """Run a step by its contract and return its output; None where it failed and its contract lets the run go on.

        `rollback` undoes it, should a later failure or a cancellation compensate; it is given exactly where the
        contract declares a `rollback_config`.

        Raises:
            ReviewNeeded: the step refused with one of its declared review reasons.
            RunFailed, RunCancelled: the run has ended; the record says so already.
            Superseded: this instance no longer owns the run.
        """
        execution = self._execution
        check_rollback(step, rollback)
        if rollback is not None:
            self._begun.append(Begun(step, rollback))

        async def attempt(number: int) -> Json:
            return await execution.attempt(step, function, number)

        try:
            return await execution.durably(step.name, attempt, step.retries, step.timeout_seconds)
        except CancelRequested:
            return await end_cancelled(execution, self._begun)
        except StepError as error:
            reason = error.summary.partition(": ")[0]
            if error.is_non_retryable and reason in step.reviews:
                raise ReviewNeeded(reason) from error
            return await end_failed(execution, self._begun, step, error)

    async def call(self, step: Step, call: ExternalCall, *, rollback: Rollback | None = None) -> Json:
        """Run a step that does something on somebody else's system: never sent again before that side was asked.

        Raises: as `step`.
        """
        return await self.step(step, as_step_function(self._execution, step, call), rollback=rollback)

    async def review(self, number: int, reason: str, proposed: Json, deadline_hours: int) -> Decision:
        """Put the run before a person and wait for the decision, however long it takes.

        `number` counts the run's reviews from 1. Afterwards the run is in the contract's approved or rejected state.

        Raises:
            RunCancelled: the run was asked to end while it waited.
        """
        try:
            return await ask_person(self._execution, number, reason, proposed, deadline_hours)
        except CancelRequested:
            await end_cancelled(self._execution, self._begun)
            raise  # not reached: end_cancelled always raises

"""A contract as the API shows it: states, steps, and what a run waits for and tells."""

from typing import Any

from tillroll.api.shapes import Shape
from tillroll.durable.contract import Contract, State, Step


class StateShape(Shape):
    """`says` is what the run's owner reads. `deadline_seconds`: how long a run may stand here that no person is to
    bring on; null where that is a person's, or it has ended."""

    name: str
    status: str
    says: str
    next_safe_action: str
    is_terminal: bool
    deadline_seconds: int | None


class OnFailureShape(Shape):
    """Where a final failure leads; `then`: stop, continue or compensate."""

    state: str
    then: str
    escalate: bool


class RetriesShape(Shape):
    """A limit of 5 is six attempts."""

    limit: int
    delay_seconds: float
    backoff: str


class ContractStepShape(Shape):
    """`effect`: read, write, external or irreversible. `reviews` are the reasons with which it asks a person;
    `withheld` names what is not shown of its input and output, since it is secret or personal."""

    name: str
    effect: str
    begins_in: list[str]
    on_success: list[str]
    on_failure: OnFailureShape
    retries: RetriesShape
    timeout_seconds: int
    reviews: list[str]
    idempotency_key: str
    can_be_undone: bool
    withheld: list[str]


class MessageShape(Shape):
    """A signal that a run waits for, or a topic that it tells of; `payload` is the JSON Schema of what is sent."""

    name: str
    payload: dict[str, Any]


class ConcurrencyShape(Shape):
    """So many runs go on at once in an account, or for each value of the param `key`; the others wait in line."""

    limit: int
    key: str | None


class ContractShape(Shape):
    """`result` names the step whose output is the run's; null for the last one that succeeded."""

    initial: str
    states: list[StateShape]
    steps: list[ContractStepShape]
    timers: list[str]
    signals: list[MessageShape]
    topics: list[MessageShape]
    result: str | None
    concurrency: ConcurrencyShape | None


def contract_shape(contract: Contract) -> ContractShape:
    """All that a caller can rely on."""
    limits = contract.concurrency
    return ContractShape(
        initial=contract.initial,
        states=[_state(state) for state in contract.states],
        steps=[_step(contract, step) for step in contract.steps],
        timers=[timer.name for timer in contract.timers],
        signals=[MessageShape(name=each.name, payload=each.payload.model_json_schema()) for each in contract.signals],
        topics=[MessageShape(name=each.name, payload=each.payload.model_json_schema()) for each in contract.topics],
        result=contract.result,
        concurrency=None if limits is None else ConcurrencyShape(limit=limits.limit, key=limits.key),
    )


def _state(state: State) -> StateShape:
    most = state.lasts_at_most
    return StateShape(
        name=state.name,
        status=state.status,
        says=state.says,
        next_safe_action=state.next_safe_action,
        is_terminal=state.is_terminal,
        deadline_seconds=None if most is None else int(most.total_seconds()),
    )


def _step(contract: Contract, step: Step) -> ContractStepShape:
    failure, retries = step.on_failure, step.retries
    return ContractStepShape(
        name=step.name,
        effect=step.effect,
        begins_in=[*contract.begins_of(step)],
        on_success=[*step.on_success],
        on_failure=OnFailureShape(state=failure.state, then=failure.then, escalate=failure.escalate),
        retries=RetriesShape(limit=retries.limit, delay_seconds=retries.delay_seconds, backoff=retries.backoff),
        timeout_seconds=step.timeout_seconds,
        reviews=[*step.reviews],
        idempotency_key=step.idempotency_key,
        can_be_undone=step.rollback_config is not None,
        withheld=[*step.withheld],
    )

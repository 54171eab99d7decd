"""Checks of what a body may do by its contract, where its run stands."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from tillroll_durable._execution.steps import Outcome, off_contract
from tillroll_durable.contract import Contract
from tillroll_durable.outputs import Output
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import state_gone
from tillroll_durable.step import Occurrence, Step
from tillroll_durable.step_records import LARGEST_INLINE_BYTES

# So many states are named where a step begins in many.
_MOST_NAMED: Final = 3


def check_declared(contract: Contract, state: str, step: Step[Any]) -> None:
    """Raises NonRetryable: the contract does not have the step, or not from where the run
    stands.
    """
    declared = step.of if isinstance(step, Occurrence) else step
    if not contract.has_step(declared):
        raise off_contract(
            f"{contract.kind} has no step {step.name!r} as the body begins it: declare it in "
            "`steps`"
        )
    if all(each.name != state for each in contract.states):
        raise off_contract(state_gone(contract.kind, contract.version, state))
    # A step that left the run to a person, and could not say so on the record, asks anew
    # wherever the run stands.
    if not step.reviews:
        check_begins(f"the step {step.name!r}", contract.begins_of(step), state=state)


def check_begins(what: str, begins_in: Sequence[str], *, state: str) -> None:
    """What names no states (`begins_in`) begins in any. Raises NonRetryable: the run does not
    stand where the contract lets it begin.
    """
    if begins_in and state not in begins_in:
        raise off_contract(
            f"{what} begins in {_some(begins_in)}, and the run stands in {state}: "
            "call it elsewhere, or declare `begins_in`"
        )


def _some(states: Sequence[str]) -> str:
    """Some states of many: a run that ends as its body returns has all of them."""
    if len(states) > _MOST_NAMED:
        return f"{', '.join(states[:_MOST_NAMED])} or {len(states) - _MOST_NAMED} more states"
    return ", ".join(states)


def check_leaves_nothing_out(step: Step[Any], open_keys: Iterable[str], *, run_id: str) -> None:
    """A body that was changed does not go on past an effect elsewhere of which nobody knows:
    its step finds out. Raises NonRetryable: it does.
    """
    for key in open_keys:
        other = key.removeprefix(f"{run_id}:")
        raise off_contract(
            f"the body goes on to {step.name!r} without {other!r}, which may have happened: "
            "put it back before that, or cancel the run"
        )


def check_outcome(step: Step[Any], outcome: Outcome[Any]) -> None:
    """Raises NonRetryable: the outcome leads where the contract does not."""
    keeps_state = isinstance(step, Occurrence) and step.keeps_state
    if keeps_state and outcome.state is not None:
        raise off_contract(
            f"the step {step.name!r} leads to {outcome.state}, and is done beside others: do it by "
            "itself, or name no state"
        )
    if outcome.state is not None and outcome.state not in step.on_success:
        raise off_contract(
            f"the step {step.name!r} leads to {', '.join(step.on_success)}, and its outcome to "
            f"{outcome.state}: declare that in `on_success`"
        )


def leads_to(state: str, step: Step[Any], outcome: Outcome[Any]) -> str:
    """The state that a step's success leads to from the one in which it began."""
    if isinstance(step, Occurrence) and step.keeps_state:
        return state
    return outcome.state or step.on_success[0]


def check_not_ended(what: str, contract: Contract, state: str) -> None:
    """Raises NonRetryable: the run has ended, so nothing can be begun."""
    if contract.state(state).is_terminal:
        raise off_contract(
            f"{what} is begun in {state}, where the run has ended: begin it before the end"
        )


# What is never too large for its row, by its JSON Schema.
_SMALL: Final = frozenset({"integer", "number", "boolean", "null"})


def check_store(
    platform: Platform, name: str, *, gives: Output[Any] | None, most: int | None
) -> None:
    """How large an answer is shows only behind the effect, so what keeps a large one is asked for
    before. `most` is how many bytes it can have, where the call knows. Raises NonRetryable: it may
    be too large for its row, and wrangler.jsonc has no object store.
    """
    if platform.has_objects or gives is None or gives.schema is None:
        return
    if gives.schema.get("type") in _SMALL or (most is not None and most <= LARGEST_INLINE_BYTES):
        return
    from tillroll_durable.platform.bindings.missing import sentence_for  # noqa: PLC0415 - rare

    raise off_contract(
        f"{name} was not sent, since what it gives may be larger than 64 KiB. "
        f"{sentence_for('BUCKET')}"
    )

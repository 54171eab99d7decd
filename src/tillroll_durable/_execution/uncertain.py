"""Where a step has failed for good, and nobody knows whether the other side did it."""

from typing import Any, Final

from tillroll_durable._execution.execution import Execution
from tillroll_durable.contract import Contract
from tillroll_durable.errors import UNKNOWN, FailureClass, RunFailed
from tillroll_durable.platform.bindings.database import statement, text
from tillroll_durable.platform.json import Json
from tillroll_durable.states import OUTCOME_UNKNOWN
from tillroll_durable.step import ITEMS, Occurrence, Step, Then, mapped_name
from tillroll_durable.step_records import FAILED, load_intent

# The worst comes first: of a map, it is said of the whole.
_UNKNOWN: Final = (
    FailureClass.SYSTEMS_DISAGREE,
    FailureClass.IRREVERSIBLE_UNKNOWN,
    FailureClass.MESSAGE_UNKNOWN,
    FailureClass.EXTERNAL_UNKNOWN,
)
_CLASSES_OF_ITEMS: Final = f"""
  SELECT DISTINCT json_extract(output, '$."{FAILED}".failureClass') AS failure_class
  FROM run_steps
  WHERE run_id = ?1 AND step >= ?2 || '[' AND step < ?2 || '\\' AND outcome = 'failed'
"""


async def unknown_outcome(
    execution: Execution, step: Step[Any], failure: FailureClass
) -> FailureClass | None:
    """Tell which unknown outcome keeps a failed step from having undone what came before it.

    None where nothing does: the step is not done, or it can be undone itself. What came before a
    step that may be done is a person's to undo: its goods may be paid for.
    """
    declared = step.of if isinstance(step, Occurrence) else step
    # A map's item can be a value, of which the body decides.
    if step.on_failure.then is not Then.COMPENSATE or not declared.stops_unknown:
        return None
    if step.name.startswith(ITEMS):
        return await _of_items(execution, step)
    if failure in UNKNOWN:
        return failure
    if failure is FailureClass.SYSTEMS_DISAGREE:
        key = step.key_for(execution.run.id)
        intent = await load_intent(execution.platform.database, key)
        # Where nothing was sent, there is nothing that may have been done.
        if intent is not None and intent.outcome != "refused":
            return failure
    return None


def state_after(contract: Contract, step: Step[Any], unknown: FailureClass | None) -> str:
    """Give the state in which a run stands once a step has failed for good."""
    if unknown is not None:
        return OUTCOME_UNKNOWN.name
    if step.on_failure.then is not Then.COMPENSATE:
        return step.on_failure.state
    assert contract.compensating is not None  # noqa: S101 - one whose step compensates has it
    return contract.compensating


def check_known(recorded: Json, step: Step[Any], summary: str) -> None:
    """Raises RunFailed: by what is `recorded` of a failure, its outcome is unknown."""
    if recorded == OUTCOME_UNKNOWN.name:
        raise RunFailed(OUTCOME_UNKNOWN.name, step.name, summary)


async def _of_items(execution: Execution, whole: Step[Any]) -> FailureClass | None:
    """Tell the worst of what nobody knows of the items of a map."""
    query = statement(_CLASSES_OF_ITEMS, [execution.run.id, mapped_name(whole.name)])
    rows = await execution.platform.database.all(query)
    classes = {text(row, "failure_class") for row in rows if row["failure_class"] is not None}
    return next((each for each in _UNKNOWN if each in classes), None)

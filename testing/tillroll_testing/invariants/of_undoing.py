"""What must hold of what a run undoes by itself."""

from typing import Any

from tillroll_durable.contract import Contract
from tillroll_durable.platform.bindings.database import Row, text
from tillroll_durable.platform.json import load_object
from tillroll_durable.step import ITEMS, Occurrence, Step, mapped_name
from tillroll_testing.simulation.world import World

# The calls of a step, or of a map's failed items, that the other side has not refused.
_MAY_BE_DONE = """
  SELECT did.step FROM effect_intents AS did
  WHERE did.run_id = ?1 AND did.outcome IS NOT 'refused' AND did.has_rollback = 0
    AND (did.step = ?2 OR did.step LIKE ?2 || '[%' AND EXISTS (SELECT 1 FROM run_steps
      WHERE run_id = did.run_id AND step = did.step AND outcome = 'failed'))
"""


# The calls beside a step that may be done, and have not come to their end. What asks for a person
# has a reason; an item's failure is a value, on which the body decides.
_OPEN_BESIDE = """
  SELECT did.step, own.reason FROM effect_intents AS did
  LEFT JOIN run_steps AS own ON own.run_id = did.run_id AND own.step = did.step
  WHERE did.run_id = ?1 AND did.step <> ?2 AND did.has_rollback = 0
    AND did.outcome IS NOT 'refused' AND COALESCE(own.outcome, '') <> 'completed'
    AND NOT (COALESCE(own.outcome, '') = 'failed' AND own.output IS NOT NULL)
"""


async def check_known_before_undone(
    world: World, run: Row, events: list[Row], contract: Contract
) -> None:
    """Assert that each failure that undid something was of a step that was not done.

    Who cancels a run, gives it up, or says in its body that it fails has decided it.
    """
    for event in events:
        detail = load_object(text(event, "detail"))
        if event["action"] == "step.failed" and detail["to"] == contract.compensating:
            await _was_not_done(world, run, str(detail["step"]), contract)


async def _was_not_done(world: World, run: Row, name: str, contract: Contract) -> None:
    """Nothing is undone by itself although a step without a rollback may be done elsewhere: the one
    that failed, or one beside it. One that has a rollback is asked for, and undone, in its turn.
    """
    step = contract.find_step(name)
    if step is None:
        return
    run_id = text(run, "id")
    rows: list[Row] = []
    if _declared(step).stops_unknown:
        of = mapped_name(name) if name.startswith(ITEMS) else name
        rows.extend(await world.rows(_MAY_BE_DONE, run_id, of))
    beside = await world.rows(_OPEN_BESIDE, run_id, name)
    rows.extend(row for row in beside if _stops_unknown(contract, row))
    may_be_done = ", ".join(dict.fromkeys(repr(text(row, "step")) for row in rows))
    assert not may_be_done, (
        f"nobody knows whether {may_be_done} was done, and what came before was undone by itself: "
        "stop there, and let a person find out"
    )


def _declared(step: Step[Any]) -> Step[Any]:
    if isinstance(step, Occurrence):
        return step.of
    return step


def _stops_unknown(contract: Contract, row: Row) -> bool:
    """Whether a call beside a failed step keeps what came before from being undone."""
    other = contract.find_step(text(row, "step"))
    if other is None:
        return False
    # What asks for a person, and would only stop the run, is that person's.
    if row["reason"] is not None:
        return _declared(other).stops_unknown
    return _declared(other).stands_unknown

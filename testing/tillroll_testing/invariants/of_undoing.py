"""What must hold of what a run undoes by itself."""

from tillroll_durable.contract import Contract
from tillroll_durable.platform.bindings.database import Row, text
from tillroll_durable.platform.json import load_object
from tillroll_durable.step import ITEMS, Occurrence, mapped_name
from tillroll_testing.simulation.world import World

# The calls of a step, or of a map's failed items, that the other side has not refused.
_MAY_BE_DONE = """
  SELECT did.step FROM effect_intents AS did
  WHERE did.run_id = ?1 AND did.outcome IS NOT 'refused' AND did.has_rollback = 0
    AND (did.step = ?2 OR did.step LIKE ?2 || '[%' AND EXISTS (SELECT 1 FROM run_steps
      WHERE run_id = did.run_id AND step = did.step AND outcome = 'failed'))
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
    """Nothing is undone by itself although a later step without a rollback may be done elsewhere.
    One that has a rollback is asked for, and undone, in its turn.
    """
    step = contract.find_step(name)
    declared = step.of if isinstance(step, Occurrence) else step
    if declared is None or not declared.stops_unknown:
        return
    of = mapped_name(name) if name.startswith(ITEMS) else name
    rows = await world.rows(_MAY_BE_DONE, text(run, "id"), of)
    may_be_done = ", ".join(repr(text(row, "step")) for row in rows)
    assert not may_be_done, (
        f"nobody knows whether {may_be_done} was done, and what came before was undone by itself: "
        "stop there, and let a person find out"
    )

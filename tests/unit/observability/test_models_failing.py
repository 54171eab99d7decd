"""A model that gives no answer of use for an hour is told to the operator, until one goes well."""

from datetime import timedelta

from tests.simulation.receipts import open_receipts, upload
from tests.unit.observability.alerting import Operator
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.clock import to_text
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

_MODEL = "@cf/example/talker"


async def _call(world: World, number: int, *, state: str, reason: str | None) -> None:
    """A call to the model, now, that ended so."""
    sql = """
      INSERT INTO ai_calls
        (id, account_id, run_id, model, purpose, state, reason, input_sha256, duration_ms,
            created_at)
      SELECT ?1, account_id, id, ?2, 'second-reading', ?3, ?4, 'aa', 5, ?5 FROM runs LIMIT 1
    """
    at = to_text(world.host.pieces.clock.now())
    values = (f"aic_{number}", _MODEL, state, reason, at)
    await world.host.database.all(statement(sql, [*values]))


async def _told(operator: Operator) -> list[tuple[str, str]]:
    return [(kind, rule) for kind, rule in await operator.hears() if rule == "model_failing"]


async def test_five_calls_without_use_are_told_and_one_that_went_well_ends_it() -> None:
    world = await open_receipts(Faults())
    await upload(world)
    await world.settle()
    operator = Operator(world)
    for number, (state, reason) in enumerate(
        [
            ("completed", "unusable"),
            ("failed", "refused"),
            ("failed", "no_answer"),
            ("completed", "unusable"),
        ]
    ):
        await _call(world, number, state=state, reason=reason)
    assert await _told(operator) == []
    await _call(world, 5, state="failed", reason="interrupted")
    await operator.tick()
    [alert] = [data for _, data in operator.told() if data["rule"] == "model_failing"]
    assert alert["subject"] == _MODEL
    assert alert["sentence"].startswith(f"The model {_MODEL} gave no answer of use within an hour")
    assert await _told(operator) == []
    await _call(world, 6, state="completed", reason=None)
    assert await _told(operator) == [("alert.recovered", "model_failing")]


async def test_what_a_budget_refused_is_no_call_and_an_old_one_counts_no_more() -> None:
    world = await open_receipts(Faults())
    await upload(world)
    await world.settle()
    operator = Operator(world)
    for number in range(6):
        await _call(world, number, state="offered", reason="ai_budget")
    assert await _told(operator) == []
    for number in range(10, 16):
        await _call(world, number, state="failed", reason="refused")
    assert await _told(operator) == [("alert.opened", "model_failing")]
    world.host.pieces.clock.advance(timedelta(minutes=61))
    assert await _told(operator) == [("alert.recovered", "model_failing")]

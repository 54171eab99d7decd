"""A run that sleeps is woken by a request under a key, which dies and is sent again."""

from datetime import timedelta

import pytest

from tests.simulation.lines.courier import COURIER, CourierParams
from tests.simulation.lines.line import ANN
from tests.simulation.lines.playing import open_street
from tillroll_durable import begin
from tillroll_durable.idempotency.journal import Attempt
from tillroll_durable.idempotency.journal import begin as begin_attempt
from tillroll_durable.idempotency.keys import Sent
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.bindings.engine import EngineUnavailable
from tillroll_durable.runs import find_run
from tillroll_durable.signals import wake_sleeper

ASLEEP = """
  INSERT INTO run_waits (id, run_id, kind, name, number, began_at)
  VALUES ('wait_1', ?1, 'timer', 'nap', 1, '2026-03-01T09:00:00.000Z')
"""
WRITE = statement("UPDATE accounts SET name = 'seen'")


@pytest.mark.parametrize("refuses_first", [True, False])
async def test_the_engine_may_answer_otherwise_to_who_resumes(
    monkeypatch: pytest.MonkeyPatch, *, refuses_first: bool
) -> None:
    world = await open_street()
    asked = await begin(world.host.platform, COURIER, CourierParams(street="high"), ANN, key="one")
    await world.host.database.all(statement(ASLEEP, [asked.id]))
    sent = Sent(ANN.account_id, ANN.name, "POST /wakes", key="k1", fingerprint="f1")

    async def refuse(_instance_id: str) -> None:
        raise EngineUnavailable("the engine does not answer")

    for refuses in (refuses_first, not refuses_first):
        world.host.pieces.clock.advance(timedelta(minutes=2))
        attempt = await begin_attempt(world.host.platform, sent)
        assert isinstance(attempt, Attempt)
        run = await find_run(attempt.platform.database, asked.id)
        assert run is not None
        with monkeypatch.context() as patch:
            if refuses:
                patch.setattr(world.instances, "terminate", refuse)
            await wake_sleeper(attempt.platform, run, actor=ANN.name, why="it is late")
        await attempt.platform.database.all(WRITE)
    woken = await world.rows("SELECT seq FROM audit_events WHERE action = 'run.woken'")
    assert len(woken) == 1
    [row] = await world.rows("SELECT generation FROM runs")
    assert row["generation"] == 2

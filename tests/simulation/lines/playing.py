"""Many couriers of one street and one of another, disturbed at one point or at none."""

from datetime import timedelta

from tests.simulation.lines.courier import AT_ONCE, COURIER, TABLES, CourierParams
from tests.simulation.lines.line import Line
from tillroll_durable.platform.bindings.database import integer
from tillroll_testing.simulation.world import World
from tillroll_testing.stories.playing import Disturbance

LINE = Line(
    COURIER,
    ways=(
        CourierParams(street="high", way="rest"),
        CourierParams(street="high", way="fail"),
        CourierParams(street="high", legs=2),
        CourierParams(street="high", way="child"),
        CourierParams(street="high"),
        CourierParams(street="side"),
    ),
    cancelled="run 4",
    fails="run 1",
    tables=TABLES,
    done="delivered",
    ended="delivered",
    period=timedelta(hours=2),  # who rests has rested
)
open_street, ask = LINE.open, LINE.ask


async def play(disturbance: Disturbance | None = None, at: int = 0) -> World:
    """As a line is played. Raises AssertionError: something that must hold does not."""
    world = await LINE.play(disturbance, at)
    await _in_order(world)
    return world


async def _in_order(world: World) -> None:
    """Who came first has its turn first: the runs of the street that were not asked to end, by when
    they went on.
    """
    turns = await world.rows(
        """
        SELECT runs.begin_key, COALESCE(
          (SELECT MIN(id) FROM audit_events WHERE stream = runs.id AND action = 'run.admitted'),
          (SELECT MIN(id) FROM audit_events WHERE stream = runs.id)) AS turn
        FROM runs WHERE concurrency_key = '"high"' AND begin_key LIKE 'run _'
            AND cancel_kind IS NULL
        ORDER BY runs.id
        """
    )
    assert len(turns) > AT_ONCE
    order = [integer(row, "turn") for row in turns]
    assert order == sorted(order), f"somebody was passed: {turns}"

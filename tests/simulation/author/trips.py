"""A story with two kinds, rows that were there before, and the run that it aims at."""

from tests.simulation.author import ANN, Deployed, Faults, Scene, Story, open_world, send
from tests.simulation.author.planted.trip import (
    CONFIRM,
    LABEL,
    PRICES,
    TRIP,
    TRIP_V1,
    Confirmation,
    TripParams,
)
from tillroll_durable import begin, statement

TABLES = (
    statement("CREATE TABLE seats (run_id TEXT NOT NULL, leg TEXT NOT NULL) STRICT"),
    statement(
        "CREATE TABLE trips (run_id TEXT NOT NULL, price INTEGER NOT NULL, confirmed_by TEXT NOT "
        "NULL) STRICT"
    ),
    statement("INSERT INTO seats (run_id, leg) VALUES ('an earlier run', 'out')"),
)


async def opened(faults: Faults) -> Scene:
    world = await open_world(faults, Deployed(TRIP, beside=[LABEL]), tables=TABLES)
    world.aims_at = TRIP_V1.kind
    world.other_side.pages[f"{PRICES}/rome"] = {"price": 90}

    async def begun() -> None:
        params = TripParams(trip="rome", legs=["out", "back"])
        await begin(world.host.platform, TRIP, params, ANN, key="one")
        await send(world, CONFIRM, Confirmation(by="Ann"))

    async def check() -> None:
        """A leg has one seat, and the seat of an earlier run stays as it is."""
        seats = [
            str(row["leg"])
            for row in await world.rows("SELECT leg FROM seats WHERE run_id <> 'an earlier run'")
        ]
        assert len(seats) == len({*seats}), f"kept twice: {seats}"
        assert await world.rows("SELECT leg FROM seats WHERE run_id = 'an earlier run'") == [
            {"leg": "out"}
        ]

    return Scene(world, begun, check)


STORIES = (Story("a trip", opened, "completed"),)

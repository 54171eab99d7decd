"""How often a clear receipt asks the database and the engine, from upload to notified: `python -m bench.round_trips`.

Counted at the binding: every call of `all`, `first` or `batch` is a round trip, whatever it holds.
"""

import asyncio

from tests.simulation.faults import Faults
from tests.simulation.receipts import count_round_trips, open_receipts


async def count() -> str:
    """What is counted, as a line."""
    world = await open_receipts(Faults())
    counted = await count_round_trips(world)
    steps = sum(len(instance.results) for instance in world.instances.by_id.values())
    return (
        f"A clear receipt: {counted.round_trips} round trips to the database, {len(counted.seen)} statements, "
        f"{steps} steps of the engine"
    )


if __name__ == "__main__":
    print(asyncio.run(count()))

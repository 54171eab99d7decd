"""What a clear receipt writes is held to what docs/benchmarks.md says."""

from itertools import pairwise

from bench.one_receipt import rows_written, stand
from tests.simulation.receipts import count_round_trips, open_receipts
from tests.support.host_platform import CLEAR_RECEIPT
from tillroll_durable.platform.bindings.database import text
from tillroll_testing.simulation.faults import Faults


async def test_a_clear_receipt_and_the_merchants_next_one_write_so_many_rows() -> None:
    world = await open_receipts(Faults())
    tables = {
        text(row, "name")
        for row in await world.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")
    }
    stands = [await stand(world.host.database)]
    for copy, day in enumerate(("14/02/2026", "15/02/2026")):
        world.host.pieces.models.transcript = CLEAR_RECEIPT.replace("14/02/2026", day)
        await count_round_trips(world, copy)
        stands.append(await stand(world.host.database))
    first, second = (rows_written(*pair, tables) for pair in pairwise(stands))
    assert (first, second) == (102, 90), "docs/benchmarks.md and docs/scale.md name the numbers"

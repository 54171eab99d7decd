"""A receipt in the account's own currency waits for no rate: its amounts count at once."""

from tests.simulation.receipts import open_receipts, upload
from tillroll_durable.platform.bindings.database import statement
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World


async def conversion_in(base: str) -> tuple[World, dict[str, object]]:
    world = await open_receipts(Faults())
    database = world.host.database
    await database.all(statement("UPDATE accounts SET base_currency = ?1", [base]))
    run_id = await upload(world)
    await world.turn()
    query = """
      SELECT e.awaits_conversion, e.total_minor, c.total_minor AS base_minor, c.rate
      FROM expenses e LEFT JOIN expense_conversions c ON c.expense_id = e.id
      WHERE e.run_id = ?1
    """
    row = await database.first(statement(query, [run_id]))
    assert row is not None
    return world, dict(row)


async def test_it_is_converted_as_it_is_stored() -> None:
    _, row = await conversion_in("MYR")
    assert row["awaits_conversion"] is None
    assert row["base_minor"] == row["total_minor"]
    assert row["rate"] == "1"

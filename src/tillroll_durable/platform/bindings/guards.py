"""Guards: what must hold for a batch to be written. An UPDATE that hits no row fails no batch.

The table `guards` takes no row: a guard that does not hold tries to insert one, which fails the
whole batch with `GuardFailed`. For a change with an audit event, `append_if_changed` in
durable/audit.py is the guard.
"""

from typing import Final, LiteralString

from tillroll_durable.platform.bindings.database import Statement, Value, statement
from tillroll_durable.platform.tables import of_nobody


def must_hit(change: Statement, rows: int = 1) -> tuple[Statement, Statement]:
    """The change, and the guard that it inserts, updates or deletes so many rows. They stand next
    to each other in the batch, in this order."""
    guard = "INSERT INTO guards (failed) SELECT 1 WHERE changes() <> ?1"
    return change, statement(guard, [rows])


def must_hold(condition: LiteralString, *parameters: Value) -> Statement:
    """The guard that a condition is true where it stands in the batch; NULL is not. `condition`:
    SQL, a constant of the code, whose placeholders begin with ?1."""
    guard = f"INSERT INTO guards (failed) SELECT 1 WHERE ({condition}) IS NOT TRUE"
    return statement(guard, [*parameters])


TABLES: Final = (of_nobody("guards", "it is always empty"),)

"""Nothing of an account is written while it moves: triggers refuse each write.

A database has them from the first move on that it takes part in. Each asks `moved_accounts`, by
the account that its row is of.
"""

from collections.abc import Sequence
from typing import Final, LiteralString, cast

from tillroll.moving.tables import Rows, taken_along
from tillroll_durable.platform.bindings.database import (
    MOVING,
    Database,
    Statement,
    statement,
    text,
)
from tillroll_durable.platform.bindings.standing import lives_here, not_moving, stand

# A write and the row that it names before it.
_WRITES: Final[tuple[tuple[LiteralString, LiteralString], ...]] = (
    ("INSERT", "NEW"),
    ("UPDATE", "OLD"),
    ("DELETE", "OLD"),
)


def refusing() -> list[Statement]:
    """The triggers that refuse writes about an account that does not live in the database, or is
    being moved."""
    return [_trigger(rows, write, row) for rows in taken_along() for write, row in _WRITES]


def _trigger(rows: Rows, write: LiteralString, row: LiteralString) -> Statement:
    name = f"moving_{rows.table}_{write.lower()}"
    sql = f"""
      CREATE TRIGGER IF NOT EXISTS {name} BEFORE {write} ON {rows.table}
      WHEN EXISTS (
        SELECT 1 FROM moved_accounts
        WHERE account_id = {rows.account_of(row)} AND stands <> 'here'
      )
      BEGIN SELECT RAISE(ABORT, '{MOVING}'); END
    """
    return Statement(sql)


def expect(account_id: str, source: int, run_id: str, now: str) -> list[Statement]:
    """At the target: rows of the account are about to come, and nothing else of it is written."""
    return [
        *refusing(),
        not_moving(account_id, run_id),
        stand(account_id, "arriving", other=source, run_id=run_id, now=now),
    ]


def freeze(account_id: str, target: int, run_id: str, now: str) -> list[Statement]:
    """At the source: nothing of the account is written from here on. It has to live here."""
    return [
        *refusing(),
        not_moving(account_id, run_id),
        lives_here(account_id),
        stand(account_id, "frozen", other=target, run_id=run_id, now=now),
    ]


async def past_triggers(
    database: Database, table: LiteralString, statements: Sequence[Statement]
) -> list[Statement]:
    """The statements with the table's triggers off, in one batch. What triggers derive is copied
    as it is, and what they keep forever is the other database's from here on."""
    query = """
      SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ? ORDER BY rowid
    """
    triggers = await database.all(statement(query, [table]))
    off = [Statement(cast("LiteralString", f'DROP TRIGGER "{row["name"]}"')) for row in triggers]
    on = [Statement(cast("LiteralString", text(row, "sql"))) for row in triggers]
    return [*off, *statements, *on]

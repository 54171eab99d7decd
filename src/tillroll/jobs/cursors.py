"""Where a bounded scan goes on in the next tick."""

from tillroll.platform.bindings.database import Database, Statement, statement, text


def kept_position(name: str) -> Statement:
    """The query for the position: one row with `position`, or none at first."""
    return statement("SELECT position FROM reconciler_cursors WHERE name = ?", name)


async def position_of(database: Database, name: str) -> str:
    """The position that was kept last; empty at first."""
    row = await database.first(kept_position(name))
    return "" if row is None else text(row, "position")


async def positions_of(database: Database, *names: str) -> list[str]:
    """As `position_of`, of several at once."""
    found = await database.batch([kept_position(name) for name in names])
    return [text(rows[0], "position") if rows else "" for rows in found]


async def keep_position(database: Database, name: str, position: str, now: str) -> None:
    await database.all(
        statement(
            """
            INSERT INTO reconciler_cursors (name, position, updated_at) VALUES (?1, ?2, ?3)
            ON CONFLICT (name) DO UPDATE SET position = ?2, updated_at = ?3 WHERE position <> ?2
            """,
            name,
            position,
            now,
        )
    )

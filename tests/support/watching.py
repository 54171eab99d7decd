"""A database that keeps every statement that passes, to see what each would read."""

from collections.abc import Sequence

from tillroll_durable.platform.bindings.database import Database, Row, Statement, statement


class WatchedDatabase:
    """`trips` has the statements of each call, in order; `seen` has them all, and `round_trips`
    counts the calls.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.trips: list[Sequence[Statement]] = []

    @property
    def seen(self) -> list[Statement]:
        return [each for trip in self.trips for each in trip]

    @property
    def round_trips(self) -> int:
        return len(self.trips)

    async def all(self, query: Statement) -> list[Row]:
        self.trips.append([query])
        return await self._database.all(query)

    async def first(self, query: Statement) -> Row | None:
        self.trips.append([query])
        return await self._database.first(query)

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        self.trips.append(statements)
        return await self._database.batch(statements)

    async def whole_tables(self, *, small: Sequence[str] = ()) -> list[str]:
        """The seen statements that go through a whole table, but those named `small`: each as its
        plan's line and its SQL.
        """
        found: list[str] = []
        for query in self.seen:
            plan = await self._database.all(
                statement(f"EXPLAIN QUERY PLAN {query.sql}", [*query.parameters])
            )
            for line in (str(step["detail"]) for step in plan):
                derived = (
                    "subquery" in line or "json_each" in line.lower() or "CONSTANT ROW" in line
                )
                is_small = any(line.split()[1:2] == [table] for table in small)
                if line.startswith("SCAN") and "USING" not in line and not derived and not is_small:
                    found.append(f"{line}\n{query.sql}")
        return found

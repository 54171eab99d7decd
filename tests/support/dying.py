"""A Worker that dies, or whose database breaks, at any one point of a request."""

from collections.abc import Sequence

from tillroll_durable.platform.bindings.database import Database, Row, Statement


class Killed(BaseException):
    """The Worker is gone: nothing of it runs on, as no `except Exception` would."""


class Dying:
    """`Database` of a Worker that dies at one point: before a batch, or behind it; or whose
    connection breaks there.
    """

    def __init__(self, beneath: Database, at: int, error: type[BaseException] = Killed) -> None:
        self._beneath, self._left, self._error = beneath, at, error
        self.has_died = False

    async def all(self, query: Statement) -> list[Row]:
        self._point()
        rows = await self._beneath.all(query)
        self._point()
        return rows

    async def first(self, query: Statement) -> Row | None:
        rows = await self.all(query)
        return rows[0] if rows else None

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        self._point()
        rows = await self._beneath.batch(statements)
        self._point()
        return rows

    def _point(self) -> None:
        self._left -= 1
        if self._left == -1:
            self.has_died = True
            raise self._error("here")

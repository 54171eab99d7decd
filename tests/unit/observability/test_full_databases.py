"""An alert says that a database is nearly full, while there is time to make another one."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.support.host_platform import assemble, migrated_database
from tillroll.observability.alert_rounds import conditions_now
from tillroll.observability.alert_rules import Rule
from tillroll_durable.platform.bindings.database import ByBatch, Row, Statement
from tillroll_durable.platform.invocation import invocation
from tillroll_testing.host.sqlite import SqliteDatabase

_GIGABYTE = 1_000_000_000


class _Measured(ByBatch):
    """A database that says its size, as D1 says `size_after` of each answer."""

    def __init__(self, inner: SqliteDatabase, size_bytes: int | None) -> None:
        self._inner = inner
        self.size_bytes = size_bytes

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        return await self._inner.batch(statements)


@pytest.mark.parametrize(
    ("size_bytes", "sentences"),
    [
        (None, []),
        (69 * _GIGABYTE // 10, []),
        (7 * _GIGABYTE, ["The database DB has used 70 percent of its 10 GB."]),
        (11 * _GIGABYTE, ["The database DB has used 110 percent of its 10 GB."]),
    ],
)
async def test_it_is_raised_from_seventy_percent_on(
    size_bytes: int | None, sentences: list[str]
) -> None:
    inner = await migrated_database()
    database = _Measured(inner, size_bytes)
    host = assemble(inner, {})
    platform = invocation(replace(host.platform, database=database, databases={1: database}))
    causes = [each for each in await conditions_now(platform) if each.rule is Rule.DATABASE_FILLING]
    assert [each.sentence for each in causes] == sentences

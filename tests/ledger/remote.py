"""The genuine D1 as `Database`, through a Worker that runs what it is sent."""

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx

from tests.support.sql import sql
from tillroll_durable.platform.bindings.database import (
    ByBatch,
    Database,
    DatabaseError,
    Row,
    Statement,
    constraint_failed,
    statement,
)

_AT_ONCE = 200


class RemoteDatabase(ByBatch):
    """`Database` on the D1 of the Worker at `url`. Each call is a request of its own, so that many
    come at once.
    """

    def __init__(self, client: httpx.AsyncClient, url: str) -> None:
        self._client = client
        self._url = url

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        asked = [{"sql": each.sql, "parameters": each.parameters} for each in statements]
        told: dict[str, Any] = (
            (await self._client.post(self._url, json=asked)).raise_for_status().json()
        )
        if "refused" in told:
            raise constraint_failed(told["refused"])
        if "failed" in told:
            raise DatabaseError(told["failed"])
        return told["rows"]


def migrations(folder: Path) -> list[str]:
    """The statements of every migration of a folder, in order."""
    return [
        each
        for path in sorted(folder.glob("*.sql"))
        for each in _statements(path.read_text("utf-8"))
    ]


async def migrate(database: Database, statements: Sequence[str]) -> None:
    """Carry out the statements of migrations."""
    for start in range(0, len(statements), _AT_ONCE):
        await database.batch(
            [statement(sql(each)) for each in statements[start : start + _AT_ONCE]]
        )


def _statements(script: str) -> Iterator[str]:
    """The statements of a script; one of a trigger has others in it."""
    gathered = ""
    for line in script.splitlines():
        gathered += line + "\n"
        if sqlite3.complete_statement(gathered) and line.rstrip().endswith(";"):
            yield gathered
            gathered = ""

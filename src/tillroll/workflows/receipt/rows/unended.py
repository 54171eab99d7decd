"""Readings of a PDF that began and did not end, as when the Worker ends with them.

An attempt that dies with its process leaves nothing behind, and the engine begins it again: a file that ends the Worker
would do so until the engine's patience is over, and everybody else's requests end with it each time.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

from tillroll.platform.bindings.database import Database, integer, statement
from tillroll.platform.bindings.engine import NonRetryable

MOST_UNENDED: Final = 2
_SAYS: Final = (
    "Twice the reading of this file began and did not end, and the Worker may have stopped because of it. "
    "It is not read again by itself. Type the values in, or retry to have it read once more."
)


@asynccontextmanager
async def noted(database: Database, receipt_id: str) -> AsyncGenerator[None]:
    """Note that a reading begins, and that it has ended, however it ends.

    Raises:
        NonRetryable: MOST_UNENDED of them did not. Whoever retries it then has one more.
    """
    begin = statement(
        "UPDATE receipts SET unended_readings = unended_readings + 1 WHERE id = ? RETURNING unended_readings",
        receipt_id,
    )
    [[begun]] = await database.batch([begin])
    if integer(begun, "unended_readings") > MOST_UNENDED:
        await _set(database, receipt_id, MOST_UNENDED - 1)
        raise NonRetryable(_SAYS)
    try:
        yield
    except Exception:
        await _set(database, receipt_id, 0)
        raise
    await _set(database, receipt_id, 0)


async def _set(database: Database, receipt_id: str, count: int) -> None:
    query = "UPDATE receipts SET unended_readings = CAST(? AS INTEGER) WHERE id = ?"
    await database.batch([statement(query, count, receipt_id)])

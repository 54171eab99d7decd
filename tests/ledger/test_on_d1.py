"""The fifteen invariants of a ledger on the genuine D1, each request of its own."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from local.places import MIGRATIONS
from tests.ledger.invariants import INVARIANTS, Case
from tests.ledger.playing import ANSWER_SECONDS, drawn
from tests.ledger.remote import RemoteDatabase, migrate, migrations
from tests.support.suite import suite

_EXAMPLES = 1
pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def d1(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the genuine D1 is asked, with all migrations applied."""
    database = {"binding": "DB", "database_name": "suite", "database_id": "suite"}
    statements = migrations(MIGRATIONS)
    with suite(
        Path(__file__).parent, tmp_path_factory.mktemp("ledger"), {"d1_databases": [database]}
    ) as (url, _):

        async def prepare() -> None:
            async with httpx.AsyncClient(timeout=ANSWER_SECONDS) as client:
                await migrate(RemoteDatabase(client, url), statements)

        asyncio.run(prepare())
        yield url


@pytest.mark.parametrize("case", INVARIANTS, ids=lambda case: case.__name__)
def test_on_d1(case: Case, d1: str) -> None:
    drawn(case, _EXAMPLES, d1)

"""Somebody at the API of the books, over runs of a simulated world."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, LiteralString

import httpx

from local.books.signed import SignedCounterpart
from tests.simulation.opening import open_world
from tests.simulation.syncing import URL, Line, until_quiet
from tests.support.expenses import Given
from tests.support.host_api import api_client
from tillroll.books.syncs.workflow import SYNC
from tillroll_durable import statement
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World

TRAVEL = [
    {"what": "category", "word": "Travel", "code": "6300"},
    {"what": "tax", "word": "19", "code": "V19"},
]

CLOSED_FEBRUARY = [
    statement(
        """
        INSERT INTO exports (id, account_id, run_id, format, filter, requested_by, expected,
            created_at)
        VALUES ('xpt_1', 'acc_first', 'run_000001', 'jsonl', '{}', 'user:usr_first', 0,
            '2026-03-01')
        """
    ),
    statement(
        """
        INSERT INTO closed_periods (id, account_id, first_day, last_day, export_id, closed_by,
            closed_at)
        VALUES ('per_1', 'acc_first', '2026-02-01', '2026-02-28', 'xpt_1', 'user:usr_first',
            '2026-03-01')
        """
    ),
]


@dataclass
class Office:
    """Somebody at the API, a world in which runs go on, and the books of a company."""

    client: httpx.AsyncClient
    world: World
    books: SignedCounterpart
    connection: str = ""

    async def get(self, path: str, **query: Any) -> Any:
        return (await self.client.get(f"/api/books/{path}", params=query)).raise_for_status().json()

    async def post(self, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
        return await self.client.post(f"/api/books/{path}", json=body or {})

    async def connect(self, **given: Any) -> dict[str, Any]:
        asked = {
            "name": "Our books",
            "provider": "signed",
            "firstDay": "2026-01-01",
            "url": URL,
            **given,
        }
        made = (await self.post("connections", asked)).raise_for_status().json()
        self.books.secrets = [made["secret"]]
        self.connection = made["id"]
        return made

    async def map(self, *words: dict[str, str]) -> Any:
        path = f"/api/books/connections/{self.connection}/mapping"
        return (await self.client.put(path, json={"words": [*words]})).raise_for_status().json()

    async def sync(self, **body: Any) -> dict[str, Any]:
        """Begin a sync, and let it end."""
        begun = (
            (await self.post(f"connections/{self.connection}/syncs", body))
            .raise_for_status()
            .json()
        )
        await self.world.settle()
        if (await self.get(f"syncs/{begun['id']}"))["state"] == "running":
            await until_quiet(self.world)
        return await self.get(f"syncs/{begun['id']}")

    async def item(self, subject: str) -> dict[str, Any]:
        [found] = (await self.get(f"subjects/{subject}"))["items"]
        return found

    async def change(self, subject: str, assignments: LiteralString) -> None:
        sql = f"UPDATE expenses SET {assignments} WHERE id = ?"
        await self.world.host.database.batch([statement(sql, [subject])])


def spent(number: int, **given: Any) -> Given:
    """119.00 of travel."""
    return replace(Given(number, total_minor=11900, tax_minor=1900, category="Travel"), **given)


@asynccontextmanager
async def open_office() -> AsyncGenerator[Office]:
    world = await open_world(Faults(), Deployed(SYNC))
    world.aims_at = SYNC.contract.kind
    books = SignedCounterpart([], now=world.host.pieces.clock.now)
    world.host.platform = replace(world.host.platform, exchange=Line(world.faults, books))
    async with api_client(world.host.platform) as client:
        yield Office(client, world, books)

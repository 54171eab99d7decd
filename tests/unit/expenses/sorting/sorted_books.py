"""An account with expenses to be sorted, asked by HTTP."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

import httpx

from tests.support.approving import as_seen
from tests.support.expenses import Given, add_expenses
from tests.support.host_api import api_client
from tests.support.host_platform import assemble, migrated_database
from tillroll_documents.reading.recognition import look_key, merchant_key
from tillroll_durable.platform.bindings.database import Row, statement
from tillroll_testing.host.platform import HostPlatform


@dataclass
class Books:
    host: HostPlatform

    async def ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        key: str | None = None,
    ) -> Any:
        """The answer's JSON; None where it has none."""
        answer = await self.answer(method, path, body, key)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def answer(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        key: str | None = None,
    ) -> httpx.Response:
        headers = None if key is None else {"idempotency-key": key}
        async with api_client(self.host.platform) as client:
            return await client.request(method, path, json=body, headers=headers)

    async def approve(self, *ids: str) -> Any:
        """Approve expenses as they are now; what became of each."""
        seen = await as_seen(self.host.database, ids)
        return (await self.ask("POST", "/api/expenses/approve", seen))["items"]

    async def rows(self, query: LiteralString) -> list[Row]:
        return await self.host.database.all(statement(query))

    async def run(self, query: LiteralString) -> None:
        await self.host.database.batch([statement(query)])

    async def column(self, name: str) -> list[Any]:
        """A column of the expenses, in the order of their ids."""
        return [row[name] for row in await self.rows("SELECT * FROM expenses ORDER BY id")]

    async def category_id(self, name: str) -> str:
        found = (await self.ask("GET", "/api/categories"))["categories"]
        return next(each["id"] for each in found if each["name"] == name)

    async def snapshot(self) -> list[list[Row]]:
        """Everything that an act may change, but for versions, which only grow."""
        queries: tuple[LiteralString, ...] = (
            (
                "SELECT id, merchant, category, category_by, duplicate_key, project, paid_by, "
                "is_split FROM expenses"
            ),
            "SELECT * FROM expense_tags ORDER BY 1, 2",
            "SELECT * FROM expense_parts ORDER BY 1, 2",
            "SELECT * FROM merchant_sightings ORDER BY run_id",
            "SELECT id, name, state, merged_into FROM categories ORDER BY id",
        )
        return [await self.rows(query) for query in queries]


async def open_books(*given: Given) -> Books:
    """Expenses as receipts leave them: with a key of duplicates and a sighting of their merchant
    each.
    """
    books = Books(assemble(await migrated_database(), {}))
    await add_expenses(books.host.database, *given)
    await _as_read(books, given)
    return books


async def _as_read(books: Books, given: Sequence[Given]) -> None:
    for each in given:
        key = f"{merchant_key(each.merchant)}|{each.date}|{each.currency}|{each.total_minor}"
        await books.host.database.batch(
            [
                statement("UPDATE expenses SET duplicate_key = ? WHERE id = ?", [key, each.id]),
                statement(
                    """
                    INSERT INTO merchant_sightings (run_id, account_id, spelling, look_key,
                        merchant, merchant_key, at)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                    [
                        f"run_{each.number:06}",
                        each.account,
                        each.merchant,
                        look_key(each.merchant),
                        each.merchant,
                        merchant_key(each.merchant),
                        each.created_at,
                    ],
                ),
            ]
        )

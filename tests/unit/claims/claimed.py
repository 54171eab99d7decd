"""An account with expenses to claim, over HTTP, whose runs go on by themselves."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from tests.simulation.claiming import open_claims
from tests.support.expenses import add_client
from tests.support.host_api import api_client
from tillroll_durable import Workflow, statement
from tillroll_durable.platform.bindings.database import Database
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

ASKED: dict[str, object] = {"currency": "EUR", "payerKind": "company", "payerName": "ACME"}


def asked(**other: object) -> dict[str, object]:
    """What is asked for; of a customer, the client says who pays."""
    body = {**ASKED, **other}
    if body["payerKind"] == "customer" and "payerName" not in other:
        del body["payerName"]
    return body


async def bill(database: Database, name: str = "ACME", client_id: str = "cli_acme") -> None:
    """Have all expenses billed to a client."""
    await add_client(database, client_id, name)
    await database.batch(
        [
            statement(
                "UPDATE expenses SET billable = 1, client_id = ?, client = ?", [client_id, name]
            )
        ]
    )


@dataclass
class Claimed:
    """Asks, and lets happen what happens by itself."""

    world: World
    client: httpx.AsyncClient

    async def ask(
        self, method: str, path: str, body: object = None, key: str | None = None, status: int = 200
    ) -> Any:
        """The JSON of an answer, which has this status."""
        headers = {} if key is None else {"Idempotency-Key": key}
        answer = await self.client.request(method, path, json=body, headers=headers)
        assert answer.status_code == status, answer.text
        await self.world.settle({})
        return answer.json() if answer.content else None

    async def claim(self, **other: object) -> str:
        """The id of a claim that was issued."""
        return (await self.ask("POST", "/api/claims", asked(**other), status=202))["id"]

    async def shown(self, claim_id: str) -> Any:
        return await self.ask("GET", f"/api/claims/{claim_id}")

    async def pay(
        self, claim_id: str, amount: str, key: str | None = None, status: int = 200, **other: object
    ) -> Any:
        body = {"amount": amount, "currency": "EUR", "day": "2026-03-20", **other}
        return await self.ask("POST", f"/api/claims/{claim_id}/payments", body, key, status)

    def later(self, days: int) -> None:
        self.world.host.pieces.clock.advance(timedelta(days=days))


@asynccontextmanager
async def open_claimed(*beside: Workflow) -> AsyncGenerator[Claimed]:
    """Two approved expenses of 12.90 and 25.00 EUR and one of 7.00 USD, which an employee paid."""
    world = await open_claims(Faults(), *beside)
    async with api_client(world.host.platform) as client:
        yield Claimed(world, client)

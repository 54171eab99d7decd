"""An account with expenses to claim, over HTTP, whose runs go on by themselves."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from tests.simulation.claiming import open_claims
from tests.simulation.faults import Faults
from tests.simulation.world import World
from tests.support.host_api import api_client
from tillroll.durable import Workflow

ASKED: dict[str, object] = {"currency": "EUR", "payerKind": "company", "payerName": "ACME"}


@dataclass
class Claimed:
    """Asks, and lets happen what happens by itself."""

    world: World
    client: httpx.AsyncClient

    async def ask(self, method: str, path: str, body: object = None, key: str | None = None, status: int = 200) -> Any:
        """The JSON of an answer, which has this status."""
        headers = {} if key is None else {"Idempotency-Key": key}
        answer = await self.client.request(method, path, json=body, headers=headers)
        assert answer.status_code == status, answer.text
        await self.world.settle({})
        return answer.json() if answer.content else None

    async def claim(self, **other: object) -> str:
        """The id of a claim that was issued."""
        return (await self.ask("POST", "/api/claims", {**ASKED, **other}, status=202))["id"]

    async def shown(self, claim_id: str) -> Any:
        return await self.ask("GET", f"/api/claims/{claim_id}")

    async def pay(self, claim_id: str, amount: str, key: str | None = None, status: int = 200, **other: object) -> Any:
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

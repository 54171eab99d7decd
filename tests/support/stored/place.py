"""A firm at the API in a simulated world, in which days pass."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final

import httpx

from tests.simulation.opening import open_world
from tests.support.host_api import api_client
from tillroll.bank.statements.workflow import STATEMENT
from tillroll.claims.service import notify_changes
from tillroll.claims.workflow import CLAIM
from tillroll.payouts.bank_files.service import notify_ended_payouts
from tillroll.payouts.workflow import PAYOUT
from tillroll.workflows.registry import REGISTRY
from tillroll_durable.platform.bindings.database import Database
from tillroll_durable.platform.services import Platform
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World

BASE: Final = "EUR"
_MORNING: Final = time(8)
_COMPANY: Final = {
    "name": "Beispiel Software GmbH",
    "street": "Weg 1",
    "postalCode": "10115",
    "city": "Berlin",
    "country": "DE",
    "vatId": "DE123456788",
    "vatScheme": "standard",
    "vatDueOn": "issue",
}


@dataclass
class Place:
    """Asks as the owner does, and lets happen what happens by itself."""

    world: World
    client: httpx.AsyncClient
    costs: int = 0

    @property
    def platform(self) -> Platform:
        """What the product runs on."""
        return self.world.host.platform

    @property
    def database(self) -> Database:
        """The rows, past every fault."""
        return self.world.host.database

    async def ask(
        self, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The JSON of an answer that is no refusal."""
        answer = await self.client.request(method, path, json=body)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text[:400]}"
        return answer.json() if answer.content else {}

    def go_to(self, day: date) -> None:
        """Go to the morning of a day."""
        clock = self.world.host.pieces.clock
        clock.advance(datetime.combine(day, _MORNING, UTC) - clock.now())

    async def settle(self) -> None:
        """Let runs go on until they wait."""
        await self.world.settle()


@asynccontextmanager
async def open_place(iban: str) -> AsyncGenerator[Place]:
    """A firm in euros, whose payments by file leave from an account."""

    async def nudge(platform: Platform) -> None:
        await notify_changes(platform)
        await notify_ended_payouts(platform)

    deployed = Deployed(
        CLAIM, {}, REGISTRY.objects_in_use, more_ticks=[nudge], beside=[PAYOUT, STATEMENT]
    )
    world = await open_world(Faults(), deployed, webhook=False)
    async with api_client(world.host.platform) as client:
        place = Place(world, client)
        await place.ask("PATCH", "/api/account", {"baseCurrency": BASE})
        await place.ask("PATCH", "/api/company", {**_COMPANY, "iban": iban})
        yield place

"""An account at the API with what its bank has booked, and what a person decides of it."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx

from tests.simulation.author import Deployed, open_world
from tests.support.bank_files import camt
from tests.support.bank_month import IBAN, Line, Month
from tests.support.expenses import Given, add_expenses
from tests.support.host_api import api_client
from tests.support.host_platform import TOKEN
from tests.support.uploads import MemoryFile, MemoryUpload
from tillroll.bank.statements.native import receive
from tillroll.bank.statements.workflow import STATEMENT
from tillroll.workflows.registry import REGISTRY
from tillroll_durable import Workflow
from tillroll_durable.platform.json import JsonObject
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

CAFE = Line(
    amount=-1290, booked_on=date(2026, 3, 6), name="GREEN GARDEN CAFE", text="Kartenzahlung"
)
TAXI = Line(amount=-890, booked_on=date(2026, 3, 30), name="Taxi Berlin", text="Fahrt")
RENT = Line(amount=-50_000, booked_on=date(2026, 3, 2), name="Hausverwaltung", text="Miete")
FEE = Line(amount=-490, booked_on=date(2026, 3, 31), name="", text="Kontoführung März")


@dataclass
class Bank:
    """An account with what its bank has booked."""

    world: World
    client: httpx.AsyncClient
    account: str

    async def booked(self, *lines: Line, number: int = 3) -> None:
        """Send a statement, and let its run end."""
        content = camt(Month(opening=100_000, lines=lines, number=number))
        file = MemoryFile(content, self.world.host.pieces.objects, "march.xml")
        upload = MemoryUpload([file], {"authorization": f"Bearer {TOKEN}"}, named="statement")
        taken = await receive(self.world.host.platform, upload, {})
        await self.world.settle()
        assert (await self.get(taken.headers["location"]))["state"] == "matched"

    async def get(self, path: str, **params: str) -> Any:
        answer = await self.client.get(path, params=params)
        assert answer.status_code == httpx.codes.OK, answer.text
        return answer.json()

    async def post(self, path: str, body: JsonObject, status: int = 200) -> Any:
        answer = await self.client.post(path, json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def entry(self, amount: int) -> Any:
        """The entry of an amount, with its matches."""
        found = [
            each
            for each in (await self.get("/api/bank/entries"))["items"]
            if each["amount"] == amount
        ]
        return await self.get(f"/api/bank/entries/{found[0]['id']}")

    async def balance(self, id_: str) -> int:
        return (await self.get(f"/api/ledger/accounts/{id_}/balance"))["posted"]

    @property
    def own(self) -> str:
        return f"banking:account:{self.account}"


async def opened(
    *given: Given, books_certain: bool = False, beside: Sequence[Workflow] = ()
) -> AsyncGenerator[Bank]:
    world = await open_world(
        Faults(), Deployed(STATEMENT, {}, REGISTRY.objects_in_use, beside=beside)
    )
    await add_expenses(world.host.database, *given)
    async with api_client(world.host.platform) as client:
        body = {"name": "Giro", "currency": "EUR", "number": IBAN, "booksCertain": books_certain}
        made = (await client.post("/api/bank/accounts", json=body)).json()
        yield Bank(world, client, made["id"])


async def accept(bank: Bank, entry: Any) -> Any:
    return await bank.post(
        f"/api/bank/matches/{entry['matches'][0]['id']}/decision", {"decision": "accept"}
    )

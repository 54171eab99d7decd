"""People at the API, who ask again until they are answered, and what the firm begins with."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Final

import httpx

from tests.support.bank_month import IBAN
from tests.support.drawing import smallest_jpeg
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, TOKEN
from tests.support.roles import roles_given
from tests.support.uploads import MemoryFile, MemoryUpload
from tests.year.firm import BOOKKEEPER, CLIENTS, OWNER, SECOND, Employee, Purchase
from tests.year.opening import Deployment
from tillroll.bank.statements.native import receive as receive_statement
from tillroll.identity.authentication import secret_hash
from tillroll.mail.addresses import set_confirmed
from tillroll.receipts.native import receive as receive_receipt
from tillroll_durable import statement
from tillroll_durable.platform.clock import to_text

LIMIT: Final = 150_000
"""Above so many cents, a second person approves a payout."""
_PATIENCE: Final = 40
_CONFLICT: Final = 409
_IN_FLIGHT: Final = "request-in-flight"
_USER: Final = (
    "INSERT INTO users (id, account_id, name, created_at) VALUES (?1, ?2, ?3, '2026-01-01')"
)
_TOKEN: Final = """
  INSERT INTO tokens (id, user_id, hash, name, created_at)
  VALUES ('tok_' || ?1, ?1, ?2, 'tests', '2026-01-01')
"""
_SECOND_TOKEN: Final = "till_second"
_BOOKS_TOKEN: Final = "till_books"


class Fault(AssertionError):
    """A request was answered by a fault of ours, without anything that went wrong around it."""


@dataclass
class Person:
    """Somebody at the API."""

    deployment: Deployment
    client: httpx.AsyncClient
    token: str
    keys: int = 0

    async def get(self, path: str, **query: Any) -> dict[str, Any]:
        return await self._done("GET", path, params=query)

    async def items(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """All items of a list with pages."""
        found: list[dict[str, Any]] = []
        cursor: dict[str, str] = {}
        while True:
            page = await self.get(path, limit=100, **query, **cursor)
            found += page["items"]
            if page.get("nextCursor") is None:
                return found
            cursor = {"cursor": page["nextCursor"]}

    async def post(
        self, path: str, body: Mapping[str, Any], *, may_be: Sequence[int] = ()
    ) -> dict[str, Any]:
        """POST under a key of its own. What is refused raises, but for the statuses `may_be`."""
        self.keys += 1
        key = {"idempotency-key": f"{self.token}-{self.keys}"}
        return await self._done("POST", path, json=body, headers=key, may_be=may_be)

    async def put(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return await self._done("PUT", path, json=body)

    async def upload(self, purchase: Purchase) -> str:
        """Hand a purchase's receipt in; returns the run's id."""
        content = smallest_jpeg(purchase.picture.encode())
        payer = "employee" if purchase.is_private else "company"

        async def send() -> str:
            file = MemoryFile(content, self.deployment.world.host.pieces.objects)
            upload = MemoryUpload([file], {"authorization": f"Bearer {self.token}"})
            platform = self.deployment.world.host.platform
            reply = await receive_receipt(platform, upload, payer)
            return str(reply.body["runId"])

        return await self.deployment.world.surviving(send)

    async def hand_statement_in(self, content: bytes, name: str) -> None:
        """Hand a bank's file in."""

        async def send() -> None:
            file = MemoryFile(content, self.deployment.world.host.pieces.objects, name)
            upload = MemoryUpload(
                [file], {"authorization": f"Bearer {self.token}"}, named="statement"
            )
            await receive_statement(self.deployment.world.host.platform, upload, {})

        await self.deployment.world.surviving(send)

    async def _done(
        self, method: str, path: str, *, may_be: Sequence[int] = (), **how: Any
    ) -> dict[str, Any]:
        answer = await self.ask(method, path, **how)
        if answer.status_code in may_be:
            return {}
        says = f"{method} {path}: {answer.status_code} {answer.text[:300]}"
        assert answer.is_success, says
        return answer.json() if answer.content else {}

    async def ask(self, method: str, path: str, **how: Any) -> httpx.Response:
        """Ask until there is an answer that is none of a fault around it."""
        for _ in range(_PATIENCE):
            answer = await self.deployment.world.surviving(
                partial(self._asked_once, method, path, how)
            )
            if answer is None:
                self.deployment.clock.advance(timedelta(minutes=1))
                continue
            return answer
        raise AssertionError(f"{method} {path}: nobody answers")

    async def _asked_once(
        self, method: str, path: str, how: Mapping[str, Any]
    ) -> httpx.Response | None:
        """The answer; None where the same is asked for again a while later."""
        faults = self.deployment.faults
        before = len(faults.raised)
        answer = await self.client.request(method, path, **how)
        if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            if len(faults.raised) == before:
                raise Fault(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
            return None
        if answer.status_code == _CONFLICT and _IN_FLIGHT in answer.text:
            return None
        return answer


@dataclass
class Firm:
    """The people of the firm. `owner` and `second` may do all; `books` books and approves."""

    deployment: Deployment
    owner: Person
    second: Person
    books: Person
    people: Mapping[str, Person]
    employees: Sequence[Employee]
    payees: dict[str, str]

    @property
    def deciders(self) -> tuple[Person, Person]:
        """Who decides where the first one may not."""
        return (self.second, self.owner)


@asynccontextmanager
async def open_firm(deployment: Deployment, employees: Sequence[Employee]) -> AsyncGenerator[Firm]:
    """A firm with its people, payees, limits, clients and bank account."""
    await _let_in(deployment, OWNER, "Ann", "ann@firm.example")
    await _add(deployment, SECOND, "Bob", "bob@firm.example", _SECOND_TOKEN, "owner")
    await _add(deployment, BOOKKEEPER, "Cem", "cem@firm.example", _BOOKS_TOKEN, "approver")
    for each in employees:
        await _add(deployment, each.id, each.name, each.mail, each.token, "submitter")
    platform = deployment.world.host.platform
    async with AsyncExitStack() as opened:

        async def at_the_api(token: str) -> Person:
            client = await opened.enter_async_context(api_client(platform, token))
            return Person(deployment, client, token)

        owner = await at_the_api(TOKEN)
        people = {each.id: await at_the_api(each.token) for each in employees}
        second = await at_the_api(_SECOND_TOKEN)
        books = await at_the_api(_BOOKS_TOKEN)
        firm = Firm(deployment, owner, second, books, people, employees, {})
        await _set_up(firm)
        yield firm


async def _add(
    deployment: Deployment, user: str, name: str, mail: str, token: str, role: str
) -> None:
    await deployment.world.host.database.batch(
        [
            statement(_USER, [user, ACCOUNT, name]),
            *roles_given(user, role),
            statement(_TOKEN, [user, secret_hash(token)]),
        ]
    )
    await _let_in(deployment, user, name, mail)


async def _let_in(deployment: Deployment, user: str, name: str, mail: str) -> None:
    """Their address is confirmed."""
    del name
    now = to_text(deployment.clock.now())
    await deployment.world.host.database.batch([set_confirmed(user, mail, now)])


async def _set_up(firm: Firm) -> None:
    for each in firm.employees:
        way = {"iban": each.iban}
        if not each.by_file:
            way = {"recipient": each.recipient, "method": f"gbba_{each.number}"}
        made = await firm.owner.post("/api/payees", {"name": each.name, "person": each.id, **way})
        firm.payees[each.id] = str(made["id"])
    await firm.owner.put("/api/payout-limits/EUR", {"above": LIMIT})
    account = {"name": "Giro", "currency": "EUR", "number": IBAN, "booksCertain": True}
    await firm.owner.post("/api/bank/accounts", account)
    for number, name in enumerate(CLIENTS):
        mail = f"pay{number}@client.example"
        await firm.owner.post("/api/clients", {"name": name, "mail": mail}, may_be=(422,))

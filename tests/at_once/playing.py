"""Rounds of so many requests at once, and what must hold after each."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Protocol

import httpx

from tests.at_once.acts import Client, Drawing, Known, draw
from tests.at_once.holding import check_money
from tests.support.bank_files import camt
from tests.support.bank_month import IBAN, Line, Month
from tillroll_durable.platform.bindings.database import Row

WIDTH: Final = 25
PEOPLE: Final[Mapping[str, tuple[str, ...]]] = {
    "second": ("owner",),
    "approver": ("approver",),
    "submitter": ("submitter",),
    "auditor": ("auditor",),
}
"""Beside the owner, people by their names, with their roles."""
AMOUNTS: Final = (1290, 1290, 2500, 40_000, 1290, 2500, 1290, 40_000)
MERCHANTS: Final = ("Green Garden Cafe", "Hotel Zur Post", "Taxi Berlin")
_IBANS: Final = ("FR1420041010050500013M02606", "NL91ABNA0417164300")
_DAYS: Final = 6


class Company(Protocol):
    """A company at the API, with its people's clients by name, and what happens by itself."""

    clients: Mapping[str, Client]
    people: Sequence[str]
    expenses: Sequence[str]

    async def rows(self, sql: str) -> list[Row]:
        """The rows of a query."""
        ...

    async def send_statement(self, content: bytes) -> httpx.Response | None:
        """Hand a bank's file in."""
        ...

    async def tick(self) -> None:
        """One turn of the cron."""
        ...

    async def settle(self) -> None:
        """Let all runs and jobs do what they can do now."""
        ...


@dataclass
class Figures:
    """What was answered. `broken` are answers of 500 and more, and faults that were raised."""

    plays: int = 0
    requests: int = 0
    codes: Counter[int] = field(default_factory=Counter[int])
    broken: list[str] = field(default_factory=list[str])

    def add(self, other: "Figures") -> None:
        self.plays += other.plays
        self.requests += other.requests
        self.codes += other.codes
        self.broken += other.broken


def month() -> bytes:
    """A statement that fits some of the company's expenses, and none of its payouts in whole."""
    drawn = (
        (-1290, "GREEN GARDEN CAFE"),
        (-1290, "GREEN GARDEN CAFE"),
        (-2500, "Taxi Berlin"),
        (-40_000, "Hotel Zur Post"),
        (-50_000, "Ann"),
        (-100, "Fee"),
        (1290, "ACME"),
        (-1290, "unknown"),
    )
    lines = [
        Line(amount=amount, booked_on=date(2026, 3, day), name=name, text="a payment")
        for day, (amount, name) in enumerate(drawn, start=_DAYS)
    ]
    return camt(Month(opening=1_000_000, lines=tuple(lines), number=3))


async def prepare(company: Company, seed: int) -> bytes:
    """Give the company payees, a bank account, clients, a limit, and a statement."""
    owner = company.clients["owner"]
    for person, iban in zip(company.people, _IBANS, strict=False):
        body = {"name": person, "iban": iban, "person": person}
        (await owner.post("/api/payees", json=body)).raise_for_status()
    account = {"name": "Giro", "currency": "EUR", "number": IBAN, "booksCertain": bool(seed % 2)}
    (await owner.post("/api/bank/accounts", json=account)).raise_for_status()
    for name in ("ACME", "Globex"):
        (await owner.post("/api/clients", json={"name": name})).raise_for_status()
    await owner.put("/api/payout-limits/EUR", json={"above": 30_000})
    content = month()
    await company.send_statement(content)
    await company.settle()
    return content


async def play(company: Company, seed: int, *, rounds: int, width: int = WIDTH) -> Figures:
    """Rounds of requests at once. Raises AssertionError: something does not hold, which says the
    seed and the round."""
    dice = random.Random(seed)
    content = await prepare(company, seed)
    figures = Figures(plays=1)
    for number in range(rounds):
        answers = await ask_at_once(company, dice, number, content=content, width=width)
        for answer in answers:
            _count(figures, answer, where=f"seed {seed}, round {number}")
        await company.settle()
        try:
            await check_money(company.rows)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}, round {number}: {error}") from error
    return figures


async def ask_at_once(
    company: Company, dice: random.Random, number: int, *, content: bytes, width: int = WIDTH
) -> Sequence[object]:
    """One round of requests at once: the answers, and what was raised in place of one."""
    drawing = Drawing(dice, await _known(company), company.expenses, company.people, number)
    requests = [_draw(company, drawing, content) for _ in range(width)]
    return await asyncio.gather(*requests, return_exceptions=True)


def _draw(company: Company, drawing: Drawing, content: bytes) -> Awaitable[Any]:
    kind = drawing.dice.random()
    if kind < 0.03:
        return company.send_statement(content)
    if kind < 0.07:
        return company.tick()
    return draw(drawing, company.clients)


def _count(figures: Figures, answer: object, *, where: str) -> None:
    figures.requests += 1
    if isinstance(answer, BaseException):
        figures.broken.append(f"{where}: {type(answer).__name__}: {answer}"[:300])
    elif isinstance(answer, httpx.Response):
        figures.codes[answer.status_code] += 1
        if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            request = f"{answer.request.method} {answer.request.url.path}"
            figures.broken.append(f"{where}: {request}: {answer.status_code} {answer.text}"[:400])


_LISTS: Final[Mapping[str, str]] = {
    "entries": "/api/bank/entries",
    "matches": "/api/bank/matches",
    "payouts": "/api/payouts",
    "payees": "/api/payees",
    "claims": "/api/claims",
    "files": "/api/payment-files",
    "statements": "/api/bank/statements",
    "periods": "/api/closed-periods",
    "runs": "/api/runs",
    "clients": "/api/clients",
    "accounts": "/api/bank/accounts",
}
_NO_PAGES: Final = {"accounts", "payees"}


async def _known(company: Company) -> Known:
    found: dict[str, list[str]] = {}
    for name, path in _LISTS.items():
        params = {} if name in _NO_PAGES else {"limit": "100"}
        answer = await company.clients["owner"].get(path, params=params)
        answer.raise_for_status()
        found[name] = [str(each.get("id", each.get("runId"))) for each in answer.json()["items"]]
    return Known(**found)

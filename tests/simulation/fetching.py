"""Statements that are fetched in a simulated world: the local providers of a bank, at the end of a
line on which the process can die and requests and answers can be lost.
"""

import json
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from local.banks.bank import Account, Bank, Booking, Fault
from local.banks.enable_banking import EnableBanking
from tests.simulation.author import Deployed, Faults, Scene, open_world
from tests.simulation.bookkeeping import ANN, USER
from tests.support.bank_month import IBAN
from tests.support.matched import Said, check_matches, check_sums
from tests.unit.bank.sources import ACCESS, APPLICATION, PUBLIC, PUBLIC_KEY
from tillroll.bank.models import BankAccountRequest
from tillroll.bank.service import create_account
from tillroll.bank.sources.jobs import begin_due, sweep
from tillroll.bank.sources.models import BankSourceRequest, ConsentAnswer
from tillroll.bank.sources.service import (
    CONNECTED_PATH,
    begin_consent,
    create_source,
    fetch_now,
    finish_consent,
    show_source,
)
from tillroll.bank.sources.settings import BankApiSettings
from tillroll.bank.statements.workflow import STATEMENT
from tillroll.workflows.registry import REGISTRY
from tillroll_durable.platform.bindings.database import integer, text
from tillroll_durable.platform.bindings.http import HttpAnswer, HttpFailed
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.web.outgoing import OutgoingSettings
from tillroll_testing.simulation.world import World

_URL: Final = "https://banks.example"
_TODAY: Final = date(2026, 3, 1)
_HOURS: Final = 60
"""A provider that allows no more requests is waited for until the next day, and so once more."""
_LATER: Final = Booking(
    amount=-77, day=_TODAY, name="Kiosk", text="Zeitung", reference="LATER00001"
)


def _booking(number: int, **given: Any) -> Booking:
    # The first ones are so old that no later fetch asks for them again.
    day = _TODAY - timedelta(days=40 if number < 2 else 9 - number // 2)
    given = {"reference": f"REF{number:07d}", "text": f"Einkauf {number}", **given}
    return Booking(amount=-1_000 - number, day=day, name="Shop", **given)


def _bookings(*, without: str) -> list[Booking]:
    """With twins, one that has `without` as its reference, and one that is booked in the end under
    another one.
    """
    twins = [replace(_booking(3), reference=f"TWIN00000{each}") for each in (1, 2)]
    pending = _booking(8, reference="PENDING001", is_pending=True)
    return [_booking(0), _booking(1), *twins, _booking(4, reference=without), _booking(5), pending]


@dataclass(frozen=True)
class Fetched:
    """What a bank does with our requests of data: `faults` are those of the requests by number,
    from 1. Pages have `page` records, of which the next one repeats `overlap`.
    """

    page: int = 3
    overlap: int = 2
    faults: Mapping[int, Fault] = field(default_factory=dict[int, Fault])


class Line:
    """`Http` to the providers. `given` are faults of requests of data, by the number of the
    request.
    """

    def __init__(self, faults: Faults, bank: Bank) -> None:
        self._faults = faults
        self.given: Mapping[int, Fault] = {}
        self.bank = bank
        self.enable_banking = EnableBanking(bank, _URL)
        self.asked = 0

    async def get(
        self,
        url: str,
        timeout_seconds: float,
        max_bytes: int,
        headers: Mapping[str, str] | None = None,
    ) -> HttpAnswer:
        del timeout_seconds, max_bytes
        return await self._ask("GET", url, headers or {}, "")

    async def post(
        self,
        url: str,
        headers: Mapping[str, str],
        body: str,
        timeout_seconds: float,
        **_limits: int,
    ) -> HttpAnswer:
        del timeout_seconds
        return await self._ask("POST", url, headers, body)

    async def put(
        self,
        url: str,
        headers: Mapping[str, str],
        body: str,
        timeout_seconds: float,
        **_limits: int,
    ) -> HttpAnswer:
        del timeout_seconds
        return await self._ask("PUT", url, headers, body)

    async def patch(
        self,
        url: str,
        headers: Mapping[str, str],
        body: str,
        timeout_seconds: float,
        **_limits: int,
    ) -> HttpAnswer:
        del timeout_seconds
        return await self._ask("PATCH", url, headers, body)

    async def delete(
        self, url: str, headers: Mapping[str, str], timeout_seconds: float, **_limits: int
    ) -> HttpAnswer:
        del timeout_seconds
        return await self._ask("DELETE", url, headers, "")

    async def _ask(
        self, method: str, url: str, headers: Mapping[str, str], body: str
    ) -> HttpAnswer:
        parts = urlsplit(url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        if "/accounts/" in path:
            self.asked += 1
            self.bank.faults[:] = [self.given[self.asked]] if self.asked in self.given else []
        self._faults.may_err("bank: call", HttpFailed("the bank does not answer"))
        await self._faults.point("bank: before the request")
        named = {name.lower(): value for name, value in headers.items()}
        answered = self.enable_banking.ask(method, path, named, body)
        await self._faults.point("bank: after the request")
        self._faults.may_err("bank: answer", HttpFailed("the answer was lost"))
        if answered.is_lost:
            raise HttpFailed("no answer")
        said = answered.body if isinstance(answered.body, str) else json.dumps(answered.body)
        after = {name.lower(): value for name, value in answered.headers.items()}.get("retry-after")
        return HttpAnswer(answered.status, said, after)


@dataclass(frozen=True)
class _There:
    world: World
    line: Line
    source: str

    @property
    def account(self) -> Account:
        return self.line.bank.accounts[IBAN]

    async def agree(self) -> None:
        """What a person does who is asked to: at the bank, and back."""
        platform = self.world.host.platform
        address = (await begin_consent(platform, ANN, USER, self.source)).address
        assert address is not None
        id_ = urlsplit(address).path.rpartition("/")[2]
        leads = self.line.enable_banking.agree(id_)
        assert leads is not None, address
        said = {name: values[0] for name, values in parse_qs(urlsplit(leads).query).items()}
        answer = ConsentAnswer(state=said["state"], code=said.get("code"))
        await finish_consent(platform, ANN, USER, answer)


async def _each_minute(platform: Platform) -> None:
    await begin_due(platform)
    await sweep(platform)


def opened(fetched: Fetched) -> Callable[[Faults], Awaitable[Scene]]:
    """A scene in which a bank is connected, fetched by hand, and once more on a later day."""

    async def open_scene(faults: Faults) -> Scene:
        deployed = Deployed(STATEMENT, {}, REGISTRY.objects_in_use, more_ticks=[_each_minute])
        world = await open_world(faults, deployed)
        bank = Bank(
            world.host.pieces.clock.now,
            page=fetched.page,
            overlap=fetched.overlap,
            begins_empty=True,
        )
        # One record alone that has no id may be a twin as well as a repetition.
        without = "REF0000004" if fetched.overlap == 1 else ""
        bank.accounts[IBAN] = Account(IBAN, bookings=_bookings(without=without))
        line = Line(faults, bank)
        line.enable_banking.register(APPLICATION, PUBLIC_KEY, [f"{PUBLIC}{CONNECTED_PATH}"])
        urls = (BankApiSettings(_URL, PUBLIC), OutgoingSettings(allow_private=True))
        settings = world.host.platform.settings.changed(*urls)
        world.host.platform = platform = replace(world.host.platform, http=line, settings=settings)
        account = await create_account(
            platform, ANN, BankAccountRequest(name="Giro", currency="EUR", number=IBAN)
        )
        asked = BankSourceRequest.model_validate(
            {"bankAccountId": account.id, "access": ACCESS["enable-banking"]}
        )
        there = _There(world, line, (await create_source(platform, ANN, asked)).id)
        await there.agree()
        line.asked, line.given = 0, fetched.faults

        async def go_on() -> None:
            await _until_fetched(there)
            there.account.book(6, reference="BOOKED0001")
            there.account.bookings.append(_LATER)
            # What is left of this day's fetches was seen; what comes later must be in another one.
            await world.let_pass(timedelta(days=1))
            await world.surviving(partial(_fetch, there))
            await _until_fetched(there)

        return Scene(world, partial(_fetch, there), partial(_check, there), afterwards=go_on)

    return open_scene


async def _fetch(there: _There) -> None:
    source = await show_source(there.world.host.platform, ANN.account_id, there.source)
    if source.state == "connected":
        await fetch_now(there.world.host.platform, ANN, there.source)


async def _until_fetched(there: _There) -> None:
    """Hours pass until the last fetch is done; a person who is called agrees anew."""
    for _ in range(_HOURS):
        await there.world.let_pass(timedelta(hours=1))
        source = await there.world.surviving(
            partial(show_source, there.world.host.platform, ANN.account_id, there.source)
        )
        if source.state == "stopped":
            await there.world.surviving(there.agree)
            await there.world.surviving(partial(_fetch, there))
        elif source.last is not None and source.last.state == "done":
            return
    left = await there.world.rows("SELECT state, why FROM bank_fetches")
    raise AssertionError(f"it was not fetched: {left}")


async def _check(there: _There) -> None:
    """Each entry is there once, as the bank has it, and a person was called once for each consent
    that ended.
    """
    world = there.world
    await check_sums(world.rows)
    await check_matches(world.rows, Said(), ())
    runs = await world.rows("SELECT state FROM runs WHERE kind = 'statement'")
    entries = await world.rows("SELECT amount, status FROM bank_entries")
    has = Counter(
        (each.amount, "pending" if each.is_pending else "booked") for each in there.account.bookings
    )
    stored = Counter((integer(row, "amount"), text(row, "status")) for row in entries)
    twice = stored - has
    assert not twice, f"stored, and the bank has no more of it: {twice}"
    if all(row["state"] == "matched" for row in runs):
        lost = has - stored
        assert not lost, f"the bank has it, and it is not stored: {lost}"
    called = await world.rows("SELECT id FROM notifications WHERE topic = 'bank.source_stopped'")
    stops = await world.rows(
        "SELECT id FROM bank_fetches WHERE state = 'failed' AND why LIKE '%consent%'"
    )
    assert len(called) == len(stops), (
        f"{len(stops)} times somebody had to agree, and {len(called)} were called"
    )
    alive = await world.rows("SELECT id FROM bank_fetches WHERE state = 'stored'")
    kept = [key for key in world.host.pieces.objects.content if "/bank-fetches/" in key]
    settled = [key for key in kept if not any(text(row, "id") in key for row in alive)]
    assert not settled or world.faults.has_died or world.faults.raised, f"pages are left: {settled}"


def faults_at(requests: Sequence[int]) -> list[tuple[str, Fetched]]:
    """A story for each fault of each of these requests of data."""
    kinds: Sequence[Fault] = (
        Fault("lost"),
        Fault("down"),
        Fault("garbled"),
        Fault("throttled", 1_800),
        Fault("expired"),
    )
    return [
        (f"request {number} is {fault.kind}", Fetched(faults={number: fault}))
        for number in requests
        for fault in kinds
    ]

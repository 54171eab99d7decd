"""The deployed sync in a simulated world, with the local HubSpot at the other end of the line."""

import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from itertools import pairwise
from urllib.parse import parse_qsl, urlsplit

from local.books.counterpart import Call, Fault
from local.books.hubspot import HubSpotCounterpart
from tests.simulation.opening import open_world
from tests.simulation.syncing import ANN, reply, until_quiet
from tests.support.host_platform import ACCOUNT
from tillroll.books.connections.connection import find_connection
from tillroll.books.connections.oauth import TokenSet
from tillroll.books.cron import GRANTS
from tillroll.books.settings import App, BooksSettings
from tillroll.books.syncs.service import Cause, NotConnected, SyncRunning, begin_sync
from tillroll.books.syncs.workflow import SYNC
from tillroll_durable.platform.bindings.database import insert_row, text
from tillroll_durable.platform.bindings.http import HttpFailed, HttpReply, HttpRequest
from tillroll_durable.platform.encryption import encrypt
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World
from tillroll_testing.stories.story import Scene

CRM = "bkn_crm"
URL = "https://hubspot.example.com"
COMPANY, CONTACT, DEAL = "0-2", "0-1", "0-3"
WON, OPEN, LOST = "closedwon", "contractsent", "closedlost"
Act = Callable[[World, HubSpotCounterpart], Awaitable[object]]


class Line:
    """`Exchange` to the CRM."""

    def __init__(self, faults: Faults, there: HubSpotCounterpart) -> None:
        self._faults = faults
        self.there = there

    async def send(self, request: HttpRequest) -> HttpReply:
        self._faults.may_err("bank: call", HttpFailed("the CRM did not answer"))
        await self._faults.point("bank: before the request")
        parts = urlsplit(request.url)
        headers = {name.lower(): value for name, value in request.headers.items()}
        answered = self.there.answer(
            Call(
                request.method,
                parts.path,
                dict(parse_qsl(parts.query)),
                headers,
                request.body or b"",
            )
        )
        await self._faults.point("bank: after the request")
        self._faults.may_err("bank: answer", HttpFailed("the answer was lost"))
        return reply(answered)


@dataclass(frozen=True)
class Order:
    """How many deals there are, of which each third is won, the faults of the CRM, and whether it
    changes records between pages. Then somebody does each of `acts`, and a sync follows each.
    """

    deals: int = 3
    faults: Sequence[Fault] = ()
    is_restless: bool = False
    acts: Sequence[Act] = ()


async def open_crm(faults: Faults, order: Order) -> tuple[World, HubSpotCounterpart]:
    world = await open_world(faults, Deployed(SYNC))
    world.aims_at = SYNC.contract.kind
    host = world.host
    there = HubSpotCounterpart("client", "secret", host.pieces.clock.now, searches=None)
    there.disturbances.orders = [replace(each) for each in order.faults]
    settings = host.platform.settings.changed(BooksSettings(hubspot=App("client", "secret", URL)))
    host.platform = replace(host.platform, exchange=Line(faults, there), settings=settings)
    access, refresh = there.grants.give()[:2]
    now = host.pieces.clock.now()
    tokens = TokenSet(access, refresh, now + timedelta(minutes=30))
    grant = {
        "id": "grn_1", "account_id": ACCOUNT, "provider": "hubspot", "company": "24000001",
        "company_name": "HubSpot",
        "kept": await encrypt(host.platform, tokens.to_json(), GRANTS.row("grn_1")), "version": 1,
        "created_by": ANN.name, "created_at": "2026-01-01", "updated_at": "2026-01-01",
    }  # fmt: skip
    connection = {
        "id": CRM, "account_id": ACCOUNT, "name": "CRM", "provider": "hubspot", "direction": "pull",
        "grant_id": "grn_1", "first_day": "2026-01-01", "only_approved": 0, "on_change": 0,
        "created_by": ANN.name,
        "created_at": "2026-01-01T00:00:00.000Z",
    }  # fmt: skip
    await host.database.batch(
        [insert_row("books_grants", grant), insert_row("books_connections", connection)]
    )
    earlier = now - timedelta(days=2)
    companies = [
        there.make(
            COMPANY, {"name": f"Client {number}"}, modified=earlier + timedelta(seconds=number)
        )
        for number in range(max(1, order.deals // 2))
    ]
    contact = there.make(
        CONTACT, {"firstname": "Ann", "email": "ann@example.com"}, modified=earlier
    )
    for number in range(order.deals):
        deal(
            there,
            f"Deal {number}",
            WON if number % 3 == 0 else OPEN,
            companies[number % len(companies)],
            [contact],
        )
    if order.is_restless:
        there.act("restless", {"changes": 1, "repeats": 2})
    return world, there


def deal(
    there: HubSpotCounterpart, name: str, stage: str, company: str, contacts: Sequence[str] = ()
) -> str:
    properties = {"dealname": name, "dealstage": stage, "amount": "1500.5"}
    return there.make(
        DEAL,
        properties,
        {COMPANY: [company], CONTACT: [*contacts]},
        there.now() - timedelta(days=1),
    )


async def ask(world: World, key: str = "one") -> None:
    connection = await find_connection(world.host.platform.database, ACCOUNT, CRM)
    assert connection is not None
    with contextlib.suppress(SyncRunning, NotConnected):
        await begin_sync(world.host.platform, SYNC, ANN, connection, Cause("hand", key))


def opened(order: Order) -> Callable[[Faults], Awaitable[Scene]]:
    async def open_scene(faults: Faults) -> Scene:
        world, there = await open_crm(faults, order)

        async def go_on() -> None:
            for number, act in enumerate(order.acts):
                await until_quiet(world)
                await act(world, there)
                await world.surviving(partial(ask, world, f"after act {number}"))
            await until_quiet(world)

        return Scene(world, partial(ask, world), partial(check, world, there), afterwards=go_on)

    return open_scene


def staged(number: int, stage: str) -> Act:
    """Somebody moves a deal."""

    async def act(_world: World, there: HubSpotCounterpart) -> None:
        for id_, each in there.records.items():
            if each["properties"].get("dealname") == f"Deal {number}":
                there.change(id_, {"dealstage": stage})

    return act


async def grown(_world: World, there: HubSpotCounterpart) -> None:
    """A deal of a company that is new is won."""
    company = there.make(COMPANY, {"name": "New client"})
    there.make(DEAL, {"dealname": "New deal", "dealstage": WON}, {COMPANY: [company]})


async def check(world: World, there: HubSpotCounterpart) -> None:
    """Each record is here once, as it was at some time; a deal that is won has one project, and its
    company one client. After a complete sync without restlessness all is as it is there.
    """
    projects = await world.rows("SELECT * FROM projects")
    facts = await world.rows("SELECT * FROM crm_facts ORDER BY rowid")
    names = [text(each, "external_id") for each in projects]
    assert len(names) == len({*names}), f"a deal has two projects: {names}"
    won = [text(each, "external_id") for each in facts if each["fact"] == "deal_won"]
    assert {*names} <= {*won}, f"a project whose deal was never won: {names}, {won}"
    by_deal: dict[str, list[str]] = {}
    for each in facts:
        by_deal.setdefault(text(each, "external_id"), []).append(text(each, "fact"))
    for deal_id, said in by_deal.items():
        assert all(one != two for one, two in pairwise(said)), f"a fact twice: {deal_id} {said}"
    [run] = await world.rows("SELECT state FROM runs WHERE kind = 'sync' ORDER BY id DESC LIMIT 1")
    if run["state"] == "completed" and there.changes == 0:
        await _check_complete(world, there)


async def _check_complete(world: World, there: HubSpotCounterpart) -> None:
    kept = await world.rows("SELECT * FROM crm_records")
    assert sorted(text(each, "external_id") for each in kept) == sorted(there.records), (
        "a record was lost"
    )
    won = {id_ for id_, each in there.records.items() if each["properties"].get("dealstage") == WON}
    rows = await world.rows(
        """
        SELECT p.external_id, p.closed_at, c.external_id AS client
        FROM projects p JOIN clients c ON c.id = p.client_id
        """
    )
    assert {text(each, "external_id") for each in rows if each["closed_at"] is None} == won, (
        f"lost a project: {rows}"
    )
    for each in rows:
        [company] = there.records[text(each, "external_id")]["to"][COMPANY][:1]
        assert each["client"] == f"company:{company}", f"another's project: {each}"

"""HubSpot over HTTP: every record comes, whatever changes between pages."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local.books.counterpart import Fault, FaultKind
from local.books.hubspot import HubSpotCounterpart
from local.books.server import BooksServer
from tests.support.host_platform import ACCOUNT
from tests.unit.books.worlds import GivenTokens, host
from tillroll.books.connections.grants import GrantTokens, begin, finish, load_grant
from tillroll.books.connections.oauth import TokenSet
from tillroll.books.settings import App, BooksSettings
from tillroll.books.targets.errors import Busy, GrantRevoked, TargetUncertain
from tillroll.books.targets.hubspot import HubSpot, company_of
from tillroll.books.targets.source import DealStatus, Record, RecordKind
from tillroll.books.targets.target import Company
from tillroll_durable.platform.bindings.http import HttpRequest
from tillroll_testing.host.platform import HostPlatform

CONTACT, COMPANY, DEAL = "0-1", "0-2", "0-3"


@dataclass
class World:
    host: HostPlatform
    there: HubSpotCounterpart
    url: str
    source: HubSpot

    def order(self, kind: FaultKind, on: str = "", times: int = 1) -> None:
        self.there.disturbances.orders.append(Fault(kind, on, times))

    def company(self, name: str, **by: int) -> str:
        return self.there.make(
            COMPANY, {"name": name}, modified=self.host.platform.clock.now() - timedelta(**by)
        )

    async def pull(self, kind: RecordKind, cursor: str | None = None) -> "Pulled":
        """All pages since the cursor; of a record the latest copy."""
        latest: dict[str, Record] = {}
        skipped: list[tuple[str, str]] = []
        pages = 0
        while True:
            page = await self.source.page(kind, cursor)
            pages, cursor = pages + 1, page.cursor
            assert len(page.records) <= 110
            assert [each.modified for each in page.records] == sorted(
                each.modified for each in page.records
            )
            for each in page.records:
                if each.id not in latest or latest[each.id].modified <= each.modified:
                    latest[each.id] = each
            skipped += page.skipped
            assert pages < 1000
            if page.is_last:
                return Pulled(latest, skipped, cursor, pages)


@dataclass
class Pulled:
    records: dict[str, Record]
    skipped: list[tuple[str, str]]
    cursor: str
    pages: int


@pytest.fixture
async def world() -> AsyncIterator[World]:
    found = await host()
    there = HubSpotCounterpart("client", "secret", found.pieces.clock.now, searches=None)
    with BooksServer(0, [there]) as server:
        url = f"{server.url}/hubspot"
        source = HubSpot(
            found.platform, GivenTokens(*(there.grants.give()[0] for _ in range(2))), url
        )
        yield World(found, there, url, source)


async def test_a_deal_brings_its_status_amount_company_and_contacts(world: World) -> None:
    company = world.company("Green Garden", days=3)
    contact = world.there.make(
        CONTACT,
        {"firstname": "Ann", "lastname": "Example", "email": "ann@example.com"},
        {COMPANY: [company]},
    )
    won, lost, still = "closedwon", "closedlost", "contractsent"
    deals = [
        (
            {"dealname": "Kitchen", "amount": "1500.5", "dealstage": won},
            DealStatus.WON,
            150050,
            "EUR",
        ),
        (
            {"dealname": "Roof", "amount": "2", "deal_currency_code": "JPY", "dealstage": lost},
            DealStatus.LOST,
            2,
            "JPY",
        ),
        ({"dealname": "Door", "dealstage": still}, DealStatus.OPEN, None, ""),
        ({"dealname": "Wall", "amount": "0.005", "dealstage": still}, DealStatus.OPEN, None, ""),
        (
            {"dealname": "Gate", "amount": "5", "deal_currency_code": "XBT", "dealstage": still},
            DealStatus.OPEN,
            None,
            "",
        ),
    ]
    ids = [
        world.there.make(DEAL, properties, {COMPANY: [company], CONTACT: [contact]})
        for properties, *_ in deals
    ]
    found = (await world.pull(RecordKind.DEAL)).records
    assert [(found[id_].status, found[id_].amount, found[id_].currency) for id_ in ids] == [
        each[1:] for each in deals
    ]
    assert all(
        (each.companies, each.contacts) == ((company,), (contact,)) for each in found.values()
    )
    assert found[ids[0]].stage == "Closed won"
    [person] = (await world.pull(RecordKind.CONTACT)).records.values()
    assert (person.name, person.email, person.companies) == (
        "Ann Example",
        "ann@example.com",
        (company,),
    )
    [client] = (await world.pull(RecordKind.COMPANY)).records.values()
    assert (client.source, client.kind, client.name) == (
        "hubspot",
        RecordKind.COMPANY,
        "Green Garden",
    )


async def test_what_cannot_be_read_is_named_and_stops_nothing(world: World) -> None:
    nameless = world.there.make(DEAL, {"dealname": " ", "dealstage": "closedwon"})
    gone = world.there.make(DEAL, {"dealname": "Old", "dealstage": "a stage that was deleted"})
    good = world.there.make(DEAL, {"dealname": "Good", "dealstage": "closedwon"})
    pulled = await world.pull(RecordKind.DEAL)
    assert list(pulled.records) == [good]
    assert sorted(id_ for id_, _ in pulled.skipped) == sorted([nameless, gone])


async def test_a_cursor_gives_later_changes_only(world: World) -> None:
    ids = [world.company(f"Company {number}", days=30, seconds=number) for number in range(250)]
    first = await world.pull(RecordKind.COMPANY)
    assert set(first.records) == set(ids)
    assert first.pages == 3
    again = await world.pull(RecordKind.COMPANY, first.cursor)
    assert len(again.records) <= 1
    world.there.change(ids[7], {"name": "New name"})
    later = await world.pull(RecordKind.COMPANY, again.cursor)
    assert later.records[ids[7]].name == "New name"
    assert len(later.records) <= 2


async def test_thousands_of_one_moment_are_all_read(world: World) -> None:
    """An import: more than a page, and more than a search gives, have one moment."""
    before = [world.company("Before", days=10) for _ in range(150)]
    moment = [world.company("Imported", days=5) for _ in range(1_050)]
    after = [world.company("After", days=1) for _ in range(30)]
    pulled = await world.pull(RecordKind.COMPANY)
    assert set(pulled.records) == {*before, *moment, *after}


async def test_more_than_ten_thousand_records_are_all_read(world: World) -> None:
    ids = [world.company("Many", days=60, seconds=number) for number in range(10_250)]
    pulled = await world.pull(RecordKind.COMPANY)
    assert set(pulled.records) == set(ids)


@settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    moments=st.lists(st.integers(0, 40), min_size=1, max_size=450),
    changes=st.integers(0, 12),
    repeats=st.integers(0, 10),
    seed=st.integers(0, 1000),
)
async def test_nothing_is_missed_while_records_change_between_pages(
    world: World, moments: list[int], changes: int, repeats: int, seed: int
) -> None:
    world.there.records.clear()
    world.there.chance.seed(seed)
    ids = [world.company("Busy", days=2, seconds=moment) for moment in moments]
    world.there.act("restless", {"changes": changes, "repeats": repeats})
    cursor: str | None = None
    seen: dict[str, int] = {}
    for _ in range(12):
        page = await world.source.page(RecordKind.COMPANY, cursor)
        cursor = page.cursor
        seen |= {each.id: max(seen.get(each.id, 0), _ms(each)) for each in page.records}
    world.there.act("restless", {})
    last = await world.pull(RecordKind.COMPANY, cursor)
    seen |= {id_: max(seen.get(id_, 0), _ms(each)) for id_, each in last.records.items()}
    assert seen == {id_: world.there.records[id_]["modified"] for id_ in ids}


def _ms(record: Record) -> int:
    return round(record.modified.timestamp() * 1000)


async def test_what_a_search_finds_late_comes_with_the_next_cursor(world: World) -> None:
    world.there.act("lag", {"seconds": 120})
    world.company("Early", days=1)
    late = world.company("Late")
    world.host.pieces.clock.advance(timedelta(seconds=60))
    newest = world.company("Newest", seconds=1)
    first = await world.pull(RecordKind.COMPANY)
    assert late not in first.records
    world.host.pieces.clock.advance(timedelta(seconds=90))
    second = await world.pull(RecordKind.COMPANY, first.cursor)
    assert late in second.records
    world.host.pieces.clock.advance(timedelta(seconds=60))
    third = await world.pull(RecordKind.COMPANY, second.cursor)
    assert newest in third.records


@pytest.mark.parametrize("fault", ["lost_after", "lost_before", "broken", "down"])
async def test_a_page_can_be_asked_for_again(world: World, fault: FaultKind) -> None:
    ids = [world.company("Some", days=1, seconds=number) for number in range(120)]
    page = await world.source.page(RecordKind.COMPANY, None)
    world.order(fault, "/search")
    with pytest.raises(TargetUncertain):
        await world.source.page(RecordKind.COMPANY, page.cursor)
    rest = await world.pull(RecordKind.COMPANY, page.cursor)
    assert {each.id for each in page.records} | set(rest.records) == set(ids)


async def test_five_searches_a_second(world: World) -> None:
    world.there.searches.most = 5
    for _ in range(5):
        await world.source.page(RecordKind.COMPANY, None)
    with pytest.raises(Busy) as busy:
        await world.source.page(RecordKind.COMPANY, None)
    assert busy.value.seconds == 10
    world.host.pieces.clock.advance(timedelta(seconds=10))
    await world.source.page(RecordKind.COMPANY, None)


async def test_many_associations_come_in_pages(world: World) -> None:
    contacts = [str(number) for number in range(1, 1_201)]
    world.there.make(DEAL, {"dealname": "Fair", "dealstage": "closedwon"}, {CONTACT: contacts})
    world.there.make(DEAL, {"dealname": "Alone", "dealstage": "closedwon"})
    found = {each.name: each for each in (await world.pull(RecordKind.DEAL)).records.values()}
    assert found["Fair"].contacts == tuple(contacts)
    assert found["Alone"].contacts == found["Alone"].companies == ()


@pytest.mark.parametrize(
    "cursor", ["", "{}", "[]", '{"kind": "deal", "since": 1, "after": null}', '{"since": "x"}']
)
async def test_what_is_no_cursor_is_refused(world: World, cursor: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - by its promise
        await world.source.page(RecordKind.COMPANY, cursor)


async def test_a_grant_lasts_until_it_is_revoked(world: World) -> None:
    platform = world.host.platform
    provider = BooksSettings(hubspot=App("client", "secret", world.url)).provider("hubspot")
    asked = await begin(
        platform, provider, ACCOUNT, "user:usr_1", "https://till.example/connected", person="usr_1"
    )
    reply = await platform.exchange.send(HttpRequest("GET", asked.url))
    came = dict(each.split("=") for each in reply.headers["location"].partition("?")[2].split("&"))

    async def whose(tokens: TokenSet) -> Company:
        assert "crm.objects.deals.read" in tokens.scope
        return await company_of(platform, tokens.access, world.url)

    grant = await finish(
        platform, provider, ACCOUNT, came["state"], came["code"], whose, person="usr_1"
    )
    assert grant.company == "24000001"
    source = HubSpot(
        platform, GrantTokens(platform, provider, grant.id, account_id=ACCOUNT), world.url
    )
    for _ in range(3):
        world.host.pieces.clock.advance(timedelta(days=40))
        await source.page(RecordKind.COMPANY, None)
    world.there.act("revoke", {})
    with pytest.raises(GrantRevoked):
        await source.page(RecordKind.COMPANY, None)
    assert (await load_grant(platform, ACCOUNT, grant.id)).ended_why == "revoked"

"""A first sync of books after months were closed: what existed before comes into them once."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any, Final

import pytest

from local.books.signed import SignedCounterpart
from tests.simulation.office import TRAVEL, Office, spent
from tests.simulation.opening import open_world
from tests.simulation.syncing import Line
from tests.support.expenses import add_expenses
from tests.support.host_api import api_client
from tillroll.books.syncs.workflow import SYNC
from tillroll.exports.workflow import EXPORT
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed

FEBRUARY: Final = {"from": "2026-02-01", "to": "2026-02-28"}


@pytest.fixture
async def closed() -> AsyncGenerator[Office]:
    """February has an expense, and is closed; another one comes afterwards."""
    world = await open_world(Faults(), Deployed(SYNC, beside=[EXPORT]))
    world.aims_at = SYNC.contract.kind
    books = SignedCounterpart([], now=world.host.pieces.clock.now)
    world.host.platform = replace(world.host.platform, exchange=Line(world.faults, books))
    async with api_client(world.host.platform) as client:
        office = Office(client, world, books)
        await add_expenses(world.host.database, spent(1, date="2026-02-10"))
        answer = await client.post("/api/closed-periods", json=FEBRUARY)
        answer.raise_for_status()
        await world.settle()
        await add_expenses(world.host.database, spent(2, date="2026-02-11"))
        await office.connect()
        await office.map(*TRAVEL)
        yield office


def references(office: Office) -> list[str]:
    return [each["reference"] for each in office.books.documents.values()]


async def dry_run(office: Office) -> dict[str, Any]:
    rows = (await office.get(f"connections/{office.connection}/dry-run"))["items"]
    return {each["subject"]: each for each in rows}


async def test_what_existed_before_the_closing_is_written_once_and_says_so(closed: Office) -> None:
    shown = await dry_run(closed)
    assert (shown["exp_000001"]["act"], shown["exp_000002"]["act"]) == ("create", "set_aside")
    assert "closed here. It existed before" in shown["exp_000001"]["reason"]
    assert (await closed.sync())["outcomes"] == {"set_aside": 1, "written": 1}
    assert references(closed) == ["exp_000001"]
    assert "closed here. It existed before" in (await closed.item("exp_000001"))["says"]
    assert (await closed.item("exp_000002"))["code"] == "closed-here"
    # Once: a change of it is refused as any other.
    await closed.change("exp_000001", "total_minor = 23800, tax_minor = 3800")
    assert (await closed.sync())["outcomes"] == {"set_aside": 1}
    assert [each["total"] for each in closed.books.documents.values()] == [11_900]


async def test_what_was_changed_after_the_closing_stays_out(closed: Office) -> None:
    await closed.change("exp_000001", "total_minor = 23800, tax_minor = 3800")
    assert (await closed.sync())["outcomes"] == {"set_aside": 2}
    assert references(closed) == []


async def test_the_books_own_lock_date_holds(closed: Office) -> None:
    closed.books.act("close", {"until": "2026-02-28"})
    assert (await closed.sync())["outcomes"] == {"set_aside": 2}
    assert (await closed.item("exp_000001"))["code"] == "closed-there"
    closed.books.act("close", {"until": "2026-01-31"})
    await closed.post(f"connections/{closed.connection}/retries", {"code": "closed-there"})
    assert (await closed.sync())["outcomes"] == {"written": 1}


async def test_what_was_taken_back_does_not_come_into_a_closed_month_again(closed: Office) -> None:
    await closed.sync()
    await closed.change("exp_000001", "status = 'voided'")
    assert (await closed.sync())["outcomes"] == {"credited": 1}
    await closed.change("exp_000001", "status = 'ready'")
    assert (await closed.sync())["outcomes"] == {"set_aside": 1}
    assert "exp_000001-2" not in references(closed)

"""Invoices stand beside the expenses in an export for DATEV, by month, as in the annual package."""

import io
import zipfile
from collections.abc import AsyncGenerator
from datetime import date, timedelta
from typing import Any

import pytest

from tests.support.host_platform import TOKEN
from tests.unit.claims.claimed import Claimed, open_claimed
from tests.unit.claims.test_datev_sales import PROFILE
from tests.unit.claims.test_invoices import invoiced
from tests.unit.exports.exporting import content_of, exported
from tillroll.exports.native import show_file
from tillroll.exports.workflow import EXPORT
from tillroll_durable.platform.bindings.database import statement


@pytest.fixture
async def claimed() -> AsyncGenerator[Claimed]:
    async with open_claimed(EXPORT) as claimed:
        account = "UPDATE accounts SET base_currency = 'EUR'"
        await claimed.world.host.database.batch([statement(account)])
        yield claimed


def month_of(claimed: Claimed) -> dict[str, str]:
    """The days of the month in which it is."""
    first = claimed.world.host.pieces.clock.now().date().replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return {"from": first.isoformat(), "to": last.isoformat()}


async def handed_on(claimed: Claimed, **asked: Any) -> dict[str, Any]:
    """An export by the DATEV profile."""
    profiles = await claimed.ask("GET", "/api/export-profiles")
    profile = profiles["items"][0]["id"]
    body = {"format": "datev", "profile": profile, **asked}
    return await exported(claimed.world, claimed.client, **body)


def batch_of(days: dict[str, str]) -> str:
    return f"EXTF_invoices_{days['from']}_{days['to']}.csv"


def names_of(export: dict[str, Any]) -> list[str]:
    return [file["fileName"] for file in export["files"]]


async def over(claimed: Claimed, client: dict[str, Any] | None = None) -> dict[str, str]:
    """The days of a month that is over, and has an invoice and expenses."""
    days = month_of(claimed)
    await claimed.ask("POST", "/api/export-profiles", PROFILE, status=201)
    move = "UPDATE expenses SET date = ?"
    await claimed.world.host.database.batch([statement(move, [days["from"]])])
    await invoiced(claimed, client=client)
    last = date.fromisoformat(days["to"])
    today = claimed.world.host.pieces.clock.now().date()
    claimed.later((last - today).days + 1)
    return days


async def test_a_month_that_is_over_has_its_invoices_beside_its_expenses(
    claimed: Claimed,
) -> None:
    days = await over(claimed)
    export = await handed_on(claimed, filter=days)
    [expenses, debtors, batch] = export["files"]
    assert expenses["month"] is None
    assert (batch["fileName"], batch["month"]) == (batch_of(days), days["from"][:7])
    assert (batch["number"], batch["count"], debtors["count"]) == (3, 1, 1)
    assert debtors["fileName"] == batch_of(days).replace("invoices", "debtors")
    content = await content_of(claimed.world, export, 3)
    package = await exported(claimed.world, claimed.client, format="package", filter=days)
    archive = zipfile.ZipFile(io.BytesIO(await content_of(claimed.world, package)))
    packaged = archive.read(batch_of(days))
    # The first line says when it was made.
    assert content.splitlines()[1:] == packaged.splitlines()[1:]
    assert content.startswith(b'"EXTF";700;21;"Buchungsstapel"')
    assert names_of(package) == [package["fileName"]]


async def test_the_file_is_saved_as_a_batch(claimed: Claimed) -> None:
    days = await over(claimed)
    export = await handed_on(claimed, filter=days)
    header = {"authorization": f"Bearer {TOKEN}"}.get
    reply = await show_file(claimed.world.host.platform, header, export["id"], "3")
    assert reply.headers["content-type"] == "text/csv; charset=windows-1252"
    assert batch_of(days) in reply.headers["content-disposition"]


async def test_what_is_new_has_a_months_invoices_once(claimed: Claimed) -> None:
    """DATEV books a batch again that it gets again."""
    days = await over(claimed)
    first = await handed_on(claimed, filter=days, onlyNew=True)
    again = await handed_on(claimed, filter=days, onlyNew=True)
    whole = await handed_on(claimed, filter=days)
    has_batch = [batch_of(days) in names_of(export) for export in (first, again, whole)]
    assert has_batch == [True, False, True]


@pytest.mark.parametrize("asked", [{"format": "csv", "profile": None}, {"currency": "EUR"}])
async def test_only_a_whole_export_for_datev_has_them(
    claimed: Claimed, asked: dict[str, Any]
) -> None:
    days = await over(claimed)
    currency = {"currency": asked.pop("currency")} if "currency" in asked else {}
    export = await handed_on(claimed, filter={**days, **currency}, **asked)
    assert len(export["files"]) == 1


async def test_a_month_that_goes_on_is_not_in_it(claimed: Claimed) -> None:
    """Its next invoice would need the batch again."""
    days = month_of(claimed)
    await claimed.ask("POST", "/api/export-profiles", PROFILE, status=201)
    await invoiced(claimed)
    assert len((await handed_on(claimed, filter=days))["files"]) == 1


async def test_a_closed_month_has_them_too(claimed: Claimed) -> None:
    days = await over(claimed)
    await claimed.ask("POST", "/api/closed-periods", days, status=202)
    await claimed.world.settle()
    export = await handed_on(claimed, filter=days)
    assert export["asClosed"] is True
    assert batch_of(days) in names_of(export)


async def test_what_is_not_booked_is_listed_by_month(claimed: Claimed) -> None:
    days = await over(claimed)
    lose = "UPDATE clients SET debtor_account = NULL"
    await claimed.world.host.database.batch([statement(lose)])
    export = await handed_on(claimed, filter=days)
    month = days["from"][:7]
    assert names_of(export)[1:] == [f"invoices-not-in-datev-{month}.csv"]
    listed = (await content_of(claimed.world, export, 2)).decode("utf-8-sig")
    assert "no debtor account" in listed


async def test_a_month_of_invoices_alone_is_handed_on_when_it_is_due(claimed: Claimed) -> None:
    """A month in which nothing was bought."""
    await over(claimed)
    earlier = "UPDATE expenses SET date = '2020-01-15'"
    await claimed.world.host.database.batch([statement(earlier)])
    profiles = await claimed.ask("GET", "/api/export-profiles")
    planned = {
        "kind": "export",
        "name": "To the accountant",
        "cron": "0 6 3 * *",
        "timeZone": "UTC",
        "params": {"format": "datev", "profile": profiles["items"][0]["id"]},
    }
    schedule = await claimed.ask("POST", "/api/schedules", planned, status=201)
    run = await claimed.ask("POST", f"/api/schedules/{schedule['id']}/run", status=202)
    assert run["last"]["outcome"] == "begun"

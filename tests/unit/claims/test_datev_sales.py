"""Invoices that were issued stand in the annual package as DATEV books them."""

from collections.abc import AsyncGenerator
from datetime import date

import pytest

from tests.support.host_platform import ACCOUNT
from tests.unit.claims.claimed import Claimed, open_claimed
from tests.unit.claims.test_invoices import invoiced
from tests.unit.exports.datev_rules import faults_of, fields_of
from tillroll.tax.datev import booked_sales
from tillroll_durable.platform.bindings.database import statement

MADE_AT = "2026-12-31T00:00:00.000Z"
PROFILE = {
    "name": "DATEV",
    "format": "datev",
    "options": {
        "datev": {"consultant": 1001, "client": 1, "fiscalYearBegin": "07-01"},
        "contraAccount": "1610",
        "other": {"account": "4980"},
    },
}


@pytest.fixture
async def claimed() -> AsyncGenerator[Claimed]:
    async with open_claimed() as claimed:
        account = "UPDATE accounts SET base_currency = 'EUR'"
        await claimed.world.host.database.batch([statement(account)])
        yield claimed


async def files_of(claimed: Claimed) -> dict[str, str]:
    files = await booked_sales(
        claimed.world.host.platform,
        ACCOUNT,
        first=date(2026, 1, 1),
        last=date(2026, 12, 31),
        made_at=MADE_AT,
    )
    return {name: content.decode("cp1252") for name, content in files}


async def test_an_issued_invoice_is_booked_in_the_batch_of_its_fiscal_year(
    claimed: Claimed,
) -> None:
    claim = (await invoiced(claimed))["id"]
    assert await files_of(claimed) == {}
    await claimed.ask("POST", "/api/export-profiles", PROFILE, status=201)
    [(name, content)] = (await files_of(claimed)).items()
    assert name == "EXTF_invoices_2026-01-01_2026-06-30.csv"
    [line] = content.removesuffix("\r\n").split("\r\n")[2:]
    assert faults_of(line, currency="EUR") == []
    shown = await claimed.shown(claim)
    fields = [field.strip('"') for field in fields_of(line)]
    assert fields[0] == shown["total"].replace(".", ",")
    assert fields[10] == shown["number"]
    assert fields[7] == "8400"

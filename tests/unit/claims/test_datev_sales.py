"""Invoices that were issued stand in the annual package as DATEV books them."""

from collections.abc import AsyncGenerator
from datetime import date
from typing import Any

import pytest

from tests.support.host_platform import ACCOUNT
from tests.unit.claims.claimed import Claimed, open_claimed
from tests.unit.claims.test_invoices import invoiced
from tests.unit.exports.datev_rules import faults_of, fields_of
from tillroll.tax.datev import booked_sales
from tillroll_durable.platform.bindings.database import statement

MADE_AT = "2026-12-31T00:00:00.000Z"
PROFILE: dict[str, Any] = {
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
    return {file.name: file.content.decode("cp1252") for file in files}


async def test_an_issued_invoice_is_booked_in_the_batch_of_its_fiscal_year(
    claimed: Claimed,
) -> None:
    claim = (await invoiced(claimed))["id"]
    assert await files_of(claimed) == {}
    await claimed.ask("POST", "/api/export-profiles", PROFILE, status=201)
    files = await files_of(claimed)
    assert [*files] == [
        "EXTF_debtors_2026-01-01_2026-06-30.csv",
        "EXTF_invoices_2026-01-01_2026-06-30.csv",
    ]
    [debtors, content] = files.values()
    [line] = content.removesuffix("\r\n").split("\r\n")[2:]
    assert faults_of(line, currency="EUR") == []
    shown = await claimed.shown(claim)
    fields = [field.strip('"') for field in fields_of(line)]
    assert fields[0] == shown["total"].replace(".", ",")
    assert fields[10] == shown["number"]
    assert fields[7] == "8400"
    client = await claimed.ask("GET", "/api/clients/cli_acme")
    assert fields[6] == str(client["debtorAccount"])
    [debtor] = debtors.removesuffix("\r\n").split("\r\n")[2:]
    named = [field.strip('"') for field in fields_of(debtor)]
    assert named[:2] == [fields[6], client["name"]]
    assert named[15:20] == ["Hauptstraße 2", "", "10115", "Berlin", "DE"]


async def test_an_invoice_stays_on_its_clients_debtor_after_a_merge(claimed: Claimed) -> None:
    """What settles an open item is booked on the account on which it stands."""
    await claimed.ask("POST", "/api/export-profiles", PROFILE, status=201)
    await invoiced(claimed)
    own = {"debtorAccount": 12_345}
    await claimed.ask("PATCH", "/api/clients/cli_acme", own)
    other = await claimed.ask("POST", "/api/clients", {"name": "ACME Holding"}, status=201)
    await claimed.ask("POST", "/api/clients/cli_acme/merge", {"into": other["id"]})
    [_, content] = (await files_of(claimed)).values()
    [line] = content.removesuffix("\r\n").split("\r\n")[2:]
    assert fields_of(line)[6] == "12345"


async def test_what_has_no_sure_account_is_listed_with_the_reason(claimed: Claimed) -> None:
    unknown = {**PROFILE["options"], "contraAccount": "1600"}
    await claimed.ask("POST", "/api/export-profiles", {**PROFILE, "options": unknown}, status=201)
    claim = (await invoiced(claimed))["id"]
    files = await booked_sales(
        claimed.world.host.platform,
        ACCOUNT,
        first=date(2026, 1, 1),
        last=date(2026, 12, 31),
        made_at=MADE_AT,
    )
    [file] = files
    assert file.name == "invoices-not-in-datev.csv"
    assert file.lines == 1
    [_, line] = file.content.decode("utf-8-sig").splitlines()
    shown = await claimed.shown(claim)
    assert shown["number"] in line
    assert "the chart of accounts is not known" in line


async def test_a_service_to_a_firm_in_the_eu_names_the_vat_id_of_its_invoice(
    claimed: Claimed,
) -> None:
    await claimed.ask("POST", "/api/export-profiles", PROFILE, status=201)
    await invoiced(claimed, client={"country": "AT", "vatId": "ATU12345678"})
    [_, content] = (await files_of(claimed)).values()
    [line] = content.removesuffix("\r\n").split("\r\n")[2:]
    fields = [field.strip('"') for field in fields_of(line)]
    assert fields[7] == "8336"
    assert fields[39] == "ATU12345678"

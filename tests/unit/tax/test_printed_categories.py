"""From printed words to the tax report: a reverse charge on paper is an open point, never silently
domestic (Articles 196 and 226 (11a) of Directive 2006/112/EC).
"""

from typing import Any

import pytest

from tests.simulation.receipts import open_receipts, upload
from tests.support.host_api import api_client
from tillroll_durable.platform.bindings.database import statement
from tillroll_testing.simulation.faults import Faults

_DAYS = {"from": "2026-02-01", "to": "2026-02-28", "country": "DE"}
_PAPER = """\
SEAWARD HOSTING LTD
9 Harbour Row, Dublin, Ireland
{seller}
Invoice date: 18 February 2026
Hosting, one month        EUR 310.00
{tax}
Total                     EUR 310.00
Visa                      EUR 310.00
{words}
"""


async def open_points(**printed: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The open points of the report, and its rows, of the one paper."""
    world = await open_receipts(Faults(), _PAPER.format(**printed), webhook=False)
    await world.host.database.batch([statement("UPDATE accounts SET base_currency = 'EUR'")])
    await upload(world)
    await world.settle()
    async with api_client(world.host.platform) as client:
        report = (await client.get("/api/tax/report", params=_DAYS)).raise_for_status().json()
        behind = (
            (await client.get("/api/tax/expenses", params={**_DAYS, "open": True}))
            .raise_for_status()
            .json()
        )
    return behind["items"], report["rows"]


@pytest.mark.parametrize("tax", ["VAT 0%                    EUR 0.00", ""])
async def test_a_printed_reverse_charge_is_proposed(tax: str) -> None:
    words = "Reverse charge: Article 196 of Directive 2006/112/EC"
    [point], rows = await open_points(seller="VAT No IE6388047V", tax=tax, words=words)
    assert rows == []
    assert (point["open"], point["proposed"]["treatment"]) == ("reverse_charge", "eu_services")


async def test_without_the_sellers_country_it_is_asked_without_a_proposal() -> None:
    words = "Reverse charge"
    [point], rows = await open_points(seller="", tax="VAT 0%     EUR 0.00", words=words)
    assert rows == []
    assert (point["open"], point["proposed"]) == ("reverse_charge", None)
    # Whoever says that they owe the tax need not type in the rate of their country.
    assert point["standardRate"] == "19"


async def test_without_tax_of_a_seller_nobody_knows_it_is_asked() -> None:
    """It may be a firm abroad whose paper does not say that you owe the tax."""
    [point], rows = await open_points(seller="", tax="VAT 0%     EUR 0.00", words="Thank you")
    assert rows == []
    assert (point["open"], point["proposed"]) == ("seller_unknown", None)


async def test_without_tax_of_a_seller_at_home_it_is_domestic() -> None:
    tax = "VAT 0%     EUR 0.00"
    points, [row] = await open_points(seller="VAT No DE136695976", tax=tax, words="Thank you")
    assert points == []
    assert (row["treatment"], row["rate"]) == ("domestic", "0")

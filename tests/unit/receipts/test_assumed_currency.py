"""The currency that is assumed where a paper names none: the account's own, else the
deployment's.
"""

import pytest

from tests.simulation.receipts import open_receipts, upload
from tillroll_testing.simulation.faults import Faults

_NO_MARK = """\
BLUE HERON KITCHEN
24/09/2025 19:40
Grill plate        84.00
Juice              36.00
Total             120.00
Card              120.00
"""


@pytest.mark.parametrize("base", ["", "CHF"])
async def test_the_accounts_base_currency_is_assumed(base: str) -> None:
    world = await open_receipts(Faults(), _NO_MARK)
    await world.rows("UPDATE accounts SET base_currency = nullif(?, '')", base)
    await upload(world)
    await world.settle({})
    [stored] = await world.rows("SELECT body FROM extractions")
    assert ("CHF" in str(stored["body"])) == (base == "CHF")

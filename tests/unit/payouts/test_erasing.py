"""An account is not erased while money is on its way: nobody would hear what became of it."""

import httpx
import pytest

from tests.support.erasing import account_erasure
from tests.unit.payouts.test_api import asked, client, payee
from tillroll.privacy.repository import Hindrance, hindrance
from tillroll_durable import statement
from tillroll_testing.host.platform import HostPlatform

__all__ = ["client"]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("processing", Hindrance.PAYING),
        ("needs_review", Hindrance.PAYING),
        ("complete", None),
        ("failed", None),
        ("cancelled", None),
    ],
)
async def test_a_payout_that_goes_on_keeps_its_account(
    client: httpx.AsyncClient, host: HostPlatform, status: str, expected: Hindrance | None
) -> None:
    begun = await client.post("/api/payouts", json=asked(await payee(client)))
    await host.platform.database.batch(
        [statement("UPDATE runs SET status = ? WHERE id = ?", [status, begun.json()["id"]])]
    )
    erasure = account_erasure(run_id="run_1")
    assert await hindrance(host.platform.database, erasure) is expected


async def test_money_of_which_nobody_knows_keeps_its_account(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    """The run has failed, or was cancelled and could not be undone: its debit stands until somebody
    says what became of the payment.
    """
    begun = await client.post("/api/payouts", json=asked(await payee(client)))
    run_id, erasure = begun.json()["id"], account_erasure(run_id="run_1")
    ended = statement("UPDATE runs SET status = 'failed' WHERE id = ?", [run_id])
    await host.platform.database.batch(
        [ended, statement("UPDATE payouts SET debited_by = 'd' WHERE run_id = ?", [run_id])]
    )
    assert await hindrance(host.platform.database, erasure) is Hindrance.PAYING
    await host.platform.database.batch(
        [statement("UPDATE payouts SET delivered_by = 'l' WHERE run_id = ?", [run_id])]
    )
    assert await hindrance(host.platform.database, erasure) is None

"""What one payee is paid within a day counts together: nobody passes the limit by many small
payments.
"""

from datetime import timedelta
from typing import Final

import httpx
import pytest

from tests.support.host_platform import ACCOUNT
from tests.unit.payouts.test_api import PAYEE, asked, client, payee
from tillroll.payouts.four_eyes import needs_second
from tillroll.payouts.repository import lines_of
from tillroll_durable import statement
from tillroll_testing.host.platform import HostPlatform

__all__ = ["client"]

LIMIT: Final = 500


@pytest.fixture
async def whom(client: httpx.AsyncClient) -> str:
    await client.put("/api/payout-limits/EUR", json={"above": LIMIT})
    return await payee(client)


async def pay(client: httpx.AsyncClient, payee_id: str, amount: int) -> str:
    begun = await client.post("/api/payouts", json=asked(payee_id, amount=amount))
    assert begun.status_code == httpx.codes.ACCEPTED, begun.text
    return begun.json()["id"]


async def waits(host: HostPlatform, run_id: str, payee_id: str, amount: int) -> bool:
    return await needs_second(host.platform.database, ACCOUNT, run_id, [(payee_id, "EUR", amount)])


async def end(host: HostPlatform, run_id: str, state: str, status: str) -> None:
    ended = "UPDATE runs SET state = ?2, status = ?3, next_safe_action = 'none' WHERE id = ?1"
    await host.database.batch([statement(ended, [run_id, state, status])])


async def test_what_is_split_waits_as_the_whole_would(
    client: httpx.AsyncClient, host: HostPlatform, whom: str
) -> None:
    first = await pay(client, whom, LIMIT)
    assert not await waits(host, first, whom, LIMIT)
    host.pieces.clock.advance(timedelta(hours=23))
    second = await pay(client, whom, 1)
    assert await waits(host, second, whom, 1)
    # Both wait where both come before either is looked at.
    assert await waits(host, first, whom, LIMIT)
    other = await payee(client, recipient="acct_bob", method="usba_bob")
    assert not await waits(host, await pay(client, other, LIMIT), other, LIMIT)


async def test_where_a_currency_has_a_limit_the_smallest_amount_of_another_waits(
    client: httpx.AsyncClient, host: HostPlatform, whom: str
) -> None:
    begun = await client.post("/api/payouts", json=asked(whom, amount=1, currency="USD"))
    line = (whom, "USD", 1)
    assert await needs_second(host.platform.database, ACCOUNT, begun.json()["id"], [line])


async def test_a_day_later_it_counts_anew(
    client: httpx.AsyncClient, host: HostPlatform, whom: str
) -> None:
    await pay(client, whom, LIMIT)
    host.pieces.clock.advance(timedelta(hours=24))
    assert not await waits(host, await pay(client, whom, LIMIT), whom, LIMIT)


@pytest.mark.parametrize(
    ("state", "status"), [("declined", "rejected"), ("cancelled", "cancelled")]
)
async def test_what_was_not_paid_does_not_count(
    client: httpx.AsyncClient, host: HostPlatform, whom: str, state: str, status: str
) -> None:
    await end(host, await pay(client, whom, LIMIT), state, status)
    assert not await waits(host, await pay(client, whom, 1), whom, 1)


async def test_what_stood_in_a_file_counts_whatever_people_say_of_it(
    client: httpx.AsyncClient, host: HostPlatform, whom: str
) -> None:
    """Who asked may say that the bank did not pay: the same again is asked for beside it, not in
    its place.
    """
    said = await pay(client, whom, LIMIT)
    file = (
        "INSERT INTO payment_files VALUES ('pmf_1', ?, 'k', '2026-03-02', 1, 5, 'x', "
        "'user:usr_first', '2026', NULL)"
    )
    instruction = """
      INSERT INTO payment_instructions (id, run_id, account_id, amount, reference, status, file_id,
          created_at)
      VALUES ('pin_1', ?, ?, 500, 'r', 'failed', 'pmf_1', '2026-03-01')
    """
    await host.database.batch([statement(file, [ACCOUNT]), statement(instruction, [said, ACCOUNT])])
    await end(host, said, "came_back", "rejected")
    assert await waits(host, await pay(client, whom, 1), whom, 1)


async def test_the_same_recipient_under_another_payee_is_the_same(
    client: httpx.AsyncClient, host: HostPlatform, whom: str
) -> None:
    await pay(client, whom, LIMIT)
    other_account = await payee(client, method="gbba_2")
    assert await waits(host, await pay(client, other_account, 1), other_account, 1)
    await client.delete(f"/api/payees/{whom}")
    anew = (await client.post("/api/payees", json=PAYEE)).json()["id"]
    assert await waits(host, await pay(client, anew, 1), anew, 1)


async def test_batches_count_before_and_after_their_payouts_are_begun(
    client: httpx.AsyncClient, host: HostPlatform, whom: str
) -> None:
    half = {"name": "November", "payouts": [asked(whom, amount=300)]}
    batch = (await client.post("/api/payout-batches", json=half)).json()["id"]
    database = host.platform.database
    assert not await needs_second(database, ACCOUNT, batch, await lines_of(database, batch))
    single = await pay(client, whom, 300)
    assert await waits(host, single, whom, 300)
    assert await needs_second(database, ACCOUNT, batch, await lines_of(database, batch))
    # Its payout counts once, when it is begun.
    await database.batch([statement("UPDATE payouts SET batch_id = ?, amount = 300", [batch])])
    alone = await pay(client, whom, 201)
    assert await waits(host, alone, whom, 201)
    assert not await waits(host, alone, whom, 200)
    await end(host, single, "declined", "rejected")
    await end(host, batch, "cancelled", "cancelled")
    assert not await waits(host, alone, whom, LIMIT)

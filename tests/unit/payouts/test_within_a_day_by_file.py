"""What one payee is paid by file within a day counts together: a payment is made when its file
says, and not before.
"""

from datetime import date, timedelta
from typing import Final

import httpx
import pytest

from tests.support.host_platform import ACCOUNT
from tests.unit.payouts.test_api import asked
from tests.unit.payouts.test_files import client, pay, payee, stand
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


async def ask(
    client: httpx.AsyncClient, host: HostPlatform, whom: str, amount: int = LIMIT
) -> tuple[str, bool]:
    """A payout that waits for a file from now on, and whether it would wait for a second person
    before.
    """
    answer = await client.post("/api/payouts", json=asked(whom, amount=amount))
    assert answer.status_code == httpx.codes.ACCEPTED, answer.text
    begun = answer.json()["id"]
    waits = await needs_second(host.platform.database, ACCOUNT, begun, [(whom, "EUR", amount)])
    await stand(host, begun, "debited")
    await pay(host, begun)
    await stand(host, begun, "unsettled")
    return begun, waits


async def make(client: httpx.AsyncClient, on: date | None = None) -> str:
    answer = await client.post(
        "/api/payment-files", json={} if on is None else {"executionDay": on.isoformat()}
    )
    assert answer.status_code == httpx.codes.CREATED, answer.text
    return answer.json()["id"]


async def test_what_was_asked_for_on_two_days_is_not_paid_by_one_file_alone(
    client: httpx.AsyncClient, host: HostPlatform, whom: str
) -> None:
    assert not (await ask(client, host, whom))[1]
    host.pieces.clock.advance(timedelta(days=3))
    later, waits = await ask(client, host, whom, 1)
    assert waits, "one file would pay both"
    await host.database.batch(
        [statement("UPDATE runs SET status = 'cancelled' WHERE id = ?", [later])]
    )
    await stand(host, later, "cancelled")
    await make(client)
    host.pieces.clock.advance(timedelta(hours=23))
    other, waits = await ask(client, host, whom, 1)
    assert waits, "the file was made today"
    await host.database.batch(
        [statement("UPDATE runs SET status = 'cancelled' WHERE id = ?", [other])]
    )
    await stand(host, other, "cancelled")
    host.pieces.clock.advance(timedelta(hours=2))
    assert not (await ask(client, host, whom))[1], "a day later it counts anew"


async def test_a_file_for_a_later_day_counts_until_then(
    client: httpx.AsyncClient, host: HostPlatform, whom: str
) -> None:
    await ask(client, host, whom)
    await make(client, host.pieces.clock.now().date() + timedelta(days=5))
    host.pieces.clock.advance(timedelta(days=5))
    later, waits = await ask(client, host, whom, 1)
    assert waits, "both would be paid today"
    await host.database.batch(
        [statement("UPDATE runs SET status = 'cancelled' WHERE id = ?", [later])]
    )
    await stand(host, later, "cancelled")
    host.pieces.clock.advance(timedelta(days=1))
    assert not (await ask(client, host, whom))[1]


async def test_what_a_batch_has_not_begun_counts_however_old_it_is(
    client: httpx.AsyncClient, host: HostPlatform, whom: str
) -> None:
    body = {"name": "November", "payouts": [asked(whom, amount=300)]}
    batch = (await client.post("/api/payout-batches", json=body)).json()["id"]
    host.pieces.clock.advance(timedelta(days=3))
    assert (await ask(client, host, whom, 201))[1]
    database = host.platform.database
    assert await needs_second(database, ACCOUNT, batch, await lines_of(database, batch))


async def test_what_is_asked_for_later_keeps_nobody_from_saying_what_the_bank_did_before(
    client: httpx.AsyncClient, host: HostPlatform, whom: str
) -> None:
    """An owner who is alone could not answer a file of last week any more."""
    await ask(client, host, whom)
    file = await make(client)
    host.pieces.clock.advance(timedelta(days=7))
    assert not (await ask(client, host, whom))[1]
    said = await client.post(f"/api/payment-files/{file}/outcomes", json={"status": "posted"})
    assert (said.status_code, said.json().get("changed")) == (httpx.codes.OK, 1), said.text

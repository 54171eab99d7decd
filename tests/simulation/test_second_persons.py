"""The check of requests at once finds a payout above its limit that no second person approved."""

from datetime import timedelta

import pytest

from tests.at_once.holding import check_second_persons
from tests.at_once.host import HostCompany, host_company
from tests.support.bank_month import IBAN
from tillroll_durable import statement

_ABOVE = 60_000
_ACTOR = "UPDATE review_decisions SET actor = ?"


async def test_a_batch_is_approved_as_a_whole_by_another_person_with_the_right() -> None:
    async with host_company() as company:
        await _pay_a_batch(company)
        await check_second_persons(company.rows)
        database = company.world.host.database
        [batch] = await company.rows("SELECT asked_by FROM payout_batches")
        for actor in (batch["asked_by"], "user:usr_submitter", "token:tok_usr_auditor"):
            await database.batch([statement(_ACTOR, [actor])])
            await _expect_a_finding(company)
        await database.batch([statement(_ACTOR, ["user:usr_second"])])
        await check_second_persons(company.rows)
        await database.batch([statement("UPDATE review_decisions SET decision = 'reject'")])
        await _expect_a_finding(company)
        await database.batch([statement("DELETE FROM review_decisions")])
        await _expect_a_finding(company)


async def _pay_a_batch(company: HostCompany) -> None:
    """An owner asks for a batch of a payout above the limit; the other owner approves the batch."""
    owner = company.clients["owner"]
    (await owner.put("/api/payout-limits/EUR", json={"above": 30_000})).raise_for_status()
    company.world.host.pieces.clock.advance(timedelta(minutes=1))
    payee = await owner.post("/api/payees", json={"name": "ACME", "iban": IBAN})
    payout = {
        "payeeId": payee.json()["id"],
        "currency": "EUR",
        "amount": _ABOVE,
        "reference": "rent",
    }
    batch = await owner.post("/api/payout-batches", json={"name": "March", "payouts": [payout]})
    await company.settle()
    file = await owner.post("/api/payment-files", json={})
    path = f"/api/payment-files/{file.json()['id']}/outcomes"
    (await company.clients["second"].post(path, json={"status": "posted"})).raise_for_status()
    [row] = await company.rows("SELECT amount, payment_status, batch_id FROM payouts")
    assert (row["amount"], row["batch_id"]) == (_ABOVE, batch.json()["id"])
    assert row["payment_status"] is not None


async def _expect_a_finding(company: HostCompany) -> None:
    with pytest.raises(AssertionError, match="no second person decided"):
        await check_second_persons(company.rows)

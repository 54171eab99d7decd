"""An expense that was paid back, and then is not the person's any more: what was paid stays owed by
them.
"""

import httpx
import pytest

from tests.simulation.bookkeeping_office import Office, done, open_office
from tests.support.expenses import Given
from tillroll_durable import statement

WHOLE = 40_000


async def _paid(office: Office) -> list[str]:
    """Two expenses of one hotel: the first is paid back before the second, which waits for its
    approval, is handed in."""
    first = await office.owe("usr_bob", Given(1, total_minor=WHOLE, merchant="Hotel"))
    body = {"expenses": first, "way": "hand", "paidOn": "2026-02-28"}
    await done(await office.owner.post("/api/owed/payments", json=body))
    await office.pass_time(minutes=5)
    second = await office.owe("usr_bob", Given(2, total_minor=WHOLE, merchant="Hotel"))
    waits = "UPDATE expenses SET status = 'ready' WHERE id = ?"
    await office.platform.database.batch([statement(waits, [*second])])
    assert await office.owed() == {}
    return [*first, *second]


async def _approve(approver: httpx.AsyncClient, expense: str) -> None:
    """Approve an expense as it stands now."""
    shown = await done(await approver.get(f"/api/expenses/{expense}"))
    body = {"ids": [expense], "versions": [shown["version"]]}
    await done(await approver.post("/api/expenses/approve", json=body))


@pytest.mark.parametrize("how", ["void", "merge", "company", "only not approved", "another person"])
async def test_what_was_paid_is_owed_back_and_its_duplicate_is_not_paid_again(how: str) -> None:
    office = await open_office()
    bob = await office.person("usr_bob", "submitter", "approver")
    cy = await office.person("usr_cy", "approver")
    async with office.owner, bob, cy:
        ids = await _paid(office)
        await done(await cy.post("/api/expenses/unapprove", json={"ids": ids[:1]}))
        at = f"/api/expenses/{ids[0]}"
        version = {"if-match": (await bob.get(at)).headers["etag"]}
        if how == "void":
            await done(
                await bob.post(f"{at}/void", json={"reason": "entered twice"}, headers=version)
            )
        elif how == "merge":
            body = {"keep": ids[1], "drop": ids[0]}
            await done(await bob.post("/api/duplicates/merge", json=body))
        elif how == "company":
            await done(await bob.patch(at, json={"paidBy": "company"}, headers=version))
        elif how == "another person":
            moved = "UPDATE expenses SET status = 'approved', person = 'usr_cy' WHERE id = ?"
            await office.platform.database.batch([statement(moved, [ids[0]])])
        assert (await office.owed())["usr_bob"] == (-WHOLE, 0)
        shown = (
            await done(await office.owner.get("/api/owed/expenses", params={"expense": ids[0]}))
        )["items"]
        assert [each["owed"] for each in shown if each["person"]["id"] == "usr_bob"] == [-WHOLE]
        await _approve(cy, ids[1])
        assert (await office.owed())["usr_bob"] == (0, 0)
        again = {"expenses": ids[1:], "way": "hand", "paidOn": "2026-02-28"}
        if how not in {"void", "merge"}:
            held = await office.owner.post("/api/owed/payments", json=again)
            assert "it may be the same purchase" in str(held.json()["errors"])
            pair = {"first": ids[0], "second": ids[1]}
            assert (await office.owner.post("/api/duplicates/apart", json=pair)).is_success
        refused = await office.owner.post("/api/owed/payments", json=again)
        assert refused.status_code == 422
        assert "400.00 EUR was paid too much" in str(refused.json()["errors"])
        # What is owed otherwise is so much less.
        await office.owe("usr_bob", Given(3, total_minor=50_000, merchant="Train"))
        every = {**again, "expenses": [ids[0], ids[1], "exp_000003"]}
        if how != "another person":
            await done(await office.owner.post("/api/owed/payments", json=every))
            await office.pass_time(minutes=5)
            assert "usr_bob" not in await office.owed()
            paid = [
                each["amount"]
                for each in (await done(await office.owner.get("/api/payouts")))["items"]
            ]
            assert paid == [50_000, WHOLE]


async def test_what_is_approved_anew_is_as_it_was() -> None:
    office = await open_office()
    bob = await office.person("usr_bob", "submitter")
    cy = await office.person("usr_cy", "approver")
    async with office.owner, bob, cy:
        ids = await _paid(office)
        await done(await cy.post("/api/expenses/unapprove", json={"ids": ids[:1]}))
        assert (await office.owed())["usr_bob"] == (-WHOLE, 0)
        await _approve(cy, ids[0])
        assert await office.owed() == {}

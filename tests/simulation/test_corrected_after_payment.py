"""An expense that is corrected to less after it was paid back: what was paid too much stays owed by
the person, and the check of requests at once counts it so.
"""

from typing import LiteralString

import pytest

from tests.at_once.holding import check_money
from tests.simulation.bookkeeping_office import done, open_office
from tests.support.expenses import Given
from tillroll_durable import statement
from tillroll_durable.platform.bindings.database import Row

WHOLE = 40_000
LESS = 30_000
_COVER = "UPDATE payout_expenses SET of_amount = ?"


async def test_what_was_paid_before_the_correction_is_no_finding() -> None:
    office = await open_office()
    bob = await office.person("usr_bob", "submitter")
    cy = await office.person("usr_cy", "approver")

    async def rows_of(sql: LiteralString) -> list[Row]:
        return [*await office.platform.database.all(statement(sql))]

    async with office.owner, bob, cy:
        [expense] = await office.owe("usr_bob", Given(1, total_minor=WHOLE, merchant="Hotel"))
        payment = {"expenses": [expense], "way": "hand", "paidOn": "2026-02-28"}
        await done(await office.owner.post("/api/owed/payments", json=payment))
        await office.pass_time(minutes=5)
        await done(await cy.post("/api/expenses/unapprove", json={"ids": [expense]}))
        at = f"/api/expenses/{expense}"
        version = {"if-match": (await bob.get(at)).headers["etag"]}
        correction = {"total": "300.00", "reason": "the bill says 300"}
        await done(await bob.patch(at, json=correction, headers=version))
        shown = await done(await cy.get(at))
        again = {"ids": [expense], "versions": [shown["version"]]}
        await done(await cy.post("/api/expenses/approve", json=again))
        assert (await office.owed())["usr_bob"] == (LESS - WHOLE, 0)
        await check_money(rows_of)
        # More than it ever came to is found all the same.
        await office.platform.database.batch([statement(_COVER, [WHOLE + 1])])
        with pytest.raises(AssertionError, match="which comes to 40000"):
            await check_money(rows_of)

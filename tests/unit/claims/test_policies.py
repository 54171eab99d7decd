"""Policies that are held before a claim: what is against one, what is safe to do, and what changes
in between.
"""

from collections.abc import AsyncGenerator
from typing import Any

import pytest

from tests.support.approving import as_seen
from tests.support.expenses import Given, add_expenses
from tests.support.host_platform import ACCOUNT
from tests.support.sql import sql
from tests.unit.claims.claimed import ASKED, Claimed, open_claimed
from tillroll.expenses.approval.decisions import (
    approve,
)
from tillroll.expenses.approval.held import hold_policies
from tillroll.expenses.approval.judged import (
    Approver,
)
from tillroll.expenses.approval.meanwhile import View
from tillroll_durable.platform.bindings.database import ConstraintFailed, integer, statement
from tillroll_durable.platform.json import JsonObject

DEAR: dict[str, object] = {
    "name": "Dear",
    "effect": "refuse",
    "heldAt": "claim",
    "currency": "EUR",
    "above": "20",
}
ALL = ["exp_000001", "exp_000002"]


@pytest.fixture
async def claimed() -> AsyncGenerator[Claimed]:
    async with open_claimed() as claimed:
        yield claimed


async def policy(claimed: Claimed, **other: object) -> Any:
    return await claimed.ask("POST", "/api/policies", {**DEAR, **other})


async def refused(claimed: Claimed, key: str | None = None, **other: object) -> list[Any]:
    """What a claim goes against; nothing was begun."""
    before = await claimed.world.rows("SELECT id FROM runs")
    answer = await claimed.ask("POST", "/api/claims", {**ASKED, **other}, key, status=422)
    assert answer["type"] == "urn:tillroll:problem:policies-against"
    assert await claimed.world.rows("SELECT id FROM runs") == before
    return answer["violations"]


async def items_of(claimed: Claimed, **other: object) -> list[str]:
    """The expenses of a claim that is made."""
    return [
        each["expenseId"] for each in (await claimed.shown(await claimed.claim(**other)))["items"]
    ]


async def person(claimed: Claimed, user_id: str, name: str, *roles: str) -> None:
    await claimed.world.host.database.batch(
        [
            statement(
                "INSERT INTO users (id, account_id, name, created_at) "
                "VALUES (?, 'acc_first', ?, '')",
                [user_id, name],
            ),
            *(
                statement("INSERT INTO user_roles (user_id, role) VALUES (?, ?)", [user_id, role])
                for role in roles
            ),
        ]
    )


async def approved_by(claimed: Claimed, user_id: str, expense_id: str = "exp_000002") -> None:
    """An approval is taken back, and given by somebody."""
    platform = claimed.world.host.platform
    await platform.database.batch(
        [statement("UPDATE expenses SET status = 'ready' WHERE id = ?", [expense_id])]
    )
    # Of an account that holds four eyes before claims alone.
    await platform.database.batch(
        [statement("UPDATE accounts SET four_eyes = 0 WHERE id = ?", [ACCOUNT])]
    )
    approver = Approver(ACCOUNT, user_id, f"user:{user_id}")
    [row] = await claimed.world.rows("SELECT version FROM expenses WHERE id = ?", expense_id)
    seen = View(integer(row, "version"))
    [outcome] = await approve(platform, approver, {expense_id: seen})
    assert outcome.outcome == "done", outcome


async def test_what_goes_against_a_policy_is_not_claimed_and_shown_with_the_rule(
    claimed: Claimed,
) -> None:
    made = await policy(claimed)
    [against] = await refused(claimed, "march")
    assert {**against, "next": [each["act"] for each in against["next"]]} == {
        "expenseId": "exp_000002",
        "merchant": "Green Garden Cafe",
        "amount": "25.00",
        "currency": "EUR",
        "policy": made["id"],
        "name": "Dear",
        "rule": "Dear: an expense above 20.00 EUR is not claimed.",
        "effect": "refuse",
        "limit": "20.00",
        "limitCurrency": "EUR",
        "compared": "25.00",
        "approvedBy": None,
        "reason": "Dear: it is above the limit: it is not claimed like this.",
        "hinders": True,
        "next": ["leave_out", "change_policy"],
    }
    seen = {
        each["currency"]: each for each in (await claimed.ask("GET", "/api/claimable"))["items"]
    }
    assert (seen["EUR"]["count"], seen["EUR"]["heldBack"], seen["EUR"]["violations"]) == (
        2,
        1,
        [against],
    )
    await claimed.ask("DELETE", f"/api/policies/{made['id']}", status=204)
    # Under the same key: what was refused was not kept.
    claim = await claimed.ask("POST", "/api/claims", ASKED, "march", 202)
    assert len((await claimed.shown(claim["id"]))["items"]) == 2


async def test_the_others_are_claimed_where_that_is_asked_for(claimed: Claimed) -> None:
    await policy(claimed)
    assert await items_of(claimed, leaveOutViolations=True) == ["exp_000001"]
    await refused(claimed, leaveOutViolations=True)
    await refused(claimed, expenseIds=["exp_000002"], leaveOutViolations=True)
    await claimed.ask("POST", "/api/claims", {**ASKED, "leaveOutViolations": "yes"}, status=422)


async def test_what_is_told_hinders_nothing(claimed: Claimed) -> None:
    await policy(claimed, effect="warn")
    [euro, _] = (await claimed.ask("GET", "/api/claimable"))["items"]
    assert [(each["hinders"], each["next"]) for each in euro["violations"]] == [(False, [])]
    assert euro["heldBack"] == 0
    assert await items_of(claimed) == ALL


async def test_what_is_held_at_an_approval_is_not_held_here_nor_the_other_way_round(
    claimed: Claimed,
) -> None:
    await policy(claimed, heldAt="approval")
    assert await items_of(claimed, expenseIds=["exp_000001"]) == ["exp_000001"]
    await policy(claimed)
    await claimed.world.rows("UPDATE expenses SET status = 'ready' WHERE id = 'exp_000002'")
    [outcome] = (await claimed.ask("POST", "/api/approvals/check", {"ids": ["exp_000002"]}))[
        "items"
    ]
    assert [each["reason"] for each in outcome["violations"]] == [
        "Dear: it is above the limit: it is not approved like this."
    ]


async def test_a_limit_of_another_currency_is_met_by_the_rate_or_not_let_through(
    claimed: Claimed,
) -> None:
    """USD 7.00 against a limit of EUR 20: nobody knows, until it is converted."""
    await policy(claimed)
    [against] = await refused(claimed, currency="USD")
    assert (against["compared"], against["limit"], against["limitCurrency"]) == (
        None,
        "20.00",
        "EUR",
    )
    assert against["reason"] == "Dear: its amount in EUR is not known: it is not claimed like this."
    assert [each["act"] for each in against["next"]] == [
        "give_a_rate",
        "leave_out",
        "change_policy",
    ]
    assert "limit in USD" in against["next"][0]["says"]
    await converted(claimed, 2001)
    [against] = await refused(claimed, currency="USD")
    assert (against["amount"], against["compared"]) == ("7.00", "20.01")
    await claimed.world.rows("UPDATE expense_conversions SET total_minor = 2000")
    assert await items_of(claimed, currency="USD") == ["exp_000003"]


async def converted(claimed: Claimed, minor: int) -> None:
    await claimed.world.rows("UPDATE accounts SET base_currency = 'EUR'")
    await claimed.world.rows(
        sql(f"""
        INSERT INTO expense_conversions (expense_id, base_currency, total_minor, rate, rate_date,
            source, created_at)
        VALUES ('exp_000003', 'EUR', {minor}, '1', '2026-03-05', 'ecb', '')
        """)
    )


@pytest.mark.parametrize(("named", "who"), [("owner", "an owner"), ("usr_ben", "Ben")])
async def test_the_named_one_approves(claimed: Claimed, named: str, who: str) -> None:
    await person(claimed, "usr_ben", "Ben", "approver", "owner")
    await person(claimed, "usr_cy", "Cy", "approver")
    made = await policy(claimed, unlessApprovedBy=named)
    assert made["unlessApprovedByName"] == ("Ben" if named == "usr_ben" else None)
    await approved_by(claimed, "usr_cy")
    [against] = await refused(claimed)
    assert against["approvedBy"] == "Cy"
    assert (
        against["rule"]
        == f"Dear: an expense above 20.00 EUR is not claimed, unless {who} approves it."
    )
    assert [each["act"] for each in against["next"]] == ["approve", "leave_out", "change_policy"]
    assert against["next"][0]["says"] == f"Take its approval back, and have {who} approve it."
    await approved_by(claimed, "usr_ben")
    assert await items_of(claimed) == ALL


async def test_the_roles_that_count_are_those_of_the_approval(claimed: Claimed) -> None:
    await person(claimed, "usr_ben", "Ben", "owner")
    await person(claimed, "usr_cy", "Cy", "approver")
    await policy(claimed, unlessApprovedBy="owner")
    await approved_by(claimed, "usr_cy")
    await claimed.world.rows("INSERT INTO user_roles (user_id, role) VALUES ('usr_cy', 'owner')")
    assert len(await refused(claimed)) == 1
    await approved_by(claimed, "usr_ben")
    await claimed.world.rows("DELETE FROM user_roles WHERE user_id = 'usr_ben'")
    assert await items_of(claimed) == ALL


async def test_an_approval_itself_asks_for_the_named_one(claimed: Claimed) -> None:
    await person(claimed, "usr_ben", "Ben", "approver")
    await policy(claimed, heldAt="approval", unlessApprovedBy="usr_ben")
    await claimed.world.rows("UPDATE expenses SET status = 'ready'")
    outcomes = (
        await claimed.ask(
            "POST",
            "/api/expenses/approve",
            await as_seen(claimed.world.host.database, ["exp_000002"]),
        )
    )["items"]
    assert [each["outcome"] for each in outcomes] == ["refused"]
    await approved_by(claimed, "usr_ben")


async def test_four_eyes_are_held_over_who_has_approved(claimed: Claimed) -> None:
    await person(claimed, "usr_ben", "Ben", "approver")
    await policy(claimed, effect="four_eyes", currency=None, above=None)
    await claimed.world.rows("UPDATE expenses SET person = 'usr_ben'")
    await approved_by(claimed, "usr_first", "exp_000001")
    await approved_by(claimed, "usr_ben", "exp_000002")
    [against] = await refused(claimed)
    assert (against["expenseId"], against["next"][0]["act"]) == ("exp_000002", "approve")
    # By a token, which the audit names in place of its person.
    await claimed.world.rows("UPDATE expenses SET status = 'ready' WHERE id = 'exp_000002'")
    await claimed.ask(
        "POST", "/api/expenses/approve", await as_seen(claimed.world.host.database, ["exp_000002"])
    )
    [roles] = await claimed.world.rows(
        "SELECT roles FROM approval_decisions WHERE actor LIKE 'token:%'"
    )
    assert roles["roles"] == "owner"
    assert await items_of(claimed) == ALL


async def test_a_receipt_is_asked_for_until_one_is_merged_into_the_statement(
    claimed: Claimed,
) -> None:
    await policy(claimed, withoutReceipt=True)
    rows = claimed.world.rows
    await rows("UPDATE expenses SET origin = 'voucher' WHERE id = 'exp_000002'")
    [against] = await refused(claimed)
    assert against["rule"] == "Dear: an expense above 20.00 EUR without a receipt is not claimed."
    assert against["reason"].startswith("Dear: it has no receipt, and it is above the limit")
    assert [each["act"] for each in against["next"]] == [
        "attach_receipt",
        "leave_out",
        "change_policy",
    ]
    await add_expenses(claimed.world.host.database, Given(9, total_minor=2500))
    merged: JsonObject = {"keep": "exp_000002", "drop": "exp_000009"}
    await claimed.ask("POST", "/api/duplicates/merge", merged)
    assert await items_of(claimed) == ALL


@pytest.mark.parametrize("origin", ["mileage", "per_diem", "receipt"])
async def test_a_journey_lacks_no_receipt(claimed: Claimed, origin: str) -> None:
    await policy(claimed, withoutReceipt=True)
    # The test's own ids and names.
    await claimed.world.rows(sql(f"UPDATE expenses SET origin = '{origin}'"))
    assert await items_of(claimed) == ALL


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"unlessApprovedBy": "submitter"}, "unlessApprovedBy"),
        ({"unlessApprovedBy": "usr_nobody"}, "unlessApprovedBy"),
        ({"unlessApprovedBy": "usr_cy"}, "unlessApprovedBy"),
        ({"heldAt": "never"}, "heldAt"),
        ({"withoutReceipt": "no"}, "withoutReceipt"),
    ],
)
async def test_what_makes_no_policy_is_refused(
    claimed: Claimed, other: dict[str, object], field: str
) -> None:
    await person(claimed, "usr_cy", "Cy", "submitter")
    answer = await claimed.ask("POST", "/api/policies", {**DEAR, **other}, status=422)
    assert [each["field"] for each in answer["errors"]] == [field]


async def test_the_others_are_found_behind_many_that_are_held_back(claimed: Claimed) -> None:
    await policy(claimed)
    dear = [Given(number, total_minor=2001 + number) for number in range(10, 230)]
    await add_expenses(
        claimed.world.host.database, *dear, Given(500, total_minor=100, date="2026-03-09")
    )
    await claimed.world.rows("UPDATE expenses SET status = 'approved', paid_by = 'employee'")
    assert await items_of(claimed, leaveOutViolations=True) == ["exp_000001", "exp_000500"]
    answer = await claimed.ask("POST", "/api/claims", ASKED, status=422)
    assert (answer["heldBack"], len(answer["violations"])) == (200, 100)


_CHANGES = {
    "a policy is made": """
      INSERT INTO approval_policies (id, account_id, name, effect, held_at, created_at, created_by)
      VALUES ('pol_new', 'acc_first', 'New', 'refuse', 'claim', '', '')""",
    "a policy is deleted": "UPDATE approval_policies SET deleted_at = 'x'",
    "it is converted": """
      INSERT INTO expense_conversions (expense_id, base_currency, total_minor, rate, rate_date,
          source, created_at)
      VALUES ('exp_000001', 'EUR', 99, '1', '2026-03-05', 'ecb', '')""",
    "it is approved by another": "UPDATE expenses SET note = 'x' WHERE id = 'exp_000001'",
    "a receipt is merged into it": """
      INSERT INTO duplicate_verdicts (account_id, first_id, second_id, verdict, kept_id, decided_by,
          decided_at)
      VALUES ('acc_first', 'exp_000001', 'exp_000009', 'merged', 'exp_000001', 'x', '')""",
}


@pytest.mark.parametrize("change", [None, *_CHANGES])
async def test_a_batch_is_refused_where_what_was_looked_at_is_so_no_more(
    claimed: Claimed, change: str | None
) -> None:
    database = claimed.world.host.database
    await policy(claimed)
    await add_expenses(database, Given(9))
    for preparation in (
        "UPDATE accounts SET base_currency = 'EUR'",
        "UPDATE expenses SET origin = 'voucher' WHERE id = 'exp_000001'",
        "UPDATE expenses SET status = 'voided' WHERE id = 'exp_000009'",
    ):
        await claimed.world.rows(preparation)
    held = await hold_policies(database, "acc_first", ALL)
    if change is None:
        await database.batch([held.still(ALL)])
        return
    await claimed.world.rows(sql(_CHANGES[change]))
    with pytest.raises(ConstraintFailed):
        await database.batch([held.still(ALL)])

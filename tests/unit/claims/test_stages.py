"""The stage of an expense, as lists and its own page show it: how far it has come, through claims
and exports.
"""

from urllib.parse import urlencode

import pytest

from tests.unit.claims.claimed import Claimed, bill, open_claimed

_EXPORT = """
  INSERT INTO exports (id, account_id, run_id, format, filter, requested_by, expected, created_at,
      finished_at)
  SELECT ?, account_id, run_id, 'csv', '{}', 'user:usr_1', 1, created_at, NULLIF(?, '')
      FROM expenses WHERE id = ?
"""
_ITEM = """
  INSERT INTO export_items (export_id, part, place, account_id, series, expense_id, version,
      content)
  SELECT ?, 1, 1, account_id, '', id, version, '{}' FROM expenses WHERE id = ?
"""


async def stages(claimed: Claimed) -> dict[str, str]:
    listed = {
        each["id"]: each["stage"] for each in (await claimed.ask("GET", "/api/expenses"))["items"]
    }
    for expense, stage in listed.items():
        assert (await claimed.ask("GET", f"/api/expenses/{expense}"))["stage"] == stage
    return listed


async def found(claimed: Claimed, typed: str, **more: str) -> list[str]:
    """What is found, by the list and by its sums."""
    asked = urlencode({"q": typed, **more})
    listed = [each["id"] for each in (await claimed.ask("GET", f"/api/expenses?{asked}"))["items"]]
    assert (await claimed.ask("GET", f"/api/expenses/totals?{asked}"))["count"] == len(listed)
    return sorted(listed)


async def exported(claimed: Claimed, expense: str, export: str, finished_at: str) -> None:
    await claimed.world.rows(_EXPORT, export, finished_at, expense)
    await claimed.world.rows(_ITEM, export, expense)


async def billing(claimed: Claimed) -> list[str | None]:
    return [
        each["billing"] for each in (await claimed.ask("GET", "/api/expenses?sort=date"))["items"]
    ]


@pytest.mark.parametrize(
    ("kind", "asked", "paid"),
    [("company", "claimed", "paid_back"), ("customer", "billed", "received")],
)
async def test_an_expense_goes_from_approved_to_exported_and_its_billing_stands_apart(
    kind: str, asked: str, paid: str
) -> None:
    async with open_claimed() as claimed:
        if kind == "customer":
            await bill(claimed.world.host.database)
        await claimed.world.rows(
            "UPDATE expenses SET status = 'ready', version = version + 1 WHERE currency = 'USD'"
        )
        assert await stages(claimed) == {
            "exp_000001": "approved",
            "exp_000002": "approved",
            "exp_000003": "ready",
        }
        for expense, export in {"exp_000001": "exp_a", "exp_000003": "exp_b"}.items():
            await exported(claimed, expense, export, "2026-03-19T00:00:00.000Z")
        await exported(claimed, "exp_000002", "exp_c", "")
        assert await stages(claimed) == {
            "exp_000001": "exported",
            "exp_000002": "approved",
            "exp_000003": "ready",
        }
        assert await found(claimed, "is:exported") == ["exp_000001", "exp_000003"]
        assert await found(claimed, "-is:exported status:approved") == ["exp_000002"]
        payer: dict[str, object] = {"payerKind": kind}
        if kind == "customer":
            payer["clientId"] = "cli_acme"
        claim = await claimed.claim(**payer)
        assert await found(claimed, "is:claimed") == ["exp_000001", "exp_000002"]
        assert await found(claimed, "is:claimed is:exported -is:paid") == ["exp_000001"]
        assert (await stages(claimed))["exp_000001"] == "exported"
        assert sorted(map(str, await billing(claimed))) == sorted(["None", asked, asked])
        await claimed.pay(claim, "30.00")
        assert (await stages(claimed))["exp_000002"] == "approved"
        await claimed.pay(claim, "7.90")
        assert await found(claimed, "is:paid") == [], (
            "the payer paid its claim, and nobody the expense"
        )
        assert sorted(map(str, await billing(claimed))) == sorted(["None", paid, paid])
        assert await found(claimed, "", **{"is": "-claimed"}) == ["exp_000003"]
        assert await stages(claimed) == {
            "exp_000001": "exported",
            "exp_000002": "approved",
            "exp_000003": "ready",
        }

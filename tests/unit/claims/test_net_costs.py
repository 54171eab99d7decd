"""An invoice over net costs: section 10 (1) UStG, Articles 73 and 78 of Directive 2006/112/EC. The
figures are worked out by hand."""

from collections.abc import AsyncGenerator
from decimal import Decimal
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.simulation.claiming import ACTOR
from tests.support.schematron import broken_rules
from tests.unit.claims.claimed import Claimed, open_claimed
from tests.unit.claims.test_files import content_of
from tests.unit.claims.test_invoices import balances, invoiced
from tillroll.claims.contract import InvoiceParams
from tillroll.claims.creation import begin_claim
from tillroll.claims.invoices.composing import nets
from tillroll.claims.invoices.costs import charge
from tillroll.claims.models import ClaimableExpense, ClaimItem
from tillroll.claims.workflow import CLAIM
from tillroll_documents.reading.e_invoices.extraction import read_invoice
from tillroll_durable import KeyReused, statement

NET_COST: Final = {"charges": "net_cost"}
PREVIEW: Final = "/api/claims/preview"


@pytest.fixture
async def claimed() -> AsyncGenerator[Claimed]:
    async with open_claimed() as claimed:
        yield claimed


async def spend(claimed: Claimed, expense_id: str, total: int, *, tax: int, rate: str) -> None:
    """Have an expense be of an amount with tax at a rate, in minor units and percent."""
    await claimed.world.host.database.batch(
        [
            statement("UPDATE accounts SET base_currency = 'EUR'"),
            statement(
                "UPDATE expenses SET total_minor = ?2, tax_minor = ?3 WHERE id = ?1",
                [expense_id, total, tax],
            ),
            statement(
                "INSERT INTO expense_tax_lines (expense_id, number, rate, base_minor, tax_minor) "
                "VALUES (?1, 1, ?2, ?3, ?4)",
                [expense_id, rate, total - tax, tax],
            ),
        ]
    )


async def travel(claimed: Claimed) -> None:
    """A hotel of 107.00 with 7 % in it, and a taxi of 23.00 without tax."""
    await spend(claimed, "exp_000001", 10_700, tax=700, rate="7")
    await spend(claimed, "exp_000002", 2_300, tax=0, rate="0")


async def test_vat_comes_on_top_of_what_the_company_bears(claimed: Claimed) -> None:
    await travel(claimed)
    claim = (await invoiced(claimed, invoice=NET_COST, expectedTotal="146.37"))["id"]
    content = await content_of(claimed, claim, "invoice.xml")
    assert broken_rules(content) == []
    read = read_invoice(content)
    totals = (read.totals.net, read.totals.tax, read.totals.gross)
    assert [str(each and each.value) for each in totals] == ["123.00", "23.37", "146.37"]
    assert [str(row.amount and row.amount.value) for row in read.lines] == ["100.00", "23.00"]
    assert await balances(claimed) == {
        "receivable": -14_637,
        "claimed": 12_300,
        "output-tax": 2_337,
    }


async def test_what_was_spent_is_charged_where_nobody_says_otherwise(claimed: Claimed) -> None:
    await travel(claimed)
    shown = await invoiced(claimed, path=PREVIEW, status=200)
    assert shown["total"] == "130.00"


@pytest.mark.parametrize(
    ("company", "client", "invoice", "total"),
    [
        # Section 19 (1) UStG: no tax is deducted, and none charged.
        ({"vatScheme": "small_business"}, {}, {}, "130.00"),
        # The client owes the tax on the net amount.
        ({}, {"country": "AT", "vatId": "ATU12345678"}, {}, "123.00"),
        ({}, {"country": "CH", "registrationId": "CHE-1"}, {}, "123.00"),
        # 23.00 and 19 % of it; what was laid out is no part of the taxable amount.
        ({}, {}, {"disbursements": ["exp_000001"]}, "134.37"),
        ({}, {}, {"vatCategory": "S", "vatRate": "7"}, "131.61"),
    ],
)
async def test_it_follows_how_the_invoice_is_taxed(
    claimed: Claimed,
    company: dict[str, Any],
    client: dict[str, Any],
    invoice: dict[str, Any],
    total: str,
) -> None:
    await travel(claimed)
    asked = {**NET_COST, **invoice}
    shown = await invoiced(claimed, company, client, invoice=asked, path=PREVIEW, status=200)
    assert (shown["total"], shown["invoice"]["total"]) == (total, total)
    claim = (await invoiced(claimed, company, client, invoice=asked))["id"]
    assert (await claimed.shown(claim))["total"] == total


async def test_tax_that_is_not_deducted_is_a_cost(claimed: Claimed) -> None:
    await travel(claimed)
    decision = {"expenses": ["exp_000001"], "treatment": "domestic", "deductible": 50}
    await claimed.ask("POST", "/api/tax/decisions", decision)
    shown = await invoiced(claimed, invoice=NET_COST, path=PREVIEW, status=200)
    assert shown["invoice"]["net"] == "126.50"


async def test_a_cost_whose_tax_is_open_is_asked_for(claimed: Claimed) -> None:
    await travel(claimed)
    await claimed.world.host.database.batch(
        [
            statement("DELETE FROM expense_tax_lines WHERE expense_id = 'exp_000001'"),
            statement("UPDATE expenses SET tax_minor = NULL WHERE id = 'exp_000001'"),
        ]
    )
    refused = await invoiced(claimed, invoice=NET_COST, path=PREVIEW, status=422)
    [error] = refused["errors"]
    assert error["field"] == "invoice.charges"
    assert "How these are taxed is open" in error["message"]
    assert await claimed.world.rows("SELECT * FROM claims") == []
    await invoiced(claimed, path=PREVIEW, status=200)
    laid_out = {**NET_COST, "disbursements": ["exp_000001"]}
    await invoiced(claimed, invoice=laid_out, path=PREVIEW, status=200)


async def test_a_credit_note_takes_back_what_was_charged(claimed: Claimed) -> None:
    await travel(claimed)
    claim = (await invoiced(claimed, invoice=NET_COST))["id"]
    await claimed.ask(
        "POST",
        f"/api/claims/{claim}/credit-notes",
        {"expenseIds": ["exp_000001"], "reason": "not for them"},
    )
    shown = await claimed.shown(claim)
    assert (shown["credited"], shown["open"]) == ("119.00", "27.37")
    assert (await balances(claimed))["output-tax"] == 437


async def test_a_key_stands_for_one_way_to_charge(claimed: Claimed) -> None:
    await travel(claimed)
    await invoiced(claimed, path=PREVIEW, status=200)
    params: dict[str, Any] = {"currency": "EUR", "payer_kind": "customer", "client_id": "cli_acme"}
    spent: dict[str, Any] = {**params, "invoice": {}}
    platform = claimed.world.host.platform
    first = await begin_claim(platform, CLAIM, ACTOR, spent, "an event")
    assert await begin_claim(platform, CLAIM, ACTOR, spent, "an event") == first
    with pytest.raises(KeyReused):
        await begin_claim(platform, CLAIM, ACTOR, {**params, "invoice": NET_COST}, "an event")


def expense_of(number: int, outlay: int) -> ClaimableExpense:
    return ClaimableExpense(
        id=f"exp_{number}",
        date="2026-03-14",
        merchant="Hotel",
        category=None,
        client=None,
        receipt_id="rcp_1",
        media_type=None,
        amount=outlay,
        spent=outlay,
        spent_currency="EUR",
        currency="EUR",
        version=1,
        outlay=outlay,
        tax=None,
    )


def item_of(expense: ClaimableExpense) -> ClaimItem:
    return ClaimItem(
        expense_id=expense.id,
        amount=expense.amount,
        tax=expense.tax,
        merchant=expense.merchant,
        date=expense.date,
        category=None,
        spent=expense.spent,
        spent_currency="EUR",
        is_released=False,
        has_changed=False,
        released_in=None,
        place=1,
        is_pictured=False,
        is_pdf=False,
        currency="EUR",
    )


@given(
    st.lists(st.integers(-1_000_000, 1_000_000), max_size=40),
    st.decimals("0.01", "99.99", places=2),
)
def test_the_invoice_has_the_net_costs_to_the_cent(costs: list[int], rate: Decimal) -> None:
    invoice = InvoiceParams(vat_category="S", vat_rate=str(rate), charges="net_cost")
    expenses = [expense_of(number, cost) for number, cost in enumerate(costs)]
    by_id = {f"exp_{number}": cost for number, cost in enumerate(costs)}
    charged = charge(expenses, by_id, invoice=invoice)
    assert nets([item_of(each) for each in charged], invoice) == by_id
    total = Decimal(sum(costs)) * (100 + rate) / 100
    assert abs(sum(each.amount for each in charged) - total) <= Decimal("0.5")

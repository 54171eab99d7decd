"""What an invoice charges for a cost: what was spent, or what it cost the company, plus the tax of
the invoice.

A company that deducts the tax of a receipt has spent the net amount alone. Where it passes that on,
its own tax comes on top: what it charges is the taxable amount, and the tax is owed beside it
(section 10 (1) UStG, Articles 73 and 78 of Directive 2006/112/EC).
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from tillroll.claims.contract import InvoiceParams
from tillroll.claims.invoices.composing import category_of
from tillroll.claims.invoices.treatment import SMALL_REASONS
from tillroll.claims.models import ClaimableExpense
from tillroll.tax.open_reasons import OpenReason
from tillroll.tax.repository import load_company, taxed_by_ids
from tillroll.tax.rules import Placed, place
from tillroll_documents.invoice_writer.model import VatCategory
from tillroll_durable.platform.bindings.database import Database


async def charge_costs(
    database: Database,
    account_id: str,
    expenses: Sequence[ClaimableExpense],
    *,
    invoice: InvoiceParams | None,
) -> tuple[Sequence[ClaimableExpense], Sequence[ClaimableExpense]]:
    """The expenses with what the invoice charges for each, and those of them whose net cost nobody
    knows: how they are taxed is open."""
    if invoice is None or invoice.charges != "net_cost":
        return expenses, []
    if invoice.vat_reason in SMALL_REASONS:
        # A small business deducts no tax: section 19 (1) UStG, Article 289 of the directive.
        return expenses, []
    places = await _places_of(database, account_id, expenses)
    # Where no tax was charged, it cost what was spent, wherever the seller is.
    open_ids = {
        id_
        for id_, rows in places.items()
        if isinstance(rows, OpenReason) and rows is not OpenReason.SELLER_UNKNOWN
    }
    costs: dict[str, int] = {}
    for each in expenses:
        rows = places.get(each.id, ())
        if not isinstance(rows, OpenReason):
            costs[each.id] = net_cost(each.outlay, rows)
    unknown = [
        each for each in expenses if each.id in open_ids and not invoice.is_disbursed(each.id)
    ]
    return charge(expenses, costs, invoice=invoice), unknown


async def _places_of(
    database: Database, account_id: str, expenses: Sequence[ClaimableExpense]
) -> Mapping[str, Sequence[Placed] | OpenReason]:
    """Where each stands in the tax report."""
    company = await load_company(database, account_id)
    taxes = await taxed_by_ids(database, account_id, [each.id for each in expenses])
    return {each.taxed.id: place(each.taxed, company.country) for each in taxes}


def net_cost(outlay: int, rows: Sequence[Placed]) -> int:
    """What of an outlay, in minor units, the company bears itself once it has deducted the tax. The
    rows may be in another currency: the same share of both is deducted."""
    gross = sum(row.figures.gross for row in rows)
    input_tax = sum(row.figures.deductible for row in rows)
    if not gross:
        return outlay
    share = Decimal(outlay) * input_tax / gross
    return outlay - int(share.quantize(Decimal(1), ROUND_HALF_EVEN))


def charge(
    expenses: Sequence[ClaimableExpense], costs: Mapping[str, int], *, invoice: InvoiceParams
) -> Sequence[ClaimableExpense]:
    """The expenses with what each is charged: its net cost, and tax on top where the invoice
    charges it. The tax of the sum is rounded, not that of a line, so that `nets` finds the same net
    amounts again: half a unit of gross is less than half a unit of net."""
    charges: list[ClaimableExpense] = []
    net_so_far = 0
    gross_so_far = 0
    for each in expenses:
        if invoice.is_disbursed(each.id):
            charges.append(each)
            continue
        cost = costs.get(each.id, each.outlay)
        amount = cost
        if category_of(each.id, invoice) is VatCategory.STANDARD:
            net_so_far += cost
            gross = _with_tax(net_so_far, invoice.rate)
            amount = gross - gross_so_far
            gross_so_far = gross
        charges.append(each.model_copy(update={"amount": amount, "tax": amount - cost}))
    return charges


def _with_tax(net: int, rate: Decimal) -> int:
    gross = Decimal(net) * (100 + rate) / 100
    return int(gross.quantize(Decimal(1), ROUND_HALF_UP))

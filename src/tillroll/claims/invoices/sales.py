"""What invoices charged, for the tax report: read from what was issued, credited and paid."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, LiteralString

from tillroll.claims.contract import ClaimParams, InvoiceParams, InvoiceParty
from tillroll.claims.invoices.composing import nets
from tillroll.claims.invoices.recognition import (
    Amount,
    Amounts,
    Happening,
    by_issue,
    by_payment,
)
from tillroll.claims.invoices.treatment import SMALL_REASONS
from tillroll.claims.naming import NUMBER
from tillroll.conversion.rates import convert
from tillroll.expenses.sellers import EU
from tillroll.exports.writers.datev_debtors import Debtor
from tillroll.tax.hooks import SALES
from tillroll.tax.sales import Sale, SaleKey, SalesRequest, SaleTreatment
from tillroll_documents.invoice_writer.model import VatCategory
from tillroll_durable import statement
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    integer,
    of_row,
    optional_integer,
    optional_text,
    text,
)
from tillroll_durable.platform.clock import from_text
from tillroll_durable.platform.json import dump, load_object
from tillroll_durable.platform.services import Platform

# Invoices of one turn; each has at most 200 expenses.
_AT_ONCE: Final = 50
# Invoices to which something happened in the days. Whose tax counts by payment, is asked by the
# payment's own day, too. The debtor is that of the client who was charged, also after it was merged
# into another: what settles an invoice is booked on the same account.
_INVOICES: Final = f"""
  SELECT claims.run_id, claims.payer_name, claims.currency, claims.issued_on, runs.params,
    {NUMBER.format(claims="claims")} AS number,
    clients.debtor_account, clients.name, clients.street, clients.postal_code, clients.city,
    clients.country, clients.vat_id, clients.mail, clients.terms_days
  FROM claims JOIN runs ON runs.id = claims.run_id
  LEFT JOIN clients ON clients.id = claims.client_id
  WHERE claims.account_id = ?1 AND claims.run_id >= ?4 AND claims.has_invoice = 1
    AND claims.number IS NOT NULL
    AND EXISTS (SELECT 1 FROM claim_events e WHERE e.run_id = claims.run_id
      AND (e.at >= ?2 AND e.at < ?3 OR e.day >= ?2 AND e.day < ?3))
  ORDER BY claims.run_id LIMIT ?5
"""
_ITEMS: Final = """
  SELECT run_id, expense_id, amount, released_in FROM claim_items
  WHERE run_id IN (SELECT value FROM json_each(?)) ORDER BY run_id, place
"""
_EVENTS: Final = """
  SELECT run_id, version, kind, day, at, amount, applied, reverses,
    CASE WHEN number IS NOT NULL THEN printf('CN-%d-%04d', year, number) END AS note
  FROM claim_events
  WHERE run_id IN (SELECT value FROM json_each(?))
    AND kind IN ('issued', 'payment', 'reversed', 'written_off', 'credited', 'withdrawn')
  ORDER BY run_id, version
"""


@dataclass(frozen=True)
class _Item:
    expense_id: str
    amount: int
    released_in: int | None


async def read_sales(platform: Platform, request: SalesRequest) -> AsyncIterator[Sale]:
    """What counts in the days, invoice by invoice."""
    begin_with = request.begin_with
    day_after = request.last + timedelta(days=1)
    while True:
        values = (request.account_id, request.first.isoformat(), day_after.isoformat(), begin_with)
        rows = await platform.database.all(statement(_INVOICES, [*values, _AT_ONCE + 1]))
        invoices = rows[:_AT_ONCE]
        ids = dump([text(row, "run_id") for row in invoices])
        items = await _by_claim(platform.database, _ITEMS, ids)
        events = await _by_claim(platform.database, _EVENTS, ids)
        for row in invoices:
            claim_id = text(row, "run_id")
            sales = _sales(
                row,
                items.get(claim_id, ()),
                event_rows=events.get(claim_id, ()),
                is_by_payment=request.by_payment,
            )
            for sale in sales:
                if request.first <= sale.day <= request.last:
                    yield sale
        if len(rows) == len(invoices):
            return
        begin_with = text(rows[-1], "run_id")
        await platform.pause()


async def _by_claim(
    database: Database, query: LiteralString, ids: str
) -> Mapping[str, Sequence[Row]]:
    by_claim: dict[str, list[Row]] = {}
    for row in await database.all(statement(query, [ids])):
        by_claim.setdefault(text(row, "run_id"), []).append(row)
    return by_claim


def _sales(
    row: Row, item_rows: Sequence[Row], *, event_rows: Sequence[Row], is_by_payment: bool
) -> Iterator[Sale]:
    params = ClaimParams.model_validate(load_object(text(row, "params"))).invoice
    if params is None:
        return
    items = [
        _Item(
            text(each, "expense_id"), integer(each, "amount"), optional_integer(each, "released_in")
        )
        for each in item_rows
    ]
    currency = text(row, "currency")
    charged = amounts_of(items, params, currency)
    number = text(row, "number")
    happenings = [
        _happening(each, number, credited=_credited(each, items, params=params, currency=currency))
        for each in event_rows
    ]
    if is_by_payment:
        counted = by_payment(happenings, charged)
    else:
        counted = by_issue(happenings, charged)
    for each in counted:
        for key, amount in each.amounts.items():
            yield Sale(
                claim_id=text(row, "run_id"),
                number=each.number,
                client=text(row, "payer_name"),
                day=each.day,
                key=key,
                currency=params.accounting_currency or currency,
                net=amount.net,
                tax=amount.tax,
                client_vat_id=_vat_id(params.buyer),
                debtor=_debtor(row),
            )


def _debtor(row: Row) -> Debtor | None:
    account = optional_integer(row, "debtor_account")
    if account is None:
        return None
    return of_row(Debtor, row, account=account)


def amounts_of(
    items: Sequence[_Item], params: InvoiceParams, currency: str, released_in: int | None = None
) -> Amounts:
    """What expenses come to by how they are taxed; of a credit note, those that it let go."""
    net = nets(items, params)
    sums: dict[SaleKey, tuple[int, int]] = {}
    for item in items:
        if released_in is not None and item.released_in != released_in:
            continue
        key = sale_key(item.expense_id, params)
        net_so_far, gross_so_far = sums.get(key, (0, 0))
        sums[key] = (net_so_far + net[item.expense_id], gross_so_far + item.amount)
    return {
        key: Amount(
            in_base(net_sum, currency, params),
            in_base(gross - net_sum, currency, params),
            gross=gross,
        )
        for key, (net_sum, gross) in sums.items()
    }


def in_base(minor: int, currency: str, params: InvoiceParams) -> int:
    """In the company's own currency, at the rate of the invoice."""
    base = params.accounting_currency
    if base is None:
        return minor
    return convert(minor, currency, target=base, rate=params.accounting_rate)


def sale_key(expense_id: str, params: InvoiceParams) -> SaleKey:
    """How an expense on an invoice is taxed, for the report."""
    if params.is_disbursed(expense_id):
        return SaleKey(SaleTreatment.DISBURSED)
    category = VatCategory(params.vat_category or VatCategory.STANDARD)
    if category is VatCategory.STANDARD:
        return SaleKey(SaleTreatment.TAXED, params.rate)
    if category is not VatCategory.EXEMPT:
        return SaleKey(_untaxed(category, params))
    if params.vat_reason in SMALL_REASONS:
        return SaleKey(SaleTreatment.SMALL_BUSINESS)
    return SaleKey(SaleTreatment.EXEMPT)


def _untaxed(category: VatCategory, params: InvoiceParams) -> SaleTreatment:
    """How a reverse charge, or what is not subject to VAT, is taxed."""
    buyer = _country(params.buyer)
    is_reverse = category is VatCategory.REVERSE_CHARGE
    if buyer == _country(params.seller):
        if is_reverse:
            return SaleTreatment.DOMESTIC_REVERSE
        return SaleTreatment.OUTSIDE
    if is_reverse and buyer in EU:
        return SaleTreatment.EU_SERVICES
    return SaleTreatment.ABROAD


def _country(party: InvoiceParty | None) -> str | None:
    if party is None:
        return None
    return party.country


def _vat_id(party: InvoiceParty | None) -> str | None:
    if party is None:
        return None
    return party.vat_id


def _credited(
    event: Row, items: Sequence[_Item], *, params: InvoiceParams, currency: str
) -> Amounts:
    if optional_text(event, "note") is None:
        return {}
    return amounts_of(items, params, currency, released_in=integer(event, "version"))


def _happening(event: Row, number: str, credited: Amounts) -> Happening:
    """A payment counts on its own day; all else on the day on which it was done."""
    kind = text(event, "kind")
    day = from_text(text(event, "at")).date()
    if kind == "payment":
        day = date.fromisoformat(text(event, "day"))
    return Happening(
        version=integer(event, "version"),
        kind=kind,
        day=day,
        number=optional_text(event, "note") or number,
        amount=optional_integer(event, "amount") or 0,
        applied=optional_integer(event, "applied") or 0,
        credited=credited,
        reverses=optional_integer(event, "reverses"),
    )


INVOICED: Final = SALES.fill(read_sales)

"""Which tax totals of a UBL document are its own, and what they come to. Pure.

A document may state its tax again in the currency of accounting (BT-111), or twice in the same
currency, as Saudi Arabia prescribes: one total without rows, and one with them. Colombia (DIAN)
has a total for each kind of tax, which are added up."""

from decimal import Decimal

from tillroll_documents.reading.e_invoices import e_invoice


def is_in(amount: e_invoice.Element | None, currency: e_invoice.Text | None) -> bool:
    """Whether an amount names this currency."""
    if currency is None or amount is None:
        return False
    return amount.attributes.get("currencyID") == currency.value


def totals_in(
    root: e_invoice.Element,
    currency: e_invoice.Text | None,
) -> list[e_invoice.Element]:
    """The tax totals that count: those in the invoice's currency, or the first; each kind of tax
    once."""
    stated = [*root.named("TaxTotal")]
    own = [total for total in stated if is_in(total.first("TaxAmount"), currency)] or stated[:1]
    with_rows = [total for total in own if total.first("TaxSubtotal") is not None]
    kinds: dict[object, e_invoice.Element] = {}
    for total in with_rows or own:
        kinds.setdefault(_contents(total), total)
    return [*kinds.values()]


def _contents(total: e_invoice.Element) -> object:
    """What tells one total from another: its amount and its rows."""
    rows = [
        tuple(
            element.value
            for path in (
                ("TaxCategory", "TaxScheme", "ID"),
                ("TaxCategory", "ID"),
                ("TaxCategory", "Percent"),
                ("TaxableAmount",),
                ("TaxAmount",),
            )
            for element in row.all(*path)
        )
        for row in total.named("TaxSubtotal")
    ]
    amounts = [amount.value for amount in total.named("TaxAmount")]
    return (*amounts, *rows)


def rows_of(totals: list[e_invoice.Element]) -> list[e_invoice.Element]:
    """The rows of all totals, in their order."""
    return [row for total in totals for row in total.named("TaxSubtotal")]


def amount_of(totals: list[e_invoice.Element]) -> e_invoice.Amount | None:
    """The sum of the totals, at the first one's path; None without any. Raises InvalidInvoice."""
    amounts = [e_invoice.amount_of(total.first("TaxAmount")) for total in totals]
    present = [amount for amount in amounts if amount is not None]
    if not present:
        return None
    if len(present) == 1:
        return present[0]
    return e_invoice.Located(sum((each.value for each in present), Decimal(0)), present[0].path)

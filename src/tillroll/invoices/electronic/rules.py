"""The arithmetic of EN 16931-1, section 6.4.2: rules BR-CO-10 to BR-CO-17.

A rule is held where the amounts that it names are there: the smaller profiles state no lines and fewer sums. Amounts
agree when they are the same rounded to two decimals (BR-DEC); BR-CO-17 is taken as CEN's own validation artefacts do,
which allow less than one unit between a tax and its base times its rate.
"""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from tillroll.invoices.electronic.invoice import Amount, ElectronicInvoice, Syntax, total_of

RULES: Final = tuple(f"BR-CO-{number}" for number in range(10, 18))
_CENT: Final = Decimal("0.01")


def violations(invoice: ElectronicInvoice) -> tuple[str, ...]:
    """The names of the rules that the invoice breaks, in order."""
    return tuple(dict.fromkeys(_broken(invoice)))


def _broken(invoice: ElectronicInvoice) -> Iterator[str]:
    counted = [line.amount for line in invoice.lines if line.counts and line.amount is not None]
    if counted and invoice.totals.lines and _differ(invoice.totals.lines, total_of(counted)):
        yield "BR-CO-10"
    yield from _broken_adjustments(invoice)
    yield from _broken_totals(invoice)
    for row in invoice.taxes:
        if row.base and row.tax and row.rate:
            expected = (abs(row.base.value) * row.rate.value / 100).quantize(_CENT, ROUND_HALF_UP)
            if abs(abs(row.tax.value) - expected) >= 1:
                yield "BR-CO-17"


def _broken_totals(invoice: ElectronicInvoice) -> Iterator[str]:
    totals = invoice.totals
    if totals.lines and totals.net:
        net = totals.lines.value - _value(totals.allowances) + _value(totals.charges)
        if _differ(totals.net, net):
            yield "BR-CO-13"
    taxes = [row.tax for row in invoice.taxes if row.tax is not None]
    if taxes and totals.tax and _differ(totals.tax, total_of(taxes)):
        yield "BR-CO-14"
    if totals.net and totals.gross and _differ(totals.gross, totals.net.value + _value(totals.tax)):
        yield "BR-CO-15"
    if totals.gross and totals.due:
        due = totals.gross.value - _value(totals.prepaid) + _value(totals.rounding)
        if _differ(totals.due, due):
            yield "BR-CO-16"


def _broken_adjustments(invoice: ElectronicInvoice) -> Iterator[str]:
    """ZUGFeRD 1's smallest profile states the sums of allowances and charges without listing them."""
    if not invoice.adjustments and invoice.syntax is Syntax.ZUGFERD_1:
        return
    sums = (("BR-CO-11", invoice.totals.allowances, False), ("BR-CO-12", invoice.totals.charges, True))
    for rule, stated, is_charge in sums:
        listed = total_of(item.amount for item in invoice.adjustments if item.is_charge is is_charge)
        if stated and _differ(stated, listed):
            yield rule


def _value(amount: Amount | None) -> Decimal:
    return Decimal(0) if amount is None else amount.value


def _differ(stated: Amount, computed: Decimal) -> bool:
    return stated.value.quantize(_CENT, ROUND_HALF_UP) != computed.quantize(_CENT, ROUND_HALF_UP)

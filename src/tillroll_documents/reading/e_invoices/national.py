"""What the readers of national forms share: sums, tax rows, and whether the stated total holds.
Pure."""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from tillroll_documents.reading.e_invoices.e_invoice import (
    Amount,
    Day,
    Element,
    Located,
    Relation,
    TaxBreakdown,
    amount_of,
    day_of,
    text_of,
)
from tillroll_documents.reading.e_invoices.e_invoice import Text as LocatedText
from tillroll_documents.reading.extraction import DocumentKind
from tillroll_documents.reading.reasons import InvoiceReason

_CENT: Final = Decimal("0.01")


def text_at(element: Element | None, path: str) -> LocatedText | None:
    """The text of the first element at the end of a path of names, with slashes between."""
    if element is None:
        return None
    return text_of(element.first(*path.split("/")))


def amount_at(element: Element | None, path: str) -> Amount | None:
    """The amount of the first element at the end of a path. Raises InvalidInvoice: it is none."""
    if element is None:
        return None
    return amount_of(element.first(*path.split("/")))


def day_at(element: Element | None, path: str) -> Day | None:
    """The day of the first element at the end of a path. Raises InvalidInvoice: it is none."""
    if element is None:
        return None
    return day_of(element.first(*path.split("/")))


def value_at(element: Element | None, path: str) -> str:
    """The text at the end of a path, empty where there is none."""
    text = text_at(element, path)
    if text is None:
        return ""
    return text.value


def credit_note_if(is_credit: bool) -> DocumentKind:
    """The kind of a document that is a credit note, or an invoice."""
    if is_credit:
        return DocumentKind.CREDIT_NOTE
    return DocumentKind.INVOICE


def replaces_if(is_correction: bool) -> Relation | None:
    """The relation of a document that corrects an earlier one, or none."""
    if is_correction:
        return Relation.REPLACES
    return None


def summed(amounts: Iterable[Amount | None]) -> Amount | None:
    """The sum, with the path of the first amount; None of nothing."""
    present = [amount for amount in amounts if amount is not None]
    if not present:
        return None
    return Located(sum((amount.value for amount in present), Decimal(0)), present[0].path)


def plus(amount: Amount | None, *others: Amount | None) -> Amount | None:
    """An amount with others added, at its own path; None where it is missing."""
    if amount is None:
        return None
    total = amount.value + sum((other.value for other in others if other is not None), Decimal(0))
    return Located(total, amount.path)


def minus(amount: Amount | None, other: Amount | None) -> Amount | None:
    """An amount less another one, at its own path; None where it is missing."""
    if amount is None or other is None:
        return amount
    return Located(amount.value - other.value, amount.path)


def doubts_of(
    rows: Sequence[TaxBreakdown],
    gross: Amount | None,
    *,
    expected: Iterable[Decimal],
) -> list[str]:
    """Codes of rules that do not hold: the total is one of those `expected` (BR-CO-15), and a tax
    at a standard rate is its base times its rate (BR-CO-17)."""
    doubts: list[str] = []
    if gross is not None and gross.value not in {*expected}:
        doubts.append(InvoiceReason.RULE_15.value)
    if any(_is_apart(row) for row in rows):
        doubts.append(InvoiceReason.RULE_17.value)
    return doubts


def _is_apart(row: TaxBreakdown) -> bool:
    if row.category != "S" or row.base is None or row.tax is None or row.rate is None:
        return False
    computed = (row.base.value * row.rate.value / 100).quantize(_CENT, ROUND_HALF_UP)
    return abs(computed - row.tax.value) >= 1

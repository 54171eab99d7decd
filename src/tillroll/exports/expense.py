"""An expense as a file shows it."""

from dataclasses import asdict, dataclass

from tillroll.receipts.amounts.currencies import minor_digits
from tillroll.receipts.amounts.money import Money


@dataclass(frozen=True, slots=True)
class ExportedExpense:
    """Days are YYYY-MM-DD; amounts are decimal strings with the currency's digits, below zero where money came back.

    The `base_` members are the expense in its account's base currency, at `rate` of `rate_date`; None where it has
    none. `file_name` is the name that the receipt was uploaded with.
    """

    id: str
    receipt_id: str
    date: str
    merchant: str
    registered_name: str | None
    total: str
    tax: str | None
    currency: str
    category: str | None
    document_kind: str | None
    receipt_number: str | None
    due_date: str | None
    amount_due: str | None
    buyer: str | None
    base_currency: str | None
    base_total: str | None
    base_tax: str | None
    rate: str | None
    rate_date: str | None
    file_name: str | None

    def as_dict(self) -> dict[str, str | None]:
        """By the names of the members; what such a dict unpacks to is the same expense again."""
        return asdict(self)


def decimal_amount(minor: int | None, currency: str | None) -> str | None:
    """Minor units as a decimal string; None where there is no amount."""
    return None if minor is None or currency is None else Money(minor, currency).to_decimal_string()


def digits_of(currency: str) -> int:
    """How many digits an amount of the currency has behind its point."""
    return minor_digits(currency)

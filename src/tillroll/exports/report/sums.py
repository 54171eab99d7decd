"""The totals of a report."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from tillroll.exports.expense import ExportedExpense, digits_of

NO_CATEGORY = "Without a category"


@dataclass
class Sum:
    """Of `count` lines in one currency."""

    currency: str
    count: int = 0
    total: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)

    def add(self, total: str, tax: str | None) -> None:
        self.count += 1
        self.total += Decimal(total)
        self.tax += Decimal(tax or 0)

    @property
    def total_text(self) -> str:
        return f"{self.total:.{digits_of(self.currency)}f}"

    @property
    def tax_text(self) -> str:
        return f"{self.tax:.{digits_of(self.currency)}f}"


def by_currency(expenses: Iterable[ExportedExpense]) -> list[Sum]:
    """In the order of the currencies' codes."""
    found: dict[str, Sum] = {}
    for each in expenses:
        found.setdefault(each.currency, Sum(each.currency)).add(each.total, each.tax)
    return [found[currency] for currency in sorted(found)]


def in_base(expenses: Iterable[ExportedExpense], base_currency: str) -> tuple[Sum, int]:
    """The sum of what is known in the base currency, and how many expenses are not: their rate is missing."""
    found, unknown = Sum(base_currency), 0
    for each in expenses:
        if each.currency == base_currency:
            found.add(each.total, each.tax)
        elif each.base_currency == base_currency and each.base_total is not None:
            found.add(each.base_total, each.base_tax)
        else:
            unknown += 1
    return found, unknown


def by_category(expenses: Iterable[ExportedExpense]) -> Mapping[str, list[Sum]]:
    """By name, what has no category last; a split expense by its parts."""
    found: dict[str, dict[str, Sum]] = {}
    for each in expenses:
        for share in each.shares:
            sums = found.setdefault(share.category or NO_CATEGORY, {})
            sums.setdefault(each.currency, Sum(each.currency)).add(share.total, share.tax)
    names = sorted(found, key=lambda name: (name == NO_CATEGORY, name.casefold(), name))
    return {name: [found[name][currency] for currency in sorted(found[name])] for name in names}

"""How a program wants its file: columns, marks and forms, and the accounts that categories are booked on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final


class DateForm(StrEnum):
    """How a day is written."""

    ISO = "YYYY-MM-DD"
    GERMAN = "DD.MM.YYYY"
    BRITISH = "DD/MM/YYYY"
    AMERICAN = "MM/DD/YYYY"

    def write(self, day: str) -> str:
        """`day` is YYYY-MM-DD."""
        return date.fromisoformat(day).strftime(_FORMS[self])


_FORMS: Final = {
    DateForm.ISO: "%Y-%m-%d",
    DateForm.GERMAN: "%d.%m.%Y",
    DateForm.BRITISH: "%d/%m/%Y",
    DateForm.AMERICAN: "%m/%d/%Y",
}


@dataclass(frozen=True, slots=True)
class Coding:
    """Where an amount is booked: the account, the program's own code of the tax, the cost centre; None where open."""

    account: str | None = None
    tax_code: str | None = None
    cost_centre: str | None = None


INPUT_TAX: Final[Mapping[str, str]] = {"19": "9", "7": "8"}
"""DATEV's BU-Schlüssel of German input tax, by the rate in percent."""


@dataclass(frozen=True, slots=True)
class DatevClient:
    """Whose books DATEV keeps: the numbers of the consultant (1001 to 9999999) and of the client (1 to 99999), on which
    day (MM-DD) the fiscal year begins, and how long the numbers of general ledger accounts are (4 to 8)."""

    consultant: int
    client: int
    fiscal_year_begin: str = "01-01"
    account_length: int = 4

    @staticmethod
    def tax_code_of(coding: Coding, rate: str | None, *, is_one_of_several: bool) -> str:
        """The BU-Schlüssel of an amount at a rate. A category's own code holds, unless it is one of a rate, and the
        expense has another; without one, DATEV's account says the rate, unless the expense has several."""
        if rate is None or coding.tax_code not in {None, *INPUT_TAX.values()}:
            return coding.tax_code or ""
        if coding.tax_code is None and not is_one_of_several:
            return ""
        return INPUT_TAX.get(rate, "")

    def fiscal_year_of(self, day: date) -> date:
        """The first day of the fiscal year that a day is in."""
        month, number = map(int, self.fiscal_year_begin.split("-"))
        begin = day.replace(month=month, day=number)
        if begin <= day:
            return begin
        return date.min if begin.year == date.min.year else begin.replace(year=begin.year - 1)


@dataclass(frozen=True, slots=True)
class Profile:
    """What a person chose once. Empty `columns` are all, in their order; None leaves the format its own form. A split
    expense has a row for each part, `with_parts`, or one.

    `codings` are by category; `other` holds for all categories without one. `contra_account` is what is credited.
    """

    columns: Sequence[str] = ()
    with_parts: bool = True
    delimiter: str = ","
    decimal_mark: str = "."
    date_form: DateForm | None = None
    codings: Mapping[str, Coding] = field(default_factory=dict[str, Coding])
    other: Coding = Coding()
    contra_account: str | None = None
    datev: DatevClient | None = None

    def coding_of(self, category: str | None) -> Coding:
        """The category's coding, with what it leaves open from that of all others."""
        own = self.codings.get(category or "", Coding())
        return Coding(
            own.account or self.other.account,
            own.tax_code or self.other.tax_code,
            own.cost_centre or self.other.cost_centre,
        )

    def has_account(self, category: str | None) -> bool:
        """Whether the category has an account of its own, and is not booked as all others."""
        return self.codings.get(category or "", Coding()).account is not None

    def number(self, amount: str) -> str:
        """A decimal string with the profile's mark."""
        return amount.replace(".", self.decimal_mark)

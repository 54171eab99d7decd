"""The BU-Schlüssel of a booking in DATEV, by how an expense is taxed and at which rate. Pure.

DATEV's standard keys of German VAT: 9 and 8 deduct input tax of 19 and 7 percent; 19 and 18 owe and
deduct the tax of an acquisition from the EU, 13 and 12 owe it alone; 94 owes and deducts the tax of
section 13b UStG at 19 percent, 95 owes it alone; 40 lifts an account's automatic. Beside 94 and 95
the field "Sachverhalt L+L" says which case of section 13b it is: 7 services of a firm in the EU, 1
of a firm elsewhere abroad. Sources: "Buchungsstapel" on developer.datev.de, and the published table
of keys at wissen.buchhaltungsbutler.de, article 11408521543581. An automatic account takes no key.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tillroll.expenses.exported import ExportedExpense, Share, has_amount
from tillroll.expenses.sellers import EU, OTHER_TAX_CATEGORIES, OWED_CATEGORIES
from tillroll.exports.writers.formats import Coding

INPUT_TAX: Final[Mapping[str, str]] = {"19": "9", "7": "8"}
"""Keys of German input tax, by the rate in percent."""
# By whether the tax is deducted, and by the rate.
_ACQUISITION: Final[Mapping[bool, Mapping[str, str]]] = {
    True: {"19": "19", "7": "18"},
    False: {"19": "13", "7": "12"},
}
_SECTION_13B: Final[Mapping[bool, Mapping[str, str]]] = {
    True: {"19": "94"},
    False: {"19": "95"},
}
_WITHOUT_AUTOMATIC: Final = "40"
_SERVICES_FROM_EU: Final = "7"
_SERVICES_FROM_ELSEWHERE: Final = "1"
OWED: Final = frozenset({"eu_services", "other_services", "domestic_reverse", "eu_goods"})
"""How an expense is taxed on which the company owes the tax."""
HOME: Final = "DE"
"""The country whose tax these keys are of."""
HOME_CURRENCY: Final = "EUR"
"""What a document at home is in. The tax of one in another currency may be another country's."""


class Lack(StrEnum):
    """Why a line has no key that a person may expect."""

    OPEN = "open"
    """Nobody decided how it is taxed, and its document says that it is no domestic purchase."""
    RATE = "rate"
    """It has tax at a rate without a key."""
    KEY = "key"
    """It has tax, and nothing says at which rate, or how it is deducted."""
    REVERSE_CHARGE = "reverse_charge"
    """The company owes the tax, and no key tells which case of section 13b it is."""


@dataclass(frozen=True)
class BookedTax:
    """`key` is the BU-Schlüssel, `case` the "Sachverhalt L+L"; both are empty where there is
    none.
    """

    key: str = ""
    case: str = ""
    lack: Lack | None = None


def key_of(
    expense: ExportedExpense, share: Share, coding: Coding, *, is_deducted: bool
) -> BookedTax:
    """The key of a share. A decision of how the expense is taxed holds before the category's code,
    and that before the rate."""
    treatment = expense.tax_treatment
    if treatment is None:
        return _undecided(expense, share, coding, is_deducted=is_deducted)
    if treatment in OWED and is_owed(expense, share):
        return _owed(expense, coding, is_deducted=is_deducted)
    if treatment in {"foreign_tax", "no_tax"}:
        return _without_tax(coding)
    if treatment == "import":
        own = _own_key(coding)
        if has_amount(share.tax) and not own:
            return BookedTax(lack=Lack.KEY)
        return BookedTax(key=own)
    return _charged(share, coding, is_deducted=is_deducted)


def is_owed(expense: ExportedExpense, share: Share) -> bool:
    """Whether the company owes the tax of a share: the seller charged none of it."""
    if has_amount(share.tax):
        return False
    return share.vat_category in OWED_CATEGORIES or not has_amount(expense.tax)


def is_open(expense: ExportedExpense, share: Share) -> bool:
    """Whether the tax report leaves open how a share of the expense is taxed. What is without tax
    in another currency has no key anyway.
    """
    vat_category = share.vat_category
    if vat_category in OTHER_TAX_CATEGORIES:
        return True
    if vat_category in OWED_CATEGORIES:
        return vat_category != "O" or expense.seller_country != HOME
    if expense.currency != HOME_CURRENCY and has_amount(share.tax):
        return True
    return expense.seller_country not in {None, HOME}


def _undecided(
    expense: ExportedExpense,
    share: Share,
    coding: Coding,
    *,
    is_deducted: bool,
) -> BookedTax:
    if not is_open(expense, share):
        return _charged(share, coding, is_deducted=is_deducted)
    # A category's own code is a decision for all that is of it, unless it deducts German tax.
    if _own_key(coding) or coding.account_is_automatic:
        return BookedTax(key=_own_key(coding))
    return BookedTax(lack=Lack.OPEN)


def _own_key(coding: Coding) -> str:
    """The category's code, where it is none that the rate of an expense replaces."""
    if coding.tax_code is None or coding.tax_code in INPUT_TAX.values():
        return ""
    return coding.tax_code


def _owed(expense: ExportedExpense, coding: Coding, *, is_deducted: bool) -> BookedTax:
    if coding.account_is_automatic:
        return BookedTax()
    rate = expense.tax_rate_owed or ""
    case = ""
    if expense.tax_treatment == "eu_goods":
        key = _ACQUISITION[is_deducted].get(rate, "")
    else:
        key = _SECTION_13B[is_deducted].get(rate, "")
        case = _case_of(expense)
    if key and (case or expense.tax_treatment == "eu_goods"):
        return BookedTax(key, case)
    if _own_key(coding):
        return BookedTax(key=_own_key(coding))
    return BookedTax(lack=Lack.REVERSE_CHARGE)


def _case_of(expense: ExportedExpense) -> str:
    """Supplies of a firm in Germany, such as of a builder, are of several cases: the document does
    not say which. Where no country was read, the person who decided knows that it is abroad.
    """
    if expense.tax_treatment == "eu_services":
        return _SERVICES_FROM_EU
    if expense.tax_treatment == "domestic_reverse":
        return ""
    if expense.seller_country in EU:
        return ""
    return _SERVICES_FROM_ELSEWHERE


def _without_tax(coding: Coding) -> BookedTax:
    if coding.account_is_automatic:
        return BookedTax(key=_WITHOUT_AUTOMATIC)
    return BookedTax()


def _charged(share: Share, coding: Coding, *, is_deducted: bool) -> BookedTax:
    """The key of what the seller charged."""
    if not is_deducted:
        return _without_tax(coding)
    own = _own_key(coding)
    if own:
        return BookedTax(key=own)
    return _by_rate(share, coding)


def _by_rate(share: Share, coding: Coding) -> BookedTax:
    if share.rate is None:
        return _without_rate(share, coding)
    key = INPUT_TAX.get(share.rate, "")
    if coding.account_is_automatic and key:
        return BookedTax()
    if not key and has_amount(share.tax):
        return BookedTax(lack=Lack.RATE)
    if not key:
        return _without_tax(coding)
    return BookedTax(key=key)


def _without_rate(share: Share, coding: Coding) -> BookedTax:
    """Take the tax code of the category, since nothing says the rate."""
    key = coding.tax_code or ""
    if not key and not coding.account_is_automatic and has_amount(share.tax):
        return BookedTax(lack=Lack.KEY)
    return BookedTax(key=key)

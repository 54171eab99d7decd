"""How a share of an expense is taxed, as the books have it: its word, and its net and tax. Pure.

A person's decision holds. Without one, the e-invoice's VAT category and the seller's country say
whether it is the tax of the company's own country; where they say otherwise, a person is asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from tillroll.books.syncs.tax_words import EXEMPT, NOT_DEDUCTED
from tillroll.expenses.exported import ExportedExpense, Share, has_amount
from tillroll.expenses.sellers import OTHER_TAX_CATEGORIES, OWED_CATEGORIES
from tillroll.tax.rules import NEVER_DEDUCTED, OWED, Treatment
from tillroll_documents.money import minor_from_decimal_string, written_rate

_EXEMPT_CATEGORY: Final = "E"
_OUTSIDE_CATEGORY: Final = "O"
_HOME: Final = frozenset({None, Treatment.DOMESTIC.value})
_OWED: Final = frozenset(each.value for each in OWED)
_NEVER_DEDUCTED: Final = frozenset(each.value for each in NEVER_DEDUCTED)


@dataclass(frozen=True)
class Taxed:
    """A line's net and tax in minor units. `word` is how it is taxed; None where it is taxed at
    home, at the rate of its share.
    """

    net: int
    tax: int
    word: str | None = None


def is_open(expense: ExportedExpense, shares: Sequence[Share], home: str | None) -> bool:
    """Whether a person must say how the expense is taxed. `home` is the company's country, None
    where nobody knows it.
    """
    treatment = expense.tax_treatment
    if treatment in _OWED:
        # The document charges tax, and a person says that the company owes it.
        return not any(_is_owed(expense, share) for share in shares)
    if treatment is not None:
        return False
    if home is not None and expense.seller_country not in {None, home}:
        return True
    return any(_is_doubtful(expense, share, home) for share in shares)


def _is_doubtful(expense: ExportedExpense, share: Share, home: str | None) -> bool:
    category = share.vat_category
    if category in OTHER_TAX_CATEGORIES:
        return True
    if category not in OWED_CATEGORIES:
        return False
    return category != _OUTSIDE_CATEGORY or home is None or expense.seller_country != home


def _is_owed(expense: ExportedExpense, share: Share) -> bool:
    """Whether the company owes the tax of a share: the seller charged none of it."""
    if has_amount(share.tax):
        return False
    return share.vat_category in OWED_CATEGORIES or not has_amount(expense.tax)


def taxed_lines(expense: ExportedExpense, share: Share, sign: int) -> Sequence[Taxed]:
    """The lines of a share of an expense that is not open. There are two where a part of its tax is
    deducted.
    """
    total = sign * minor_from_decimal_string(share.total, expense.currency)
    tax = 0
    if share.tax is not None:
        tax = sign * minor_from_decimal_string(share.tax, expense.currency)
    word = _word(expense, share)
    if word is not None and word in _NEVER_DEDUCTED:
        return [Taxed(total, 0, word)]
    percent = expense.tax_deductible
    if percent == 100:
        return [Taxed(total - tax, tax, word)]
    if word is not None and expense.tax_treatment in _OWED:
        return _in_two(Taxed(total, 0, word), f"{word}:{NOT_DEDUCTED}", percent)
    if not tax:
        return [Taxed(total, 0, word)]
    return _in_two(Taxed(total - tax, tax, word), NOT_DEDUCTED, percent)


def _word(expense: ExportedExpense, share: Share) -> str | None:
    treatment = expense.tax_treatment
    if treatment in _OWED and _is_owed(expense, share):
        return f"{treatment}:{written_rate(expense.tax_rate_owed or '0')}"
    if treatment in _NEVER_DEDUCTED or treatment == Treatment.IMPORT.value:
        return treatment
    if share.vat_category == _EXEMPT_CATEGORY and not has_amount(share.tax):
        return EXEMPT
    if treatment in _HOME and share.vat_category == _OUTSIDE_CATEGORY:
        return Treatment.NO_TAX.value
    return None


def _in_two(line: Taxed, other_word: str, percent: int) -> Sequence[Taxed]:
    """What is deducted, and what is not: its tax is a part of the cost."""
    net = _percent(line.net, percent)
    tax = _percent(line.tax, percent)
    other = Taxed(line.net - net + line.tax - tax, 0, other_word)
    if percent == 0:
        return [other]
    return [Taxed(net, tax, line.word), other]


def _percent(amount: int, percent: int) -> int:
    return int((Decimal(amount) * percent / 100).quantize(Decimal(1), ROUND_HALF_EVEN))

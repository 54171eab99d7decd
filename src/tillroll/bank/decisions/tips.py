"""Who may get a tip: restaurants and taxis, by their names or the expense's category. Pure."""

from collections.abc import Iterable
from typing import Final

from tillroll.expenses.sorting.proposing.kinds import Kind, Sorted, category_of
from tillroll.expenses.sorting.proposing.propose import words_of_merchants
from tillroll_documents.reading.text.folding import (
    fold,
)

_TAXIS: Final = ("taxi", "taksi", "taksow", "teksi", "cab")
"""Parts of words for taxis, folded."""


def may_have_tip(names: Iterable[str], category: str | None, starter: str | None = None) -> bool:
    """Whether a purchase may have a tip.

    `starter` is which of a starter set the category is, None for an own one.
    """
    if category is not None and category_of(Kind.MEALS, [Sorted(category, starter)]) is not None:
        return True
    return any(_is_of_tips(name) for name in names)


def _is_of_tips(name: str) -> bool:
    for each in words_of_merchants().find(name):
        is_taxi = each.kind is Kind.FARES and any(part in fold(each.words) for part in _TAXIS)
        if each.kind is Kind.MEALS or is_taxi:
            return True
    return False

"""Dollar signs that were read as digits: "S93.58" and "522.95" for $93.58 and $22.95.

Several of them add up as well as the true amounts do, so on a receipt that marks its amounts one without a mark that
begins like the sign confirms nothing.
"""

from collections.abc import Sequence
from typing import Final

from tillroll.receipts.amounts.labels import LabelledAmount
from tillroll.receipts.page.page import Page

_FEWEST_MARKED: Final = 3
_LEAST_MARKED: Final = 0.6
"""Share of the amounts: below, marks stand at some of them only."""
_LOOKS_LIKE_MARK: Final = frozenset("S58")


def doubt_lost_marks(page: Page, labelled: Sequence[LabelledAmount]) -> list[LabelledAmount]:
    """The amounts, with those doubted whose first digit may be a dollar sign."""
    printed = {line.index: line.plain for line in page.lines}
    exact = [item for item in labelled if item.amount.exact]
    marked = sum("$" in _text(item, printed) for item in exact)
    if marked < _FEWEST_MARKED or marked < _LEAST_MARKED * len(exact):
        return [*labelled]
    return [
        item._replace(amount=item.amount._replace(doubtful=True))
        if _text(item, printed)[0] in _LOOKS_LIKE_MARK
        else item
        for item in labelled
    ]


def _text(item: LabelledAmount, printed: dict[int, str]) -> str:
    return printed[item.line][item.amount.start : item.amount.end]

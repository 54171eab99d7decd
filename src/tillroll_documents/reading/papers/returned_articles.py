"""Whether the amounts below a title that says refund contradict it: then the title is that of one
article which came back, and the paper is a purchase.

A paper under a title is money back where its amounts have one sign. It is doubted where an article
has the other sign than a total above zero, or where the total is reached only by taking off what
stands right below the title: "RETURN / shirt 15.00 / trousers 35.00 / TOTAL 20.00". Where the
articles come to the total with the other sign (-35.00 and 15.00, "TOTAL 20.00"), the title is
right: the till printed the sum of a refund without its minus. A tax or a card payment above zero
proves nothing, as tills print both so on refunds too.
"""

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Final

from tillroll_documents.reading.totals.figures import PRICES
from tillroll_documents.reading.totals.labels import TOTALS, LabelledAmount, Role

_SUMS: Final = TOTALS | {Role.SUBTOTAL, Role.NET, Role.AMOUNT}
_MOST_ARTICLES: Final = 60
"""A receipt has fewer; a hostile page has thousands."""


def contradicts_title(labelled: Sequence[LabelledAmount], title: int) -> bool:
    """Whether the paper's amounts say that its title, on the line of that index, is not its own."""
    exact = [item for item in labelled if item.amount.exact and item.amount.minor]
    sums = [item for item in exact if item.role in _SUMS]
    if not sums:
        sums = [item for item in exact if item.role is Role.PAID]
    if not sums or any(item.amount.minor < 0 for item in sums):
        return False
    values = {item.amount.minor for item in sums}
    articles = _articles(exact, last=max(item.line for item in sums))
    balance = sum(articles.values())
    if any(minor < 0 for minor in articles.values()):
        return balance in values or -balance not in values
    if balance in values:
        return False
    returned = (minor for line, minor in articles.items() if line > title)
    return any(balance - 2 * part in values for part in _parts(returned))


def contradicts_label(
    labelled: Sequence[LabelledAmount],
    lines: Iterable[int],
) -> bool:
    """Whether the total that names a refund, on one of these lines, is that of the articles that
    came back: another total stands below it.
    """
    named = frozenset(lines)
    totals = [item for item in labelled if item.role in TOTALS and item.amount.exact]
    back = {abs(item.amount.minor) for item in totals if item.line in named}
    return any(
        item.amount.minor > 0 and item.amount.minor not in back and item.line > max(named)
        for item in totals
    )


def _articles(exact: Sequence[LabelledAmount], last: int) -> dict[int, int]:
    """The last price of each line above the last sum, by the line's index."""
    prices = [item for item in exact if item.role in PRICES and not item.in_summary]
    by_line = {item.line: item.amount.minor for item in prices if item.line < last}
    return dict(list(by_line.items())[:_MOST_ARTICLES])


def _parts(minors: Iterable[int]) -> list[int]:
    """The sums of the first one, two, three … amounts."""
    return list(accumulate(minors))

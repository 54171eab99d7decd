"""Input tax that a discount takes back. Pure.

Who pays 2 or 3 % less since they pay soon deducts less tax: section 17 (1) sentence 2 UStG, and
Articles 184 and 185 of Directive 2006/112/EC. The correction belongs to the period of the change,
which is that of the payment: section 17 (1) sentence 8 UStG, and section 17.1 (2) UStAE. It holds
for tax that the company owes itself, too: section 17 (1) sentence 5 UStG.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from tillroll.tax.rules import Figures, Placed
from tillroll.tax.shares import in_proportion, share


@dataclass(frozen=True)
class DiscountsRequest:
    """The days of which discounts are asked for, both included."""

    account_id: str
    first: date
    last: date


@dataclass(frozen=True)
class Discount:
    """What was not paid of an expense since it was paid soon.

    Attributes:
        id: of the discount, and of its taking back.
        day: on which it counts: that of the payment.
        amount: in minor units of the expense's currency, with the sign of its total; the opposite
            sign takes an earlier one back.
        payment_id: of what was paid, such as an entry of the bank.
        decided_at: when somebody accepted it, or took it back (UTC text).
    """

    id: str
    expense_id: str
    day: date
    amount: int
    payment_id: str
    decided_at: str


def corrections_of(placed: Sequence[Placed], amount: int, total: int) -> Iterator[Placed]:
    """What a discount takes off each row of an expense, in proportion to its gross amount.

    `amount` is the discount, and `total` the expense, in one currency. The figures count no
    expense: it stands in its own period.
    """
    weights = [each.figures.gross for each in placed]
    less = in_proportion(amount, sum(weights), total)
    for row, gross in zip(placed, share(less, weights), strict=True):
        if gross:
            yield Placed(row.key, _less(row.figures, gross))


def _less(figures: Figures, gross: int) -> Figures:
    """The part of a row's figures that `gross` is of its own, below zero."""

    def part(amount: int) -> int:
        return in_proportion(amount, gross, figures.gross)

    tax = part(figures.tax)
    deductible = part(figures.deductible)
    return Figures(
        0,
        net=tax - gross,
        tax=-tax,
        gross=-gross,
        deductible=-deductible,
        not_deductible=deductible - tax,
        owed=-part(figures.owed),
        owed_deductible=-part(figures.owed_deductible),
    )

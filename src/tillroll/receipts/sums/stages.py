"""Totals before and after something: a rounding to the smallest coin, a tax, a tip, a service. The later was paid."""

from collections.abc import Sequence
from itertools import product
from typing import Final

from tillroll.receipts.amounts.cash_rounding import Coins
from tillroll.receipts.amounts.figures import Figures
from tillroll.receipts.amounts.labels import LabelledAmount, Role
from tillroll.receipts.weighing import weights
from tillroll.receipts.weighing.scoring import Candidate, ranked

_LEADING: Final = 30
"""So many candidates are compared with each other; a long invoice has thousands of amounts."""
_LABELLED_TOTAL: Final = frozenset({"labelled_payable", "labelled_total", "labelled_rounded_total"})
_LABELLED_SUM: Final = _LABELLED_TOTAL | {"labelled_gross", "labelled_amount", "labelled_subtotal"}
_SETTLED: Final = frozenset({"equals_paid_minus_change", "equals_total_rounded"})
_NEAR_ROLES: Final = frozenset(
    {Role.PAYABLE, Role.TOTAL, Role.ROUNDED_TOTAL, Role.AMOUNT, Role.GROSS_OR_TAX, Role.PAID, Role.CHANGE}
)


def weigh_stages(
    candidates: Sequence[Candidate[int]], labelled: Sequence[LabelledAmount], figures: Figures, unit: int
) -> None:
    """Weigh each candidate against what stands below it. `unit` is what cash is rounded to, in minor units, or 0."""
    leading = ranked(candidates)[:_LEADING]
    for earlier, later in product(leading, leading):
        apart = later.value - earlier.value
        if apart and earlier.line.index < later.line.index:
            is_total = bool(_LABELLED_TOTAL & later.reasons.keys())
            stages = {
                "before_rounding": apart in figures.roundings
                or (-unit < apart < unit and _is_adjusted(earlier, later, labelled)),
                "before_tip": apart in figures.tips,
                "before_tax": apart in figures.taxes and is_total,
                "before_service": apart in figures.services and is_total,
            }
            earlier.give_all(stages, weights.TOTAL)
            if stages["before_rounding"] and _LABELLED_SUM & earlier.reasons.keys():
                later.give("equals_total_rounded", weights.TOTAL)


def _is_adjusted(earlier: Candidate[int], later: Candidate[int], labelled: Sequence[LabelledAmount]) -> bool:
    """Whether what is between two sums is printed between them, whatever its label."""
    apart = abs(later.value - earlier.value)
    between = range(earlier.line.index, later.line.index + 1)
    return any(abs(item.amount.minor) == apart and item.amount.exact and item.line in between for item in labelled)


def doubt_before_rounding(
    candidates: Sequence[Candidate[int]], labelled: Sequence[LabelledAmount], figures: Figures, coins: Coins
) -> None:
    """Doubt the best total where another sum is less than the smallest coin away, and nothing says why; and one that no
    coins pay where coins were handed over and no change says what was kept."""
    unit = coins.unit
    for best in ranked(candidates)[:1] if unit else ():
        is_uneven = best.value % unit != 0
        is_settled = bool(_SETTLED & best.reasons.keys())
        signs = {
            "before_rounding": is_uneven and any((best.value + r) % unit == 0 for r in figures.roundings if r),
            "near_another": not is_settled
            and (
                _has_near(best, labelled, figures, unit)
                or (coins.always and is_uneven and _is_paid_in_coins(best.value, figures, unit))
            ),
        }
        best.give_all(signs, weights.TOTAL)


def _is_paid_in_coins(total: int, figures: Figures, unit: int) -> bool:
    """Whether what was handed over is more than the uneven total, and coins."""
    return total not in figures.paid and any(paid > total and paid % unit == 0 for paid in figures.paid)


def _has_near(best: Candidate[int], labelled: Sequence[LabelledAmount], figures: Figures, unit: int) -> bool:
    """Where the other is uneven and stands above an even one, that one is what rounding left."""
    is_even = best.value % unit == 0
    handed_over = {paid - change for paid, change in product(figures.paid, figures.change)}
    if any(0 < abs(value - best.value) < unit for value in handed_over):
        return True
    for item in labelled:
        value, is_below = item.amount.minor, item.line > best.line.index
        if not 0 < abs(value - best.value) < unit or item.in_summary:
            continue
        is_even_below = item.role is Role.NONE and item.amount.exact and is_below and value % unit == 0 and not is_even
        is_sum = item.role in _NEAR_ROLES and not (is_even and value % unit and not is_below)
        if is_even_below or is_sum:
            return True
    return False

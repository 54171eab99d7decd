"""The total: every amount that may be it, weighed by its label and by what else on the receipt agrees with it."""

import re
from collections.abc import Sequence
from itertools import product
from typing import Final

from tillroll.receipts.amounts.cash_rounding import Coins
from tillroll.receipts.amounts.columns import sums_above
from tillroll.receipts.amounts.figures import Figures
from tillroll.receipts.amounts.labels import LabelledAmount, Role
from tillroll.receipts.page.transcript import Line
from tillroll.receipts.sums.stages import doubt_before_rounding, weigh_stages
from tillroll.receipts.sums.tax_rates import contains_tax
from tillroll.receipts.weighing import weights
from tillroll.receipts.weighing.scoring import Candidate, ranked

AGREEMENTS: Final = frozenset(
    {
        "printed_again_as_total",
        "equals_paid_minus_change",
        "equals_paid_minus_change_rounded",
        "equals_paid",
        "equals_net_plus_tax",
        "equals_subtotal_and_adjustments",
        "equals_sum_of_lines",
        "equals_lines_above",
        "equals_tax_table",
        "equals_total_rounded",
    }
)
"""Reasons that corroborate a total: another part of the receipt says the same. A tax that fits its rate is none of
them: a total with another last digit contains the same tax."""

_SUMS_MADE: Final = frozenset({"equals_net_plus_tax", "equals_subtotal_and_adjustments", "equals_sum_of_lines"})

REPETITIONS: Final = frozenset({"printed_again_as_total", "equals_paid"})
"""Agreements in which no sum is made: the same amount, printed twice."""

_LABELS: Final = {
    Role.PAYABLE: "labelled_payable",
    Role.TOTAL: "labelled_total",
    Role.ROUNDED_TOTAL: "labelled_rounded_total",
    Role.ROUNDING: "labelled_rounded_total",  # when it is too much to be rounded off
    Role.GROSS_OR_TAX: "labelled_gross",
    Role.AMOUNT: "labelled_amount",
    Role.SUBTOTAL: "labelled_subtotal",
    Role.PAID: "labelled_paid",
    Role.NONE: "unlabelled",
}
_TOTAL_ROLES: Final = frozenset({Role.PAYABLE, Role.TOTAL, Role.ROUNDED_TOTAL})
_LABELLED_TOTAL: Final = frozenset(_LABELS[role] for role in _TOTAL_ROLES)
_NOT_SUMS: Final = frozenset({Role.NONE, Role.COUNT, Role.IGNORED, Role.DISCOUNT, Role.VOUCHER})
_NO_COINS: Final = Coins()
_LEADING_ZERO: Final = re.compile(r"[^0-9]*0[0-9]")


def find_totals(
    lines: Sequence[Line], labelled: Sequence[LabelledAmount], figures: Figures, coins: Coins = _NO_COINS
) -> list[Candidate[int]]:
    """Candidates for the total in minor units, one for each different amount above zero. `lines` are all of the
    transcript."""
    first_sum = next((item.line for item in labelled if item.role not in _NOT_SUMS), len(lines))
    by_value: dict[int, list[LabelledAmount]] = {}
    for item in labelled:
        if _may_be_total(item, first_sum, figures):
            by_value.setdefault(item.amount.minor, []).append(item)
    candidates = [_candidate(value, items, lines) for value, items in by_value.items()]
    for candidate in candidates:
        _weigh_agreement(candidate, figures)
        _weigh_column(candidate, labelled)
    weigh_stages(candidates, labelled, figures, coins.unit)
    _weigh_others_below(candidates, labelled)
    _doubt_best(candidates, figures)
    doubt_before_rounding(candidates, labelled, figures, coins)
    return candidates


def _may_be_total(item: LabelledAmount, first_sum: int, figures: Figures) -> bool:
    if item.amount.minor <= 0 or (item.role is Role.ROUNDING and item.amount.minor in figures.roundings):
        return False
    if item.role is Role.NONE:
        return item.amount.exact and item.line > first_sum
    return item.role in _LABELS and (item.amount.exact or item.amount.marked)


def _candidate(value: int, items: Sequence[LabelledAmount], lines: Sequence[Line]) -> Candidate[int]:
    """The candidate stands where its strongest label is; of equal ones the last."""

    def strength(item: LabelledAmount) -> int:
        against = (
            weights.TOTAL["in_tax_table"] * item.in_summary + weights.TOTAL["point_not_read"] * item.amount.repaired
        )
        return weights.TOTAL[_LABELS[item.role]] + against

    best = max(reversed(items), key=strength)
    candidate = Candidate(value, lines[best.line], best.amount.start, best.amount.end)
    named = {item.line for item in items if item.role in _TOTAL_ROLES and not (item.in_summary or item.amount.doubtful)}
    signs = {
        _LABELS[best.role]: True,
        "in_tax_table": best.in_summary,
        "point_not_read": best.amount.repaired,
        "printed_again_as_total": len(named) > 1,
        "leading_zero": bool(_LEADING_ZERO.match(candidate.line.plain[candidate.start : candidate.end])),
    }
    candidate.give_all(signs, weights.TOTAL)
    return candidate


def _weigh_agreement(candidate: Candidate[int], figures: Figures) -> None:
    value = candidate.value
    rounded = {value + rounding for rounding in figures.roundings}
    handed_over = {paid - change for paid, change in product(figures.paid, figures.change)}
    is_subtotal, is_paid = ("labelled_subtotal" in candidate.reasons), ("labelled_paid" in candidate.reasons)
    allowed = {paid + apart for paid, apart in product(handed_over, {0, *figures.vouchers})}
    signs = {
        "paid_otherwise": len(handed_over) == 1 and not (rounded | {value + tip for tip in figures.tips}) & allowed,
        "equals_paid_minus_change": value in handed_over,
        "equals_paid_minus_change_rounded": value not in handed_over and bool(rounded & handed_over),
        "equals_paid": value in figures.paid and not is_paid,
        "paid_with_change": is_paid and any(figures.change) and value not in handed_over,
        "equals_net_plus_tax": bool(rounded & figures.nets_with_tax),
        "equals_subtotal_and_adjustments": bool(rounded & figures.subtotals_adjusted) and not is_subtotal,
        "equals_sum_of_lines": bool(rounded & figures.lines_adjusted),
        "equals_tax_table": bool(rounded & figures.tax_table_sums),
        "contains_tax_at_rate": any(contains_tax(value, tax, figures.rates) for tax in figures.taxes),
    }
    candidate.give_all(signs, weights.TOTAL)
    if not (AGREEMENTS - REPETITIONS) & candidate.reasons.keys() and figures.made_twice - rounded - {value}:
        candidate.give("contradicted", weights.TOTAL)


def _weigh_column(candidate: Candidate[int], labelled: Sequence[LabelledAmount]) -> None:
    """Where no labels tell which amounts make the total, those right above it may."""
    if not _SUMS_MADE & candidate.reasons.keys() and _LABELLED_TOTAL & candidate.reasons.keys():
        sums = sums_above(labelled, candidate.line.index)
        candidate.give_all({"equals_lines_above": candidate.value in sums}, weights.TOTAL)


def _weigh_others_below(candidates: Sequence[Candidate[int]], labelled: Sequence[LabelledAmount]) -> None:
    """Where another final amount is printed below ("Receipt total", "Balance due"), it was split, or paid in part."""
    finals = [item for item in labelled if item.role is Role.PAYABLE and item.amount.minor > 0 and not item.in_summary]
    for candidate in candidates:
        below = {item.amount.minor for item in finals if item.line > candidate.line.index}
        if below - {candidate.value} and candidate.value not in below:
            candidate.give("other_payable_below", weights.TOTAL)


def _doubt_best(candidates: Sequence[Candidate[int]], figures: Figures) -> None:
    """Doubt the best one where it is less than its own parts. Others may well be: that makes the best no surer."""
    for best in ranked(candidates)[:1]:
        best.give_all({"less_than_its_parts": best.value + max(figures.roundings) < figures.least}, weights.TOTAL)

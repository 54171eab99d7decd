"""The amounts between the goods and the total: subtotal, discount, service charge, tip, rounding."""

from collections.abc import Sequence

from tillroll.receipts.amounts.figures import Figures
from tillroll.receipts.amounts.labels import LabelledAmount, Role
from tillroll.receipts.page.transcript import Line
from tillroll.receipts.weighing import weights
from tillroll.receipts.weighing.scoring import Candidate


def find_adjustments(
    role: Role, lines: Sequence[Line], labelled: Sequence[LabelledAmount], figures: Figures, total: int
) -> list[Candidate[int]]:
    """Candidates for the amount of a role in minor units, one for each different amount. `lines` are all of the
    transcript; `total` tells which amounts take part in the sum."""
    candidates: dict[int, Candidate[int]] = {}
    for item in labelled:
        if item.role is not role or not item.amount.exact:
            continue
        value = _rounded(item.amount.minor, figures, total) if role is Role.ROUNDING else abs(item.amount.minor)
        if role is Role.ROUNDING and abs(value) not in figures.roundings:
            continue
        known = candidates.get(value)
        if known is not None:
            known.give("printed_again", weights.ADJUSTMENT)
            continue
        candidate = Candidate(value, lines[item.line], item.amount.start, item.amount.end)
        adds_up = _adds_up(role, value, figures, total)
        signs = {
            "labelled": True,
            "adds_up": adds_up,
            "nothing": value == 0,
            "not_in_total": role is Role.TIP and not adds_up,
            "more_than_total": role in (Role.SERVICE, Role.TIP) and value > total,
            "in_tax_table": item.in_summary,
            "point_not_read": item.amount.repaired,
        }
        candidate.give_all(signs, weights.ADJUSTMENT)
        candidates[value] = candidate
    return list(candidates.values())


def _rounded(printed: int, figures: Figures, total: int) -> int:
    """The rounding with the sign that leads to the total: tills print either."""
    return -printed if total + printed in figures.sums and total - printed not in figures.sums else printed


def _adds_up(role: Role, value: int, figures: Figures, total: int) -> bool:
    """Whether this amount leads from, or to, another one that is printed."""
    if role is Role.SUBTOTAL:
        return value in figures.goods or any(
            total - rounding - value in figures.added for rounding in figures.roundings
        )
    before = total + value if role is Role.DISCOUNT else total - value
    return before in figures.sums or any(before - added in figures.sums for added in figures.added)

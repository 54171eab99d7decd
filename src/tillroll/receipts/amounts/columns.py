"""What the amounts right above a total add up to, whatever their labels say: food + liquor + tax, goods without a
subtotal, two subtotals and a tax."""

from collections.abc import Iterator, Sequence
from typing import Final

from tillroll.receipts.amounts.labels import LabelledAmount, Role

_FEWEST: Final = 2
_MOST: Final = 60
"""Lines. The longer the column, the likelier one of its sums is met by chance."""
_ENDS: Final = frozenset({Role.PAID, Role.CHANGE})
"""What is paid stands below the sum of a receipt: above it begins another one."""
_SKIPPED: Final = frozenset({Role.COUNT, Role.IGNORED})
_TAKEN_OFF: Final = frozenset({Role.DISCOUNT, Role.VOUCHER})


def sums_above(labelled: Sequence[LabelledAmount], line: int) -> frozenset[int]:
    """The sums, in minor units, of the last amounts of two or more lines that end right above a line."""
    sums: set[int] = set()
    total = 0
    for count, value in enumerate(_column(labelled, line), start=1):
        total += value
        if count >= _FEWEST:
            sums.add(total)
    return frozenset(sums)


def _column(labelled: Sequence[LabelledAmount], line: int) -> Iterator[int]:
    """The last exact amount of each line above, from below; what is taken off is negative, however it is printed."""
    last: dict[int, LabelledAmount] = {}
    for item in labelled:
        if item.line >= line:
            break
        if item.amount.exact and item.role not in _SKIPPED:
            last[item.line] = item
    for index in sorted(last, reverse=True)[:_MOST]:
        item = last[index]
        if item.role in _ENDS or item.amount.doubtful:
            return
        yield -abs(item.amount.minor) if item.role in _TAKEN_OFF else item.amount.minor

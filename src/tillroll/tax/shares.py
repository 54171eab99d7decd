"""Amounts in proportion, and shares that add up. Pure."""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal


def in_proportion(amount: int, to: int, of: int) -> int:
    """`amount` as `to` is of `of`, in whole minor units; all of it where `of` is nothing."""
    if not of:
        return amount
    return int((Decimal(amount) * to / of).quantize(Decimal(1), ROUND_HALF_EVEN))


def share(amount: int, weights: Sequence[int]) -> list[int]:
    """An amount over weights, so that the shares add up to it. Without weights, all of it stands
    with the first.
    """
    over = sum(weights)
    if not over:
        return [amount, *[0] * (len(weights) - 1)]
    shares: list[int] = []
    limit = reached = 0
    for weight in weights:
        reached += weight
        until = in_proportion(reached, amount, over)
        shares.append(until - limit)
        limit = until
    return shares

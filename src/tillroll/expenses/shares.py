"""Amounts shared out to the smallest unit, so that the shares add up. Pure."""

from collections.abc import Sequence


def share_out(amount: int, weights: Sequence[int]) -> list[int]:
    """`amount` minor units in the proportion of the weights, which have one sign, by the method of
    the largest remainder. Raises ValueError: the weights add up to nothing.
    """
    whole = sum(weights)
    if whole == 0:
        raise ValueError("amounts that add up to nothing give no proportion")
    shares = [amount * weight // whole for weight in weights]
    remainders = [abs(amount * weight % whole) for weight in weights]
    rest = amount - sum(shares)
    for place in sorted(range(len(weights)), key=lambda place: -remainders[place])[:rest]:
        shares[place] += 1
    return shares


def share_by_columns(columns: Sequence[int], rows: Sequence[int]) -> list[list[int]]:
    """Each column over the rows, in proportion to what the columns before left of them. Columns and
    rows, which have one sum and one sign, each add up.
    """
    rests = [*rows]
    shared: list[list[int]] = []
    for column in columns:
        shares = [0] * len(rests)
        if sum(rests) != 0:
            shares = share_out(column, rests)
        rests = [rest - share for rest, share in zip(rests, shares, strict=True)]
        shared.append(shares)
    return shared

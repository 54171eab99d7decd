"""An amount shared out so that nothing is lost."""

from collections.abc import Sequence


def share_out(amount: int, weights: Sequence[int]) -> list[int]:
    """`amount` minor units in the proportion of the weights, which have one sign. What rounding leaves goes to those
    that lost most by it, the first of equals first (the method of the largest remainder).

    Raises:
        ValueError: the weights add up to nothing.
    """
    whole = sum(weights)
    if whole == 0:
        raise ValueError("amounts that add up to nothing give no proportion")
    shares = [amount * weight // whole for weight in weights]
    remainders = [abs(amount * weight % whole) for weight in weights]
    left = amount - sum(shares)
    for place in sorted(range(len(weights)), key=lambda place: -remainders[place])[:left]:
        shares[place] += 1
    return shares

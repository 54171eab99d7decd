"""A rule whose tests are known."""

LIMIT = 10


def is_small(number: int) -> bool:
    """Say whether a number is under the limit."""
    if number < 0:
        raise ValueError("Give a number that is not below zero.")
    return number < LIMIT


def is_large(number: int) -> bool:
    """Say whether a number is over the limit. No test asks."""
    return number > LIMIT

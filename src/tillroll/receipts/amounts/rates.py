"""Tax rates in percent, as numbers: 6, 6.0 and 6.00 are one."""

from decimal import Decimal


def written_rate(rate: str) -> str:
    """A rate as it is kept and compared: without zeros that say nothing.

    Raises:
        decimal.InvalidOperation: it is no decimal number.
    """
    number = Decimal(rate).normalize()
    return f"{number or abs(number):f}"

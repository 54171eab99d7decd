"""Money as an integer of minor units and an ISO 4217 code. No float is used anywhere."""

import re
from dataclasses import dataclass

from tillroll.receipts.amounts.currencies import minor_digits

_DECIMAL = re.compile(r"(?P<sign>-?)(?P<whole>[0-9]{1,13})(?:\.(?P<fraction>[0-9]+))?")


class AmountError(ValueError):
    """A text is not a decimal amount of the currency; the message says how to write it."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount, e.g. `Money(1590, "MYR")` is 15.90 ringgit."""

    minor: int
    currency: str

    def to_decimal_string(self) -> str:
        """The amount with exactly the currency's digits: "15.90", "-0.02", "1200" (JPY), "1.234" (KWD)."""
        return decimal_string(self.minor, minor_digits(self.currency))


def decimal_string(minor: int, digits: int) -> str:
    """`minor` units written with `digits` digits after the point."""
    sign = "-" if minor < 0 else ""
    padded = str(abs(minor)).zfill(digits + 1)
    return f"{sign}{padded[:-digits]}.{padded[-digits:]}" if digits else f"{sign}{padded}"


def minor_from_decimal_string(text: str, currency: str) -> int:
    """Minor units of a decimal string such as "15.90"; fewer digits than the currency has are filled up ("15.9", "15").

    Raises AmountError when the text is no plain decimal number or has more digits than the currency.
    """
    digits = minor_digits(currency)
    match = _DECIMAL.fullmatch(text.strip())
    if match is None:
        raise AmountError(f"Write the amount as digits with a decimal point, such as {decimal_string(1290, digits)}.")
    fraction = match["fraction"] or ""
    if len(fraction) > digits:
        allowed = f"at most {digits} digits after the point" if digits else "no digits after the point"
        raise AmountError(f"{currency} amounts have {allowed}, such as {decimal_string(1290, digits)}.")
    minor = int(match["whole"] + fraction.ljust(digits, "0"))
    return -minor if match["sign"] else minor

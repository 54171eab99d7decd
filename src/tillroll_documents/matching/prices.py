"""Prices that are paid again and again, such as 3.50 for a coffee. Pure.

All amounts are whole minor units.
"""

from typing import Final

_SMALL: Final = {
    **dict.fromkeys(("AED", "BRL", "CNY", "PEN", "PLN", "QAR", "RON", "SAR"), 2_000),
    **dict.fromkeys(("DKK", "HKD", "NOK", "SEK", "ZAR"), 5_000),
    **dict.fromkeys(("CZK", "MXN", "THB", "TWD", "UAH"), 10_000),
    **dict.fromkeys(("INR", "PHP", "RSD", "TRY"), 20_000),
    "HUF": 200_000,
    "IDR": 5_000_000,
    **dict.fromkeys(("ISK", "JPY"), 700),
    "KRW": 6_000,
}
"""Below this, a price is small: about what a coffee costs."""

_SMALL_ELSEWHERE: Final = 500
"""What is small in other currencies: five units of one with cents."""
_FEW_DIGITS: Final = 100


def is_plain(amount: int) -> bool:
    """Whether an amount has at most two digits but for zeros at its end, as 3.50 and 80.00 have."""
    digits = abs(amount)
    while digits and digits % 10 == 0:
        digits //= 10
    return digits < _FEW_DIGITS


def is_everyday(amount: int, currency: str) -> bool:
    """Whether a purchase of this amount is often made twice: a plain price, and a small one."""
    return abs(amount) < _SMALL.get(currency, _SMALL_ELSEWHERE) and is_plain(amount)

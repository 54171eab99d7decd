"""Prints the ends of invented receipts whose sum no coins pay, in many layouts, for
`generated_roundings`.
"""

import random
from dataclasses import dataclass

_HEAD = (
    "PINE CAFE SDN BHD (123456-X)\nNO 12, JALAN OAK 3\n43000 KAJANG, SELANGOR\nTEL: "
    "03-55123344\nDATE: 25/05/2018 10:00"
)
_GOODS = ("NASI LEMAK", "TEH AIS", "PAPER A4", "BULB 9W", "ROTI")
_BEFORE = (
    "TOTAL", "Total (RM)", "TOTAL SALES", "SUBTOTAL", "Total Sales (Inclusive of GST)",
    "Total Amount", "NET TOTAL",
    "GRAND TOTAL", "Amount Due", "TOTAL AMT INCL. GST @6%", "JUMLAH", "Bill Total", "Total RM",
    "Total:",
)  # fmt: skip
_ROUNDING = (
    "ROUNDING", "Rounding Adj", "ROUNDING ADJUSTMENT", "Rounding Adjustment :", "RND ADJ",
    "Round Off", "Pembundaran",
    "Rounding (RM)", "R0unding", "Roundlng Adj.", "ROUNOING", "Adj", "", "5 CENT ROUNDING",
    "CASH ROUNDING",
)  # fmt: skip
_AFTER = (
    "TOTAL", "ROUNDED TOTAL", "TOTAL ROUNDED", "NETT TOTAL", "GRAND TOTAL", "TOTAL PAYABLE",
    "TOTAL AFTER ROUNDING",
    "Total Amount Payable", "AMOUNT DUE", "", "Rounded Total (RM)", "NET TOTAL", "Jumlah Bersih",
    "Tofal Rouncled",
    "Grand Tota", "BALANCE", "Nett", "TOTAL (ROUNDED)",
)  # fmt: skip
_PAID = (
    "CASH", "Cash", "TUNAI", "PAID", "Payment", "AMOUNT TENDERED", "Cash Received", "Tendered",
    "RECEIVED",
    "Paid Amount", "CASH PAID",
)  # fmt: skip
_MARKS = ("", "RM ", "RM")
_COIN = 5
_NOTES = (0, 0, 0, 0, 5, 10, 50, 100, 500, 1000)
"""In minor units, how much more than the rounded sum is handed over."""


@dataclass(frozen=True)
class Rounded:
    """A receipt's text with the sum of its goods, and what was paid, in minor units."""

    text: str
    before: int
    paid: int


def print_rounded(chance: random.Random) -> Rounded:
    """A receipt on which something tells that not the sum was paid: the rounding, the sum after it,
    or the cash.
    """
    prices = [chance.randint(100, 4000) for _ in range(chance.randint(1, 4))]
    if sum(prices) % _COIN == 0:
        prices[0] += chance.randint(1, _COIN - 1)
    before = sum(prices)
    paid = _COIN * ((before + _COIN // 2) // _COIN)
    mark = chance.choice(_MARKS)
    lines = [f"{chance.choice(_GOODS)}   {price / 100:.2f}" for price in prices]
    lines += [
        f"{chance.choice(_BEFORE)}   {_amount(before, mark)}"
        for _ in range(chance.choice((1, 1, 2)))
    ]
    told = chance.sample(("rounding", "after", "cash"), chance.randint(1, 3))
    if "rounding" in told:
        adjusted = (
            _amount(paid - before, mark)
            if chance.random() < 0.8
            else f"({abs(paid - before) / 100:.2f})"
        )
        lines.append(f"{chance.choice(_ROUNDING)}   {adjusted}")
    if "after" in told:
        lines.append(f"{chance.choice(_AFTER)}   {_amount(paid, mark)}")
    if "cash" in told:
        handed = paid + chance.choice(_NOTES)
        lines.append(f"{chance.choice(_PAID)}   {_amount(handed, mark)}")
        if chance.random() < 0.7:
            lines.append(f"CHANGE   {_amount(handed - paid, mark)}")
    if chance.random() < 0.3:
        tax = round(before * 6 / 106)
        lines += [
            "GST SUMMARY   AMOUNT   TAX",
            f"SR 6%   {(before - tax) / 100:.2f}   {tax / 100:.2f}",
        ]
    return Rounded("\n".join([_HEAD, *lines, "THANK YOU"]), before, paid)


def _amount(minor: int, mark: str) -> str:
    return f"{'-' if minor < 0 else ''}{mark}{abs(minor) / 100:.2f}"

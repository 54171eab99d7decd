"""Money as an integer of minor units and an ISO 4217 code, and tax rates in percent. Extend the table of currencies;
no code needs to change."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from tillroll.reading import words

_WITHOUT_MINOR: Final = words("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF")
_THREE_DIGITS: Final = words("BHD IQD JOD KWD LYD OMR TND")
NO_CURRENCY: Final = "XXX"
"""ISO 4217's code for no currency: two digits after the point."""

UNKNOWN_CURRENCY: Final = "Give the currency by its three-letter ISO 4217 code, such as EUR or MYR."
CODES: Final = words("""
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY
    COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS
    INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP
    MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR
    SDG SEK SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYI UYU UZS VES VND VUV
    WST XAF XCD XOF XPF YER ZAR ZMW ZWG
""")
"""Active ISO 4217 codes of currencies that people pay with."""

IN_USE: Final = CODES - {"BGN"}
"""Without those that old receipts have, and nobody pays with any more: the lev became the euro in 2026."""


WORDLIKE: Final = words("ALL BAM BOB COP CUP DOP GEL LAK MAD MOP PEN RON SOS TOP TRY")
"""Codes that are also words: "BALL PEN" is not paid in Peruvian soles."""

MARKS: Final[dict[str, tuple[str, ...]]] = {
    "RM": ("MYR",), "€": ("EUR",), "£": ("GBP",), "¥": ("JPY", "CNY"), "円": ("JPY",), "₹": ("INR",),
    "Rs": ("INR", "PKR", "LKR", "NPR", "MUR"), "Rp": ("IDR",), "₩": ("KRW",), "₫": ("VND",), "₱": ("PHP",),
    "฿": ("THB",), "₺": ("TRY",), "₴": ("UAH",), "₪": ("ILS",), "zł": ("PLN",), "zl": ("PLN",), "Kč": ("CZK",),
    "Kc": ("CZK",), "Ft": ("HUF",), "kr": ("SEK", "NOK", "DKK", "ISK"), "Fr": ("CHF",), "SFr": ("CHF",), "R$": ("BRL",),
    "US$": ("USD",), "S$": ("SGD",), "A$": ("AUD",), "C$": ("CAD",), "CA$": ("CAD",), "NZ$": ("NZD",), "HK$": ("HKD",),
    "NT$": ("TWD",),
    "$": ("USD", "CAD", "AUD", "SGD", "NZD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP", "BND", "UYU", "MYR"),
}  # fmt: skip
"""A printed mark and the currencies it may stand for; with more than one, the country or the account decides."""


def minor_digits(currency: str) -> int:
    """How many digits after the point amounts of this ISO 4217 code have (JPY 0, KWD 3, most 2)."""
    return 0 if currency in _WITHOUT_MINOR else 3 if currency in _THREE_DIGITS else 2


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
    """Minor units of a decimal string such as "15.90" or "15". Raises AmountError: it is none, or has more digits than
    the currency."""
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


def written_rate(rate: str) -> str:
    """A rate as it is kept and compared: without zeros that say nothing. Raises decimal.InvalidOperation."""
    number = Decimal(rate).normalize()
    return f"{number or abs(number):f}"

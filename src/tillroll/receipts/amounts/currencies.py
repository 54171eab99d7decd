"""Currencies: ISO 4217 minor-unit digits, and the marks by which receipts name a currency.

Extend the tables; no code needs to change. Source of the digits: ISO 4217, list one.
"""

from typing import Final

DEFAULT_MINOR_DIGITS: Final = 2
_WITHOUT_MINOR: Final = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE_DIGITS: Final = "BHD IQD JOD KWD LYD OMR TND"

MINOR_DIGITS: Final[dict[str, int]] = {
    **dict.fromkeys(_WITHOUT_MINOR.split(), 0),
    **dict.fromkeys(_THREE_DIGITS.split(), 3),
}
"""Only the currencies that differ from two digits."""

_CODES: Final = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP
CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF
IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD
MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB
RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD
UYI UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG
"""

CODES: Final = frozenset(_CODES.split())
"""Active ISO 4217 codes of currencies that people pay with."""

_WITHDRAWN: Final = "BGN"

IN_USE: Final = CODES - frozenset(_WITHDRAWN.split())
"""Without those that old receipts have, and nobody pays with any more: the lev became the euro in 2026."""

_WORDLIKE: Final = "ALL BAM BOB COP CUP DOP GEL LAK MAD MOP PEN RON SOS TOP TRY"

WORDLIKE: Final = frozenset(_WORDLIKE.split())
"""Codes that are also words: "BALL PEN" is not paid in Peruvian soles."""

MARKS: Final[dict[str, tuple[str, ...]]] = {
    "RM": ("MYR",),
    "€": ("EUR",),
    "£": ("GBP",),
    "¥": ("JPY", "CNY"),
    "円": ("JPY",),
    "₹": ("INR",),
    "Rs": ("INR", "PKR", "LKR", "NPR", "MUR"),
    "Rp": ("IDR",),
    "₩": ("KRW",),
    "₫": ("VND",),
    "₱": ("PHP",),
    "฿": ("THB",),
    "₺": ("TRY",),
    "₴": ("UAH",),
    "₪": ("ILS",),
    "zł": ("PLN",),
    "zl": ("PLN",),
    "Kč": ("CZK",),
    "Kc": ("CZK",),
    "Ft": ("HUF",),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "Fr": ("CHF",),
    "SFr": ("CHF",),
    "R$": ("BRL",),
    "US$": ("USD",),
    "S$": ("SGD",),
    "A$": ("AUD",),
    "C$": ("CAD",),
    "CA$": ("CAD",),
    "NZ$": ("NZD",),
    "HK$": ("HKD",),
    "NT$": ("TWD",),
    "$": ("USD", "CAD", "AUD", "SGD", "NZD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP", "BND", "UYU", "MYR"),
}
"""A printed mark and the currencies it may stand for; with more than one, the country or the account decides."""


def minor_digits(currency: str) -> int:
    """How many digits after the point amounts of this ISO 4217 code have (JPY 0, KWD 3, most 2)."""
    return MINOR_DIGITS.get(currency, DEFAULT_MINOR_DIGITS)

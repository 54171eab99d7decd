"""Money as an integer of minor units and an ISO 4217 code, and tax rates in percent. Extend the
table of currencies; no code needs to change.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from tillroll_documents.reading import words

_WITHOUT_MINOR: Final = words(
    "BIF BYR CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
)
_THREE_DIGITS: Final = words("BHD IQD JOD KWD LYD OMR TND")
WITHOUT_COINS: Final = words("IQD")
"""Currencies with decimals by ISO 4217 that nobody prints, since no coins are left: "IQD 12,000"
are thousands.
"""
NO_CURRENCY: Final = "XXX"
"""ISO 4217's code for no currency: two digits after the point."""

EURO: Final = "EUR"

UNKNOWN_CURRENCY: Final = "Give the currency by its three-letter ISO 4217 code, such as EUR or MYR."
CODES: Final = words("""
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD
    CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP
    GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD
    KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN
    NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP
    SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYI UYU UZS VED VES
    VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG ANG BYR HRK LTL LVL MRO SLL VEF ZWL
""")
"""ISO 4217 codes of currencies that people pay with, or have paid with since 2014: old receipts
have these.
"""

ENDED: Final[dict[str, date]] = {
    "ANG": date(2025, 6, 30), "BGN": date(2026, 1, 31), "BYR": date(2016, 12, 31),
    "HRK": date(2023, 1, 14),
    "LTL": date(2015, 1, 15), "LVL": date(2014, 1, 14), "MRO": date(2018, 12, 31),
    "SLL": date(2024, 3, 31),
    "VEF": date(2018, 12, 5), "ZWL": date(2024, 4, 30),
}  # fmt: skip
"""The last day on which shops took a currency that has ended, by the central banks' notices."""

IN_USE: Final = CODES - ENDED.keys()
"""Codes of currencies that people pay with today."""


def has_ended(currency: str, day: date | None) -> bool:
    """Whether nobody could pay with the currency any more on this day."""
    last = ENDED.get(currency)
    return last is not None and day is not None and day > last


WORDLIKE: Final = words("ALL BAM BOB COP CUP DOP GEL LAK MAD MOP PEN RON SOS TOP TRY")
"""Codes that are also words: "BALL PEN" is not paid in Peruvian soles."""

MARKS: Final[dict[str, tuple[str, ...]]] = {
    "RM": ("MYR",), "€": ("EUR",), "£": ("GBP",), "¥": ("JPY", "CNY"), "円": ("JPY",),
    "₹": ("INR",), "Rs": ("INR", "PKR", "LKR", "NPR", "MUR", "SCR"), "Rp": ("IDR",),
    "₩": ("KRW",), "₫": ("VND",), "₱": ("PHP",), "฿": ("THB",), "₺": ("TRY",), "₴": ("UAH",),
    "₪": ("ILS",), "zł": ("PLN",), "zl": ("PLN",), "Kč": ("CZK",), "Kc": ("CZK",), "Ft": ("HUF",),
    "kr": ("SEK", "NOK", "DKK", "ISK"), "Fr": ("CHF",), "SFr": ("CHF",), "R$": ("BRL",),
    "US$": ("USD",), "S$": ("SGD",), "A$": ("AUD",), "AU$": ("AUD",), "CA$": ("CAD",),
    "NZ$": ("NZD",), "C$": ("CAD", "NIO"), "HK$": ("HKD",), "NT$": ("TWD",), "NTD": ("TWD",),
    "RMB": ("CNY",), "元": ("CNY", "TWD"), "원": ("KRW",), "บาท": ("THB",),
    # Dollars with a prefix are currencies of their own.
    "AR$": ("ARS",), "B$": ("BND", "BSD", "BBD"), "BD$": ("BMD",), "Bds$": ("BBD",),
    "BDS$": ("BBD",), "BZ$": ("BZD",), "CI$": ("KYD",), "CLP$": ("CLP",), "COL$": ("COP",),
    "Col$": ("COP",), "EC$": ("XCD",), "F$": ("FJD",), "FJ$": ("FJD",), "G$": ("GYD",),
    "GY$": ("GYD",), "J$": ("JMD",), "JA$": ("JMD",), "L$": ("LRD",), "LD$": ("LRD",),
    "M$": ("MXN", "MYR"), "Mex$": ("MXN",), "MX$": ("MXN",), "MOP$": ("MOP",), "N$": ("NAD",),
    "RD$": ("DOP",), "SI$": ("SBD",), "SR$": ("SRD",), "Sr$": ("SRD",), "T$": ("TOP",),
    "TT$": ("TTD",), "$U": ("UYU",), "WS$": ("WST",), "Z$": ("ZWL",), "E£": ("EGP",),
    "£E": ("EGP",), "L£": ("LBP",), "S£": ("SYP",), "SS£": ("SSP",),
    # Signs of one currency.
    "₦": ("NGN",), "₵": ("GHS",), "GH₵": ("GHS",), "GH¢": ("GHS",), "GHC": ("GHS",),
    "₡": ("CRC",), "₲": ("PYG",), "₸": ("KZT",), "₮": ("MNT",), "₭": ("LAK",), "₽": ("RUB",),
    "₼": ("AZN",), "₾": ("GEL",), "֏": ("AMD",), "৳": ("BDT",), "៛": ("KHR",), "؋": ("AFN",),
    "﷼": ("IRR", "SAR", "OMR", "QAR", "YER"), "\u20c1": ("SAR",),
    "₨": ("INR", "PKR", "LKR", "NPR", "MUR", "SCR"), "රු": ("LKR",), "रू": ("NPR",),
    "B/.": ("PAB",), "S/.": ("PEN",), "S/": ("PEN",), "KSh": ("KES",), "KSH": ("KES",),
    "Ksh": ("KES",), "Kshs": ("KES",), "KShs": ("KES",), "TSh": ("TZS",), "Tsh": ("TZS",),
    "USh": ("UGX",), "Ush": ("UGX",), "FRw": ("RWF",), "Frw": ("RWF",), "FBu": ("BIF",),
    "FCFA": ("XOF", "XAF"), "CFA": ("XOF", "XAF"), "CFP": ("XPF",), "DHS": ("AED", "MAD"),
    "Afl": ("AWG",), "NAf": ("ANG",), "Cg": ("XCG",), "NIS": ("ILS",), "NRs": ("NPR",),
    "Nrs": ("NPR",), "VNĐ": ("VND",), "ZiG": ("ZWG",), "Php": ("PHP",), "Lekë": ("ALL",),
    "грн": ("UAH",), "руб": ("RUB", "BYN"), "тг": ("KZT",), "сом": ("KGS",), "сум": ("UZS",),
    "лв": ("BGN",), "ЛВ": ("BGN",), "Лв": ("BGN",), "лева": ("BGN",), "ЛЕВА": ("BGN",),
    "ГРН": ("UAH",), "РУБ": ("RUB", "BYN"), "ДЕН": ("MKD",), "ДИН": ("RSD",), "ТГ": ("KZT",),
    "ден": ("MKD",), "дин": ("RSD",), "د.إ": ("AED",), "د.ك": ("KWD",),
    "ر.س": ("SAR",), "ر.ق": ("QAR",), "ر.ع": ("OMR",), "د.ب": ("BHD",), "ج.م": ("EGP",),
    "ل.ل": ("LBP",), "د.م": ("MAD",), "د.ت": ("TND",), "د.ج": ("DZD",), "د.ا": ("JOD",),
    "د.ع": ("IQD",),
    "$": ("USD", "CAD", "AUD", "SGD", "NZD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP", "BND",
        "UYU", "MYR", "JMD", "TTD", "BBD", "BSD", "BZD", "DOP", "FJD", "GYD", "LRD", "NAD", "SBD",
        "SRD", "XCD", "KYD", "BMD", "CVE"),
}  # fmt: skip
"""A printed mark and the currencies it may stand for; with more than one, the country or the
account decides. They are the local symbols of CLDR, and what tills print in their place.
"""

CURRENCY_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "euro": ("EUR",), "euros": ("EUR",), "eur": ("EUR",), "dollars": MARKS["$"],
    "dollar": MARKS["$"], "dolares": MARKS["$"], "rupees": MARKS["Rs"], "rupee": MARKS["Rs"],
    "rupiah": ("IDR",), "pesos": ("MXN", "ARS", "CLP", "COP", "CUP", "DOP", "PHP", "UYU"),
    "pounds": ("GBP", "EGP", "SDG"), "francs": ("CHF", "XAF", "XOF", "XPF", "RWF", "CDF"),
    "franken": ("CHF",), "franchi": ("CHF",), "dirham": ("AED", "MAD"), "dirhams": ("AED", "MAD"),
    "dinar": ("KWD", "BHD", "JOD", "RSD", "TND"), "dinars": ("KWD", "BHD", "JOD", "DZD", "TND"),
    "dinara": ("RSD",), "riyal": ("SAR", "QAR"), "riyals": ("SAR", "QAR"), "rial": ("OMR", "IRR"),
    "rials": ("OMR", "IRR"), "shillings": ("KES", "TZS", "UGX"), "kronor": ("SEK",),
    "kroner": ("DKK", "NOK"), "kronur": ("ISK",), "korun": ("CZK",), "zlotych": ("PLN",),
    "zloty": ("PLN",), "forint": ("HUF",), "lira": ("TRY",), "ringgit": ("MYR",),
    "baht": ("THB",), "rand": ("ZAR",), "naira": ("NGN",), "cedis": ("GHS",), "leva": ("BGN",),
    "soles": ("PEN",), "quetzales": ("GTQ",), "cordobas": ("NIO",), "lempiras": ("HNL",),
    "colones": ("CRC",), "bolivianos": ("BOB",), "guaranies": ("PYG",), "reais": ("BRL",),
    "yen": ("JPY",), "yuan": ("CNY",), "kuna": ("HRK",), "hryvnia": ("UAH",), "hryven": ("UAH",),
    "rubles": ("RUB",), "shekels": ("ILS",), "pula": ("BWP",), "kwacha": ("ZMW", "MWK"),
    "birr": ("ETB",), "taka": ("BDT",),
    "جنيه": ("EGP", "SDG"), "ريال": ("SAR", "QAR", "OMR", "YER"), "درهم": ("AED", "MAD"),
    "دينار": ("KWD", "BHD", "JOD", "IQD", "TND", "DZD", "LYD"),
}  # fmt: skip
"""Currencies in words, folded, which count beside amounts: "Total Rupees 100.00"."""

LETTER_MARKS: Final[dict[str, tuple[str, ...]]] = {
    "Afs": ("AFN",), "Ar": ("MGA",), "BD": ("BHD",), "Br": ("ETB", "BYN"), "Bs": ("BOB", "VES"),
    "CF": ("KMF",), "D": ("GMD",), "DA": ("DZD",), "Db": ("STN",), "den": ("MKD",),
    "DH": ("MAD", "AED"), "Dh": ("MAD", "AED"), "din": ("RSD",), "Din": ("RSD",), "DT": ("TND",),
    "E": ("SZL",), "Esc": ("CVE",), "F": ("XPF", "XAF", "XOF", "CDF", "GNF", "DJF"),
    "FC": ("CDF",), "Fdj": ("DJF",), "FG": ("GNF",), "G": ("HTG", "PYG"), "Gs": ("PYG",),
    "ID": ("IQD",), "JD": ("JOD",), "JDs": ("JOD",), "K": ("ZMW", "MMK", "PGK", "LAK"),
    "KD": ("KWD",), "KM": ("BAM",), "Kn": ("HRK",), "kn": ("HRK",), "Ks": ("MMK",),
    "Kz": ("AOA",), "L": ("HNL", "ALL", "LSL"), "LD": ("LYD",), "LE": ("EGP",),
    "Le": ("SLE", "SLL"), "LEI": ("RON", "MDL"), "lei": ("RON", "MDL"), "Lei": ("RON", "MDL"),
    "leu": ("RON", "MDL"), "Lek": ("ALL",), "lek": ("ALL",), "LL": ("LBP",), "LS": ("SYP",),
    "M": ("LSL",), "MK": ("MWK",), "MT": ("MZN",), "MTn": ("MZN",), "N": ("NGN",), "Nu": ("BTN",),
    "P": ("PHP", "BWP", "MOP"), "Q": ("GTQ",), "QR": ("QAR",), "R": ("ZAR",), "Rf": ("MVR",),
    "RO": ("OMR",), "Sh": ("KES", "TZS", "UGX", "SOS"), "Shs": ("KES", "TZS", "UGX", "SOS"),
    "SM": ("TJS",), "som": ("KGS", "UZS"), "so'm": ("UZS",), "SP": ("SYP",), "SR": ("SAR", "SCR"),
    "T": ("TOP", "WST"), "Tk": ("BDT",), "TL": ("TRY",), "UM": ("MRU",), "VT": ("VUV",),
    "Vt": ("VUV",), "YR": ("YER",), "ƒ": ("AWG", "ANG"),
}  # fmt: skip
"""Marks that are words or tax codes too: they count only beside amounts, where nothing clearer is
printed.
"""


def minor_digits(currency: str) -> int:
    """How many digits after the point amounts of this ISO 4217 code have (JPY 0, KWD 3, most 2)."""
    if currency in _WITHOUT_MINOR:
        return 0
    if currency in _THREE_DIGITS:
        return 3
    return 2


_DECIMAL = re.compile(r"(?P<sign>-?)(?P<whole>[0-9]{1,13})(?:\.(?P<fraction>[0-9]+))?")


class AmountError(ValueError):
    """A text is not a decimal amount of the currency; the message says how to write it."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount, e.g. `Money(1590, "MYR")` is 15.90 ringgit."""

    minor: int
    currency: str

    def to_decimal_string(self) -> str:
        """The amount with exactly the currency's digits: "15.90", "-0.02", "1200" (JPY), "1.234"
        (KWD).
        """
        return decimal_string(self.minor, minor_digits(self.currency))


def decimal_string(minor: int, digits: int) -> str:
    """`minor` units written with `digits` digits after the point."""
    sign = "-" if minor < 0 else ""
    padded = str(abs(minor)).zfill(digits + 1)
    if digits:
        return f"{sign}{padded[:-digits]}.{padded[-digits:]}"
    return f"{sign}{padded}"


def minor_from_decimal_string(text: str, currency: str) -> int:
    """Minor units of a decimal string such as "15.90" or "15". Raises AmountError: it is none, or
    has more digits than the currency.
    """
    digits = minor_digits(currency)
    match = _DECIMAL.fullmatch(text.strip())
    if match is None:
        raise AmountError(
            "Write the amount as digits with a decimal point, such as "
            f"{decimal_string(1290, digits)}."
        )
    fraction = match["fraction"] or ""
    if len(fraction) > digits:
        if digits:
            allowed = f"at most {digits} digits after the point"
        else:
            allowed = "no digits after the point"
        raise AmountError(
            f"{currency} amounts have {allowed}, such as {decimal_string(1290, digits)}."
        )
    minor = int(match["whole"] + fraction.ljust(digits, "0"))
    if match["sign"]:
        return -minor
    return minor


def written_rate(rate: str) -> str:
    """A rate as it is kept and compared: without zeros that say nothing.
    Raises decimal.InvalidOperation.
    """
    number = Decimal(rate).normalize()
    return f"{number or abs(number):f}"

"""Amounts and days as a payer reads them: in their client's language, else in what their browser
asks for. Pure."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from tillroll_documents.money import Money

_MONTHS: Final = [
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
]
_SYMBOLS: Final = {"EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥"}
_NARROW, _WIDE = "\u202f", "\u00a0"  # spaces at which no line breaks


@dataclass(frozen=True)
class Locale:
    """How a language writes: the mark before decimals, the one between thousands, a day by
    strftime's `d`, `m`, `y` (and `b`, an English month), and whether the currency stands first."""

    code: str
    decimal: str = "."
    group: str = ","
    day: str = "{d} {b} {y}"
    currency_first: bool = True

    def money(self, minor: int, currency: str) -> str:
        """Such as €1,234.56 or 1.234,56 €."""
        whole, _, cents = Money(abs(minor), currency).to_decimal_string().partition(".")
        grouped = f"{int(whole):,}".replace(",", self.group)
        number = f"{grouped}{self.decimal}{cents}" if cents else grouped
        sign = "-" if minor < 0 else ""
        symbol = _SYMBOLS.get(currency, currency)
        if not self.currency_first:
            return f"{sign}{number}{_WIDE}{symbol}"
        return f"{sign}{symbol}{_WIDE if len(symbol) > 1 else ''}{number}"

    def date(self, day: str) -> str:
        """A day, YYYY-MM-DD, such as 2 Apr 2026 or 02.04.2026."""
        at = date.fromisoformat(day)
        parts = {
            "d": at.day,
            "dd": f"{at.day:02}",
            "m": at.month,
            "mm": f"{at.month:02}",
            "b": _MONTHS[at.month - 1],
        }
        return self.day.format(y=at.year, **parts)


_POINTS: Final = "{dd}.{mm}.{y}"
_SLASHES: Final = "{dd}/{mm}/{y}"
_ISO: Final = "{y}-{mm}-{dd}"
LOCALES: Final = {
    locale.code: locale
    for locale in (
        Locale("en"),
        Locale("en-US", day="{b} {d}, {y}"),
        Locale("de", ",", group=".", day=_POINTS, currency_first=False),
        Locale("de-AT", ",", group=".", day=_POINTS),
        Locale("de-CH", ".", group="\u2019", day=_POINTS),
        Locale("fr", ",", group=_NARROW, day=_SLASHES, currency_first=False),
        Locale("es", ",", group=".", day="{d}/{m}/{y}", currency_first=False),
        Locale("it", ",", group=".", day=_SLASHES, currency_first=False),
        Locale("pt", ",", group=".", day=_SLASHES, currency_first=False),
        Locale("nl", ",", group=".", day="{dd}-{mm}-{y}"),
        Locale("pl", ",", group=_WIDE, day=_POINTS, currency_first=False),
        Locale("cs", ",", group=_WIDE, day="{d}. {m}. {y}", currency_first=False),
        Locale("sk", ",", group=_WIDE, day="{d}. {m}. {y}", currency_first=False),
        Locale("hu", ",", group=_WIDE, day="{y}. {mm}. {dd}.", currency_first=False),
        Locale("sl", ",", group=".", day="{d}. {m}. {y}", currency_first=False),
        Locale("hr", ",", group=".", day="{dd}. {mm}. {y}.", currency_first=False),
        Locale("ro", ",", group=".", day=_POINTS, currency_first=False),
        Locale("bg", ",", group=_WIDE, day="{dd}.{mm}.{y} \u0433.", currency_first=False),
        Locale("el", ",", group=".", day="{d}/{m}/{y}", currency_first=False),
        Locale("da", ",", group=".", day=_POINTS, currency_first=False),
        Locale("fi", ",", group=_WIDE, day="{d}.{m}.{y}", currency_first=False),
        Locale("sv", ",", group=_WIDE, day=_ISO, currency_first=False),
        Locale("et", ",", group=_WIDE, day=_POINTS, currency_first=False),
        Locale("lv", ",", group=_WIDE, day="{dd}.{mm}.{y}.", currency_first=False),
        Locale("lt", ",", group=_WIDE, day=_ISO, currency_first=False),
    )
}
_LANGUAGE_RANGE: Final = re.compile(
    r"([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\s*(?:;\s*q=([01](?:\.[0-9]{0,3})?))?", re.ASCII
)
_MOST_ASKED: Final = 20


def locale_for(language: str | None, accepted: str | None) -> Locale:
    """The locale of a client's language; else the first of Accept-Language (RFC 9110) that there
    is, else English."""
    if language:
        languages = [language]
    else:
        languages = _accepted(accepted or "")
    for code in languages:
        parts = code.split("-")
        region = f"{parts[0].lower()}-{parts[-1].upper()}"
        locale = LOCALES.get(region) or LOCALES.get(parts[0].lower())
        if locale is not None:
            return locale
    return LOCALES["en"]


def _accepted(header: str) -> list[str]:
    """Its languages, those that are wanted most first."""
    weighted: list[tuple[float, str]] = []
    for part in header.split(",")[:_MOST_ASKED]:
        match = _LANGUAGE_RANGE.fullmatch(part.strip())
        if match and (weight := float(match[2] or 1)) > 0:
            weighted.append((weight, match[1]))
    return [code for _, code in sorted(weighted, key=lambda each: -each[0])]

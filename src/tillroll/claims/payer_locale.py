"""Amounts and days as a payer reads them: in their client's language, else in what their browser asks for. Pure."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from tillroll.reading.money import Money

_MONTHS: Final = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_SYMBOLS: Final = {"EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥"}
_NARROW, _WIDE = "\u202f", "\u00a0"  # spaces at which no line breaks


@dataclass(frozen=True)
class Locale:
    """How a language writes: the mark before decimals, the one between thousands, a day by strftime's `d`, `m`, `y`
    (and `b`, an English month), and whether the currency stands first."""

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
        sign, symbol = "-" if minor < 0 else "", _SYMBOLS.get(currency, currency)
        if not self.currency_first:
            return f"{sign}{number}{_WIDE}{symbol}"
        return f"{sign}{symbol}{_WIDE if len(symbol) > 1 else ''}{number}"

    def date(self, day: str) -> str:
        """A day, YYYY-MM-DD, such as 2 Apr 2026 or 02.04.2026."""
        at = date.fromisoformat(day)
        parts = {"d": at.day, "dd": f"{at.day:02}", "m": at.month, "mm": f"{at.month:02}", "b": _MONTHS[at.month - 1]}
        return self.day.format(y=at.year, **parts)


_POINTS: Final = "{dd}.{mm}.{y}"
_SLASHES: Final = "{dd}/{mm}/{y}"
_ISO: Final = "{y}-{mm}-{dd}"
LOCALES: Final = {
    locale.code: locale
    for locale in (
        Locale("en"),
        Locale("en-US", day="{b} {d}, {y}"),
        Locale("de", ",", ".", _POINTS, currency_first=False),
        Locale("de-AT", ",", ".", _POINTS),
        Locale("de-CH", ".", "\u2019", _POINTS),
        Locale("fr", ",", _NARROW, _SLASHES, currency_first=False),
        Locale("es", ",", ".", "{d}/{m}/{y}", currency_first=False),
        Locale("it", ",", ".", _SLASHES, currency_first=False),
        Locale("pt", ",", ".", _SLASHES, currency_first=False),
        Locale("nl", ",", ".", "{dd}-{mm}-{y}"),
        Locale("pl", ",", _WIDE, _POINTS, currency_first=False),
        Locale("cs", ",", _WIDE, "{d}. {m}. {y}", currency_first=False),
        Locale("sk", ",", _WIDE, "{d}. {m}. {y}", currency_first=False),
        Locale("hu", ",", _WIDE, "{y}. {mm}. {dd}.", currency_first=False),
        Locale("sl", ",", ".", "{d}. {m}. {y}", currency_first=False),
        Locale("hr", ",", ".", "{dd}. {mm}. {y}.", currency_first=False),
        Locale("ro", ",", ".", _POINTS, currency_first=False),
        Locale("bg", ",", _WIDE, "{dd}.{mm}.{y} \u0433.", currency_first=False),
        Locale("el", ",", ".", "{d}/{m}/{y}", currency_first=False),
        Locale("da", ",", ".", _POINTS, currency_first=False),
        Locale("fi", ",", _WIDE, "{d}.{m}.{y}", currency_first=False),
        Locale("sv", ",", _WIDE, _ISO, currency_first=False),
        Locale("et", ",", _WIDE, _POINTS, currency_first=False),
        Locale("lv", ",", _WIDE, "{dd}.{mm}.{y}.", currency_first=False),
        Locale("lt", ",", _WIDE, _ISO, currency_first=False),
    )
}
_ASKED: Final = re.compile(r"([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\s*(?:;\s*q=([01](?:\.[0-9]{0,3})?))?", re.ASCII)
_MOST_ASKED: Final = 20


def locale_for(language: str | None, accepted: str | None) -> Locale:
    """The locale of a client's language; else the first of Accept-Language (RFC 9110) that there is, else English."""
    wanted = [language] if language else _accepted(accepted or "")
    for code in wanted:
        parts = code.split("-")
        region = f"{parts[0].lower()}-{parts[-1].upper()}"
        found = LOCALES.get(region) or LOCALES.get(parts[0].lower())
        if found is not None:
            return found
    return LOCALES["en"]


def _accepted(header: str) -> list[str]:
    """Its languages, those that are wanted most first."""
    found: list[tuple[float, str]] = []
    for part in header.split(",")[:_MOST_ASKED]:
        match = _ASKED.fullmatch(part.strip())
        if match and (weight := float(match[2] or 1)) > 0:
            found.append((weight, match[1]))
    return [code for _, code in sorted(found, key=lambda each: -each[0])]

"""Values that all formats share: amounts, days, references and texts."""

import re
from datetime import date
from typing import Final

from tillroll_documents.bank_files.printed import UnreadableFile
from tillroll_documents.days import is_usable
from tillroll_documents.money import CODES, NO_CURRENCY, minor_digits

# ISO 20022 has 18 digits with at most 5 after the point; 15 before it are more than any account
# holds. XML Schema lets a decimal begin with its point, and several banks write .50.
_DECIMAL: Final = re.compile(r"([+-]?)(?:([0-9]{1,15})(?:[.,]([0-9]{0,10}))?|[.,]([0-9]{1,10}))")
_NO_REFERENCE: Final = frozenset(
    {
        "",
        "NONREF",
        "NOREF",
        "NONE",
        "NULL",
        "N/A",
        "NA",
        "NOTPROVIDED",
        "NOT PROVIDED",
        "UNKNOWN",
        "KEINE",
    }
)
_RATE: Final = re.compile(r"[0-9]{1,15}(?:[.,][0-9]{1,15})?")


def minor_of(text: str, currency: str) -> int:
    """Signed minor units of a decimal with a point or a comma, and no separators of thousands.

    Raises:
        UnreadableFile: it is no such number, or has more digits after the point than the currency.
    """
    match = _DECIMAL.fullmatch(text)
    if match is None:
        raise UnreadableFile(f"“{shown(text)}” is not an amount")
    sign = match[1]
    whole = match[2] or "0"
    fraction = match[3] or match[4] or ""
    digits = minor_digits(currency)
    if len(fraction) > digits:
        if fraction[digits:].strip("0"):
            raise UnreadableFile(
                f"“{shown(text)}” has more digits after the point than {currency} has"
            )
        fraction = fraction[:digits]
    minor = int(whole + fraction.ljust(digits, "0"))
    if sign == "-":
        return -minor
    return minor


def signed(minor: int, *, is_out: bool) -> int:
    """An unsigned amount with the sign of money that goes out, or of money that comes in."""
    if is_out:
        return -minor
    return minor


def printed_reference(text: str) -> str | None:
    """A reference of a field that banks fill with blanks or zeros; None where it is none."""
    if not text.strip(" 0"):
        return None
    return reference_of(text)


def currency_of(text: str) -> str:
    """The ISO 4217 code in capitals. Raises UnreadableFile: nobody has a bank account in it."""
    code = text.strip().upper()
    if code not in CODES and code != NO_CURRENCY:
        raise UnreadableFile(f"“{shown(text)}” is not a currency of ISO 4217")
    return code


def iso_day(text: str) -> date:
    """The day of 2026-03-01 or 2026-03-01T23:59:59+01:00, as it is printed.
    Raises UnreadableFile.
    """
    if text[4:5] == text[7:8] == "-":
        return day_of(text[:4], text[5:7], day=text[8:10], printed=text)
    return _no_day(text)


def day_of(year: str, month: str, day: str, printed: str) -> date:
    """A day of its digits. Raises UnreadableFile: the calendar does not have it, or no bank has."""
    digits = year + month + day
    if not (digits.isascii() and digits.isdigit()):
        _no_day(printed)
    try:
        result = date(int(year), int(month), int(day))
    except ValueError:
        return _no_day(printed)
    if not is_usable(result):
        return _no_day(printed)
    return result


def _no_day(text: str) -> date:
    raise UnreadableFile(f"“{shown(text)}” is not a day")


def rate_of(text: str | None) -> str | None:
    """A printed rate with a point; None if it is no positive decimal, since a rate is only
    shown.
    """
    if text is None or not _RATE.fullmatch(text) or not text.strip("0.,"):
        return None
    return text.replace(",", ".")


def account_of(text: str | None) -> str | None:
    """An account number without spaces, in capitals; None if there is none."""
    if text:
        return "".join(text.split()).upper() or None
    return None


def reference_of(text: str | None) -> str | None:
    """A reference, or None for what banks write in place of one: NONREF, NOTPROVIDED."""
    joined = one_line(text)
    if joined.upper().strip(".-/ ") in _NO_REFERENCE:
        return None
    return joined


def one_line(text: str | None) -> str:
    """A text without line breaks and double spaces."""
    if text:
        return " ".join(text.split())
    return ""


def shown(text: str) -> str:
    """A value as an error quotes it."""
    plain = "".join(mark if mark.isprintable() else "�" for mark in text[:40])
    return plain + ("…" if len(text) > 40 else "")

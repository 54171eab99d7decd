"""What a person read on a receipt, in whatever form it was printed, and when an extraction counts
as the same.

The rules are those of README.md beside such a truth.json: `total` equal as a number, `date` the
same calendar day, `company` equal without case and without anything but letters and digits.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEAR = r"(?P<year>\d{4}|\d{2})(?!\d)"
# In order: 23/03/18, 2018-03-23, 28 MAR 18, March 28, 2018, 25032018.
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<!\d)(?P<day>\d{{1,2}})\W+(?P<month>\d{{1,2}})\W+{_YEAR}",
        r"(?P<year>\d{4})\W+(?P<month>\d{1,2})\W+(?P<day>\d{1,2})(?!\d)",
        rf"(?<!\d)(?P<day>\d{{1,2}})\W*(?P<name>[a-z]{{3,}})\W*{_YEAR}",
        rf"(?P<name>[a-z]{{3,}})\W*(?P<day>\d{{1,2}})\W+{_YEAR}",
        r"(?<!\d)(?P<day>\d{2})(?P<month>\d{2})(?P<year>\d{4})(?!\d)",
    )
)


@dataclass(frozen=True)
class Truth:
    """The values of one receipt; None where the folder has none that can be read."""

    merchant: str | None
    date: date | None
    total: Decimal | None

    def agrees(self, field: str, value: str | None) -> bool | None:
        """Whether an extracted value (as the API writes it) is right; None where the truth is not
        known.
        """
        truth = getattr(self, field)
        if truth is None:
            return None
        if value is None:
            return False
        match field:
            case "merchant":
                return merchant_key(value) == truth
            case "date":
                return date.fromisoformat(value) == truth
            case "total":
                return Decimal(value) == truth
            case _:
                raise ValueError(f"no truth for {field}")


def read_truths(folder: Path) -> dict[str, Truth]:
    """The folder's truth.json, by receipt."""
    stored: Mapping[str, Mapping[str, str]] = json.loads(
        (folder / "truth.json").read_text(encoding="utf-8")
    )
    return {
        name: Truth(
            merchant=merchant_key(values.get("company", "")) or None,
            date=read_date(values.get("date", "")),
            total=read_total(values.get("total", "")),
        )
        for name, values in stored.items()
    }


def merchant_key(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())


def read_date(text: str) -> date | None:
    """The day that a printed date means: day first, or month first where day first is no date."""
    for pattern in _DATES:
        found = pattern.search(text)
        if found is None:
            continue
        parts = found.groupdict()
        year, day = int(parts["year"]), int(parts["day"])
        year += 2000 if year < 100 else 0
        month = _month(parts["name"]) if "name" in parts else int(parts["month"])
        for candidate in ((month, day), (day, month)):
            try:
                return date(year, *candidate)
            except ValueError:
                continue
    return None


def _month(name: str) -> int:
    """1 to 12, or 0 where the word names none."""
    return _MONTHS.index(name[:3].casefold()) + 1 if name[:3].casefold() in _MONTHS else 0


def read_total(text: str) -> Decimal | None:
    """The number in a printed amount: RM 1,234.50, $8.20, 12,50 EUR."""
    found = re.search(r"-?\d[\d.,]*", text)
    if found is None:
        return None
    digits = found[0].rstrip(".,")
    # The last separator is the decimal one, where two digits or one follow it; all others group
    # digits.
    whole, separator, rest = digits.replace(",", ".").rpartition(".")
    if not separator or len(rest) > 2:
        return Decimal(digits.replace(",", "").replace(".", ""))
    return Decimal(f"{whole.replace('.', '')}.{rest}")

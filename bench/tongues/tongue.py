"""A tongue as its tills print it: words, amounts and days. Its words lie in words/, with the law
that asks for them.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "words"
_WIDTH = 34


@dataclass(frozen=True, slots=True)
class Tongue:
    """The words and forms of one language in one country."""

    code: str
    values: Mapping[str, Any]

    @property
    def currency(self) -> str:
        """As an ISO 4217 code."""
        return str(self.values["currency"])

    @property
    def decimals(self) -> int:
        """How many digits follow the decimal mark."""
        return int(self.values.get("decimals", 2))

    @property
    def step(self) -> int:
        """What 100 units of the euro are about worth, in the smallest unit of the currency, by
        100.
        """
        return int(self.values.get("step", 100))

    @property
    def digits(self) -> str:
        """The ten digits of the script, or nothing where it has none of its own."""
        return str(self.values.get("digits", ""))

    def word(self, name: str, choice: int = 0) -> str:
        """One of the words of a kind, around the list again where the number is larger."""
        words = self.values[name]
        return str(words[choice % len(words)])

    def rate(self, choice: int = 0) -> float:
        """A rate of the value added tax, in percent."""
        return float(self.values["rates"][choice])

    def with_rate(self, text: str, choice: int = 0) -> str:
        """The text with its rate, as the language writes a fraction."""
        rate = f"{self.rate(choice):g}".replace(".", str(self.values["decimal"]))
        return text.replace("{rate}", rate)

    def amount(self, minor: int, *, mark: bool = False, grouped: bool = True) -> str:
        """An amount of the smallest unit as it is printed."""
        sign = "-" if minor < 0 else ""
        whole, part = divmod(abs(minor), 10**self.decimals)
        group = str(self.values.get("group", "")) if grouped else ""
        number = f"{whole:,}".replace(",", group)
        if self.decimals:
            number += f"{self.values['decimal']}{part:0{self.decimals}}"
        number = sign + number
        if not mark:
            return number
        symbol = str(self.values["mark"])
        if self.values["mark_first"]:
            joint = " " if symbol[-1].isalpha() else ""
            return f"{symbol}{joint}{number}"
        joint = "" if symbol in {"원", "đ"} else " "
        return f"{number}{joint}{symbol}"

    def day(self, day: date, choice: int = 0) -> str:
        """A day in digits."""
        patterns = self.values["dates"]
        pattern = str(patterns[choice % len(patterns)])
        return pattern.format(
            y=day.year, yy=day.year % 100, m=day.month, d=day.day, be=day.year + 543
        )

    def long_day(self, day: date) -> str:
        """A day with the month's name."""
        month = str(self.values["months"][day.month - 1])
        pattern = str(self.values["long_date"])
        return pattern.format(y=day.year, m=day.month, d=day.day, be=day.year + 543, month=month)

    def row(self, label: str, right: str) -> str:
        """A line with a label and what stands at the right edge."""
        room = max(2, _WIDTH - len(label) - len(right))
        return label + " " * room + right


@cache
def tongues() -> tuple[Tongue, ...]:
    """All of them, by code."""
    files = sorted(FOLDER.glob("*.toml"))
    return tuple(
        Tongue(file.stem, tomllib.loads(file.read_text(encoding="utf-8"))) for file in files
    )

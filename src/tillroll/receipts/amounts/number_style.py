"""How a receipt writes numbers: decimal point or comma, thousands, how many decimals."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from tillroll.receipts.amounts.currencies import minor_digits
from tillroll.receipts.page.transcript import Line

DecimalSign = Literal[".", ","]

_MISREAD: Final = str.maketrans("OoDQIil|!SB", "00001111158")
_LONGEST_WHOLE: Final = 9
"""Digits; a longer number is an id."""
_SEPARATOR: Final = re.compile(r"[.,']")


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """How a receipt prints amounts: the sign before the decimals, how many it prints, and how many the currency has.
    Rupiah have two by ISO 4217 and are printed without."""

    sign: DecimalSign
    printed: int
    digits: int

    @classmethod
    def of(cls, lines: Sequence[Line], currency: str) -> "NumberStyle":
        """The sign that most numbers put before their last digits; no decimals where none are found."""
        digits = minor_digits(currency)
        text = "\n".join(line.plain for line in lines)
        width = digits or 2
        signs = _decimals(width).findall(text)
        points, commas = signs.count("."), signs.count(",")
        sign: DecimalSign = "," if commas > points else "."
        return cls(sign, digits if points + commas else 0, digits)

    def parse(self, body: str) -> tuple[int, bool] | None:
        """Read a number without mark and sign: its minor units, and whether all decimals were printed.

        None when it has a fraction of another length (a weight, a unit price) or its groups are no thousands.
        """
        text = body if body.isdecimal() else body.translate(_MISREAD).replace(" ", "")
        if text.isdecimal():
            return (int(text) * 10**self.digits, False) if len(text) <= _LONGEST_WHOLE else None
        parts = _SEPARATOR.split(text)
        digits = "".join(parts)
        if not digits.isdecimal() or "" in parts[1:]:
            return None
        separators = _SEPARATOR.findall(text)
        if self._has_decimals(parts, separators[-1]):
            # "1.510.73": a comma was read as a point. With three decimals, that would be "1.510.730", or a million.
            if not _are_thousands(parts[:-1]) or (separators[-1] in separators[:-1] and self.printed == 3):
                return None
            return int(digits), True
        if parts[0] and _are_thousands(parts) and (separators[-1] != self.sign or self.printed == 0):
            return int(digits) * 10**self.digits, self.printed == 0
        return None

    def _has_decimals(self, parts: Sequence[str], separator: str) -> bool:
        """Whether what follows the last separator are the decimals. Three could be a thousand: there the sign tells."""
        is_width = self.printed > 0 and len(parts[-1]) == self.printed
        return is_width and separator != "'" and (self.printed != 3 or separator == self.sign)


@lru_cache(maxsize=4)
def _decimals(width: int) -> re.Pattern[str]:
    """A number with so many decimals, also behind a mark ("kr.45,20"); what is found is the sign before them."""
    return re.compile(rf"(?:(?<![0-9.,])|(?<=[A-Za-z]\.))[0-9]{{1,6}}([.,])[0-9]{{{width}}}(?![0-9]|[.,/-][0-9])")


def _are_thousands(groups: Sequence[str]) -> bool:
    longest = 3 if len(groups) > 1 else _LONGEST_WHOLE
    return len(groups[0]) <= longest and all(len(group) == 3 for group in groups[1:])

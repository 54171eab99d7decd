"""The settings of reading receipts."""

from dataclasses import dataclass
from typing import Self

from tillroll.platform.settings import Variable


@dataclass(frozen=True)
class ReceiptSettings:
    """`default_currency` is the ISO 4217 code assumed where a receipt names none; empty for none."""

    default_currency: str = ""

    @classmethod
    def read(cls, variable: Variable) -> Self:
        return cls(variable("DEFAULT_CURRENCY"))

"""Where reference rates are fetched."""

from dataclasses import dataclass
from typing import Self

from tillroll_durable.platform.settings import Variable, read_address


@dataclass(frozen=True)
class ConversionSettings:
    """`exchange_rates_url` is where reference rates are fetched; empty for never."""

    exchange_rates_url: str = ""

    @classmethod
    def read(cls, variable: Variable) -> Self:
        """Raises InvalidSetting: the value cannot be used."""
        return cls(read_address("EXCHANGE_RATES_URL", variable))

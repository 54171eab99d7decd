"""What models cost, what may be spent on them, and amounts of US dollars as text. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Self, cast

from tillroll_durable.platform.settings import InvalidSetting, Variable

MICRO = 1_000_000
# Ten million US dollars: far beyond any budget, and far below where a number would lose digits.
_MOST_DOLLARS = Decimal(10_000_000)


@dataclass(frozen=True)
class Price:
    """US dollars for a million tokens, which is the same number as micro-US-dollars for one.

    Attributes:
        input: of what a model reads.
        output: of what it writes, its thoughts among it.
        source: where and when this was read, such as an address and a day.
    """

    input: Decimal
    output: Decimal
    source: str = ""

    def cost(self, input_tokens: int, output_tokens: int) -> int:
        """Whole micro-US-dollars, half to even."""
        exact = self.input * input_tokens + self.output * output_tokens
        return int(exact.quantize(Decimal(1), ROUND_HALF_EVEN))


def parse_prices(text: str) -> Mapping[str, Price]:
    """Read {"model": {"input": 0.1, "output": 0.3}}, US dollars for a million tokens.
    Raises ValueError.
    """
    try:
        table = json.loads(text, parse_float=Decimal, parse_int=Decimal)
    except json.JSONDecodeError as error:
        raise ValueError(f"it is no JSON ({error})") from error
    if not isinstance(table, dict):
        raise ValueError("it is no JSON object")  # noqa: TRY004 - the text is what is wrong
    # What JSON holds is checked by _price.
    prices = cast(Mapping[str, object], table)
    return {model: _price(model, item) for model, item in prices.items()}


def _price(model: str, item: object) -> Price:
    match item:
        case {"input": Decimal() as paid_in, "output": Decimal() as paid_out} if (
            paid_in >= 0 and paid_out >= 0
        ):
            return Price(paid_in, paid_out)
        case _:
            raise ValueError(f'{model} has no price like {{"input": 0.1, "output": 0.3}}')


def parse_dollars(text: str) -> int:
    """An amount such as 1.50 as micro-US-dollars. Raises ValueError: none, negative, too large or
    too fine.
    """
    try:
        micro = Decimal(text) * MICRO
    except InvalidOperation as error:
        raise ValueError(f"{text!r} is no amount") from error
    if (
        not micro.is_finite()
        or not 0 <= micro <= _MOST_DOLLARS * MICRO
        or micro != micro.to_integral_value()
    ):
        raise ValueError(f"{text!r} is no amount of US dollars with at most six decimals")
    return int(micro)


def dollars(micro: int) -> str:
    """Write micro-dollars as dollars: 1500000 -> "1.50", 160 -> "0.00016". There are at least two
    decimals, and no more than it needs.
    """
    whole, _, fraction = f"{Decimal(micro) / MICRO:.6f}".partition(".")
    return f"{whole}.{fraction.rstrip('0').ljust(2, '0')}"


@dataclass(frozen=True)
class CostSettings:
    """
    Attributes:
        prices: what the models cost; a model that is not named has an unknown price.
        daily_budget: what an account may spend on models a day (UTC), in micro-US-dollars, where it
            has no budget of its own; None for no limit.
    """

    prices: Mapping[str, Price] = field(default_factory=dict[str, Price])
    daily_budget: int | None = None

    @classmethod
    def read(cls, variable: Variable) -> Self:
        """Raises InvalidSetting: a value cannot be used."""
        return cls(_prices(variable("AI_PRICES")), _budget(variable("AI_DAILY_BUDGET")))

    def price_of(self, model: str, in_code: Price | None) -> Price | None:
        """What a model costs: as the settings say it, or else as the run's code does."""
        return self.prices.get(model, in_code)


def _prices(text: str) -> Mapping[str, Price]:
    try:
        return parse_prices(text) if text else {}
    except ValueError as error:
        raise InvalidSetting(
            f'AI_PRICES must be JSON like {{"model": {{"input": 0.1, "output": 0.3}}}}, in US '
            f"dollars for a million tokens: {error}"
        ) from error


def _budget(text: str) -> int | None:
    try:
        return parse_dollars(text) if text else None
    except ValueError as error:
        raise InvalidSetting(
            f"AI_DAILY_BUDGET must be empty or US dollars such as 1.50: {error}"
        ) from error

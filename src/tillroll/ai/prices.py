"""What models cost. Money is whole micro-US-dollars: 1,000,000 are one US dollar."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

MICRO = 1_000_000
# Ten million US dollars: far beyond any budget, and far below where a number would lose digits.
_MOST_DOLLARS = Decimal(10_000_000)


@dataclass(frozen=True)
class Price:
    """US dollars for a million tokens, which is the same number as micro-US-dollars for one."""

    input: Decimal
    output: Decimal

    def cost(self, input_tokens: int, output_tokens: int) -> int:
        """Whole micro-US-dollars, half to even."""
        exact = self.input * input_tokens + self.output * output_tokens
        return int(exact.quantize(Decimal(1), ROUND_HALF_EVEN))


def parse_prices(text: str) -> Mapping[str, Price]:
    """Read a table of prices: JSON, {"model": {"input": 0.1, "output": 0.3}}, in US dollars for a million tokens.

    Raises:
        ValueError: it is something else; the message says what.
    """
    try:
        table = json.loads(text, parse_float=Decimal, parse_int=Decimal)
    except json.JSONDecodeError as error:
        raise ValueError(f"it is no JSON ({error})") from error
    if not isinstance(table, dict):
        raise ValueError("it is no JSON object")  # noqa: TRY004 - the text is what is wrong
    return {str(model): _price(str(model), item) for model, item in table.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - what JSON holds is checked by _price


def _price(model: str, item: object) -> Price:
    match item:
        case {"input": Decimal() as paid_in, "output": Decimal() as paid_out} if paid_in >= 0 and paid_out >= 0:
            return Price(paid_in, paid_out)
        case _:
            raise ValueError(f'{model} has no price like {{"input": 0.1, "output": 0.3}}')


def parse_dollars(text: str) -> int:
    """An amount of US dollars such as 1.50, as micro-US-dollars.

    Raises:
        ValueError: it is no such amount, negative, too large, or finer than a millionth.
    """
    try:
        micro = Decimal(text) * MICRO
    except InvalidOperation as error:
        raise ValueError(f"{text!r} is no amount") from error
    if not micro.is_finite() or not 0 <= micro <= _MOST_DOLLARS * MICRO or micro != micro.to_integral_value():
        raise ValueError(f"{text!r} is no amount of US dollars with at most six decimals")
    return int(micro)


def dollars(micro: int) -> str:
    """For instance 1500000 -> "1.50", 160 -> "0.00016": at least two decimals, no more than it needs."""
    whole, _, fraction = f"{Decimal(micro) / MICRO:.6f}".partition(".")
    return f"{whole}.{fraction.rstrip('0').ljust(2, '0')}"

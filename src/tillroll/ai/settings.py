"""The settings of models: which are asked, what they cost, and what may be spent on them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from enum import StrEnum
from typing import Self, cast

from tillroll.ai.known_models import DECIDING
from tillroll_durable.platform.settings import InvalidSetting, Variable

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
    """For instance 1500000 -> "1.50", 160 -> "0.00016": at least two decimals, no more than it
    needs.
    """
    whole, _, fraction = f"{Decimal(micro) / MICRO:.6f}".partition(".")
    return f"{whole}.{fraction.rstrip('0').ljust(2, '0')}"


class SecondReading(StrEnum):
    """Which documents a language model reads too."""

    DOUBTED = "doubted"
    ALWAYS = "always"


@dataclass(frozen=True)
class AiSettings:
    """
    Attributes:
        vision_model: the Workers AI model that writes transcripts.
        language_model: the model that is asked about a transcript where the rules are unsure; empty
            for none.
        language_model_fallback: asked where that one does not answer; empty for none.
        decision_model: asked where rules and language model agree on what the rules doubted; empty
            for none.
        second_reading: which documents they are asked about: those that the rules doubt, or all.
        prices: what the models cost; a model that is not named has an unknown price.
        daily_budget: what an account may spend on models a day (UTC), in micro-US-dollars, where it
            has no budget of its own; None for no limit.
    """

    vision_model: str
    language_model: str = ""
    language_model_fallback: str = ""
    decision_model: str = ""
    second_reading: SecondReading = SecondReading.DOUBTED
    prices: Mapping[str, Price] = field(default_factory=dict[str, Price])
    daily_budget: int | None = None

    @classmethod
    def read(cls, variable: Variable) -> Self:
        """Raises InvalidSetting: a value cannot be used."""
        settings = cls(
            vision_model=variable("VISION_MODEL"),
            language_model=variable("LANGUAGE_MODEL"),
            language_model_fallback=variable("LANGUAGE_MODEL_FALLBACK"),
            decision_model=variable("DECISION_MODEL"),
            second_reading=_second_reading(variable("SECOND_READING")),
            prices=_prices(variable("AI_PRICES")),
            daily_budget=_budget(variable("AI_DAILY_BUDGET")),
        )
        if not settings.vision_model:
            raise InvalidSetting("VISION_MODEL must name a Workers AI model that reads images")
        if settings.language_model_fallback and not settings.language_model:
            raise InvalidSetting(
                "LANGUAGE_MODEL_FALLBACK is set, so LANGUAGE_MODEL must name the model to ask first"
            )
        if settings.decision_model and settings.decision_model not in DECIDING:
            raise InvalidSetting(
                f"DECISION_MODEL must be empty or one of {', '.join(sorted(DECIDING))}"
            )
        if settings.decision_model and not settings.language_model:
            raise InvalidSetting(
                "DECISION_MODEL is set, so LANGUAGE_MODEL must name the model that it confirms"
            )
        if settings.daily_budget is not None and settings.unpriced_models:
            missing = ", ".join(settings.unpriced_models)
            raise InvalidSetting(
                f"AI_DAILY_BUDGET is set, so AI_PRICES must name the price of {missing}"
            )
        return settings

    @property
    def language_models(self) -> tuple[str, ...]:
        """The models to ask, in this order; none of them twice."""
        named = (self.language_model, self.language_model_fallback)
        return tuple(dict.fromkeys(model for model in named if model))

    @property
    def unpriced_models(self) -> tuple[str, ...]:
        """The models in use whose price is unknown: with one of them, no budget can be held."""
        used = dict.fromkeys(
            filter(None, (self.vision_model, *self.language_models, self.decision_model))
        )
        return tuple(model for model in used if model not in self.prices)


def _second_reading(text: str) -> SecondReading:
    try:
        return SecondReading(text or SecondReading.DOUBTED)
    except ValueError as error:
        raise InvalidSetting(f"SECOND_READING must be one of {', '.join(SecondReading)}") from error


def _prices(text: str) -> Mapping[str, Price]:
    try:
        return parse_prices(text) if text else {}
    except ValueError as error:
        raise InvalidSetting(
            f'AI_PRICES must be JSON like {{"model": {{"input": 0.1, "output": 0.3}}}}, in US '
            "dollars for a million "
            f"tokens: {error}"
        ) from error


def _budget(text: str) -> int | None:
    try:
        return parse_dollars(text) if text else None
    except ValueError as error:
        raise InvalidSetting(
            f"AI_DAILY_BUDGET must be empty or US dollars such as 1.50: {error}"
        ) from error

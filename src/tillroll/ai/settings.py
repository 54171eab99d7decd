"""The settings of models: which are asked, what they cost, and what may be spent on them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from tillroll.ai.prices import Price, parse_dollars, parse_prices
from tillroll.platform.settings import InvalidSetting, Variable


@dataclass(frozen=True)
class AiSettings:
    """
    Attributes:
        vision_model: the Workers AI model that writes transcripts.
        language_model: the model that is asked about a transcript where the rules are unsure; empty for none.
        language_model_fallback: asked where that one does not answer; empty for none.
        prices: what the models cost; a model that is not named has an unknown price.
        daily_budget: what an account may spend on models a day (UTC), in micro-US-dollars, where it has no budget of
            its own; None for no limit.
    """

    vision_model: str
    language_model: str = ""
    language_model_fallback: str = ""
    prices: Mapping[str, Price] = field(default_factory=dict[str, Price])
    daily_budget: int | None = None

    @classmethod
    def read(cls, variable: Variable) -> Self:
        """Raises InvalidSetting: a value cannot be used."""
        settings = cls(
            vision_model=variable("VISION_MODEL"),
            language_model=variable("LANGUAGE_MODEL"),
            language_model_fallback=variable("LANGUAGE_MODEL_FALLBACK"),
            prices=_prices(variable("AI_PRICES")),
            daily_budget=_budget(variable("AI_DAILY_BUDGET")),
        )
        if not settings.vision_model:
            raise InvalidSetting("VISION_MODEL must name a Workers AI model that reads images")
        if settings.language_model_fallback and not settings.language_model:
            raise InvalidSetting("LANGUAGE_MODEL_FALLBACK is set, so LANGUAGE_MODEL must name the model to ask first")
        if settings.daily_budget is not None and settings.unpriced_models:
            missing = ", ".join(settings.unpriced_models)
            raise InvalidSetting(f"AI_DAILY_BUDGET is set, so AI_PRICES must name the price of {missing}")
        return settings

    @property
    def language_models(self) -> tuple[str, ...]:
        """The models to ask, in this order; none of them twice."""
        named = (self.language_model, self.language_model_fallback)
        return tuple(dict.fromkeys(model for model in named if model))

    @property
    def unpriced_models(self) -> tuple[str, ...]:
        """The models in use whose price is unknown: with one of them, no budget can be held."""
        used = dict.fromkeys((self.vision_model, *self.language_models))
        return tuple(model for model in used if model not in self.prices)


def _prices(text: str) -> Mapping[str, Price]:
    try:
        return parse_prices(text) if text else {}
    except ValueError as error:
        raise InvalidSetting(
            f'AI_PRICES must be JSON like {{"model": {{"input": 0.1, "output": 0.3}}}}, in US dollars for a million '
            f"tokens: {error}"
        ) from error


def _budget(text: str) -> int | None:
    try:
        return parse_dollars(text) if text else None
    except ValueError as error:
        raise InvalidSetting(f"AI_DAILY_BUDGET must be empty or US dollars such as 1.50: {error}") from error

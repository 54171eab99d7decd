"""The settings of models: which are asked about documents."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from tillroll.ai.known_models import DECIDING
from tillroll_durable.ai.costs import CostSettings, Price
from tillroll_durable.platform.settings import InvalidSetting, Variable


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
    """

    vision_model: str
    language_model: str = ""
    language_model_fallback: str = ""
    decision_model: str = ""
    second_reading: SecondReading = SecondReading.DOUBTED

    @classmethod
    def read(cls, variable: Variable) -> Self:
        """Raises InvalidSetting: a value cannot be used."""
        settings = cls(
            vision_model=variable("VISION_MODEL"),
            language_model=variable("LANGUAGE_MODEL"),
            language_model_fallback=variable("LANGUAGE_MODEL_FALLBACK"),
            decision_model=variable("DECISION_MODEL"),
            second_reading=_second_reading(variable("SECOND_READING")),
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
        costs = CostSettings.read(variable)
        unpriced = settings.models_without_price(costs.prices)
        if costs.daily_budget is not None and unpriced:
            missing = ", ".join(unpriced)
            raise InvalidSetting(
                f"AI_DAILY_BUDGET is set, so AI_PRICES must name the price of {missing}"
            )
        return settings

    @property
    def language_models(self) -> tuple[str, ...]:
        """The models to ask, in this order; none of them twice."""
        named = (self.language_model, self.language_model_fallback)
        return tuple(dict.fromkeys(model for model in named if model))

    def models_without_price(self, prices: Mapping[str, Price]) -> tuple[str, ...]:
        """The models in use whose price is unknown: with one of them, no budget can be held."""
        used = dict.fromkeys(
            filter(None, (self.vision_model, *self.language_models, self.decision_model))
        )
        return tuple(model for model in used if model not in prices)


def _second_reading(text: str) -> SecondReading:
    try:
        return SecondReading(text or SecondReading.DOUBTED)
    except ValueError as error:
        raise InvalidSetting(f"SECOND_READING must be one of {', '.join(SecondReading)}") from error

"""Plans that an account can have, and the settings of billing: the provider's key and a price for each plan."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, Self, TypeAlias

from tillroll.platform.settings import InvalidSetting, Variable, read_address

Plan: TypeAlias = Literal["free", "team", "business"]
PaidPlan: TypeAlias = Literal["team", "business"]

FREE: Final = "free"
"""Nothing is invoiced."""


_STRIPE: Final = "https://api.stripe.com"
_PRICES: Final[Mapping[PaidPlan, str]] = {"team": "BILLING_PRICE_TEAM", "business": "BILLING_PRICE_BUSINESS"}


@dataclass(frozen=True)
class BillingSettings:
    """
    Attributes:
        api_key: the provider's key. Empty where nothing is invoiced.
        api_url: the provider's API, without a slash at its end.
        prices: the provider's id of the price of each plan that can be had for money: price_….
    """

    api_key: str = field(default="", repr=False)
    api_url: str = _STRIPE
    prices: Mapping[str, str] = field(default_factory=dict[str, str])

    @classmethod
    def read(cls, variable: Variable) -> Self:
        """Raises InvalidSetting: a value cannot be used."""
        given = {plan: variable(name).strip() for plan, name in _PRICES.items()}
        settings = cls(
            api_key=variable("BILLING_API_KEY"),
            api_url=read_address("BILLING_API_URL", variable).rstrip("/") or _STRIPE,
            prices={plan: price for plan, price in given.items() if price},
        )
        for plan, price in settings.prices.items():
            if not price.startswith("price_"):
                name = _PRICES["team" if plan == "team" else "business"]
                raise InvalidSetting(f"{name} must be the provider's id of the plan's price: price_…")
        if settings.api_key and not settings.prices:
            raise InvalidSetting(
                "BILLING_API_KEY is set, so BILLING_PRICE_TEAM or BILLING_PRICE_BUSINESS must be a price: price_…"
            )
        return settings

    def offers(self, plan: Plan) -> bool:
        """Whether an account can have the plan here."""
        return plan == FREE or (bool(self.api_key) and plan in self.prices)

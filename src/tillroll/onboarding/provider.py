"""Plans that an account can have, the settings of billing, and Stripe as the provider that invoices
accounts.

Stripe's API (https://docs.stripe.com/api/customers, /api/subscriptions) was read in November 2026
and never asked for real. Requests are forms. POST /v1/customers and POST /v1/subscriptions go with
an idempotency key. Lists have `data` and `has_more`, the newest first. DELETE /v1/customers/{id}
deletes a customer and cancels their subscriptions; it cannot be undone. Subscriptions are invoiced
by mail (`collection_method=send_invoice`): nobody has given a card yet.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, Literal, Self, TypeAlias
from urllib.parse import quote, urlencode

from tillroll.stripe import StripeCalls, StripeEndings
from tillroll_durable.platform.bindings.http import Http
from tillroll_durable.platform.settings import InvalidSetting, Variable, read_address

Plan: TypeAlias = Literal["free", "team", "business"]
PaidPlan: TypeAlias = Literal["team", "business"]

FREE: Final = "free"
"""Nothing is invoiced."""


_STRIPE: Final = "https://api.stripe.com"
_PRICES: Final[Mapping[PaidPlan, str]] = {
    "team": "BILLING_PRICE_TEAM",
    "business": "BILLING_PRICE_BUSINESS",
}


@dataclass(frozen=True)
class BillingSettings:
    """`api_key` is empty where nothing is invoiced; `api_url` has no slash at its end; `prices` has
    the provider's id (price_…) of the price of each plan that can be had for money.
    """

    api_key: str = field(default="", repr=False)
    api_url: str = _STRIPE
    prices: Mapping[str, str] = field(default_factory=dict[str, str])

    @classmethod
    def read(cls, variable: Variable) -> Self:
        """Raises InvalidSetting: a value cannot be used."""
        prices = {plan: variable(name).strip() for plan, name in _PRICES.items()}
        settings = cls(
            api_key=variable("BILLING_API_KEY"),
            api_url=read_address("BILLING_API_URL", variable).rstrip("/") or _STRIPE,
            prices={plan: price for plan, price in prices.items() if price},
        )
        for plan, price in settings.prices.items():
            if not price.startswith("price_"):
                name = _PRICES["team" if plan == "team" else "business"]
                raise InvalidSetting(
                    f"{name} must be the provider's id of the plan's price: price_…"
                )
        if settings.api_key and not settings.prices:
            raise InvalidSetting(
                "BILLING_API_KEY is set, so BILLING_PRICE_TEAM or BILLING_PRICE_BUSINESS must be a "
                "price: price_…"
            )
        return settings

    def offers(self, plan: Plan) -> bool:
        """Whether an account can have the plan here."""
        return plan == FREE or (bool(self.api_key) and plan in self.prices)


@dataclass(frozen=True)
class NewCustomer:
    """Who is to be invoiced. `ours` is our id, by which they are found again; `mail` is where
    invoices go.
    """

    ours: str
    mail: str
    description: str


class BillingRefused(Exception):
    """The provider does not do this; it changed nothing. The message is one line for the record."""


class BillingDenied(Exception):
    """The provider did not let us in; it changed nothing."""


class BillingUncertain(Exception):
    """No answer came, or one that says nothing: what was done is unknown."""


CUSTOMERS: Final = "/v1/customers"
SUBSCRIPTIONS: Final = "/v1/subscriptions"
# The member of `metadata` that has our id.
OURS: Final = "onboarded_by"
DAYS_UNTIL_DUE: Final = 14
_TIMEOUT_SECONDS: Final = 20.0
_PAGE: Final = 20
# Where there are more customers of one address, a person looks.
_MOST_PAGES: Final = 5
_ENDINGS: Final = StripeEndings(
    provider="the billing provider",
    denied=BillingDenied,
    refused=BillingRefused,
    uncertain=BillingUncertain,
    refused_by=frozenset(
        {HTTPStatus.BAD_REQUEST, HTTPStatus.PAYMENT_REQUIRED, HTTPStatus.NOT_FOUND}
    ),
)
_FORM: Final = "application/x-www-form-urlencoded"
# Of a subscription that is over.
_ENDED: Final = ("canceled", "incomplete_expired")


class Stripe:
    """Stripe's HTTP API. Each call raises BillingRefused (nothing was changed), BillingDenied or
    BillingUncertain.
    """

    def __init__(self, http: Http, settings: BillingSettings) -> None:
        self._calls = StripeCalls(
            http,
            settings.api_url,
            api_key=settings.api_key,
            timeout_seconds=_TIMEOUT_SECONDS,
            endings=_ENDINGS,
        )

    async def create_customer(self, customer: NewCustomer, key: str) -> str:
        """The id of a new customer; the same under the same key, for a day at least."""
        form = {
            "email": customer.mail,
            "description": customer.description,
            f"metadata[{OURS}]": customer.ours,
        }
        return _id_of(await self._calls.post(CUSTOMERS, urlencode(form), media_type=_FORM, key=key))

    async def subscribe(self, customer_id: str, price: str, ours: str, key: str) -> str:
        """The id of a new subscription of a customer's; the same under the same key, for a day at
        least.
        """
        form = {
            "customer": customer_id,
            "items[0][price]": price,
            "collection_method": "send_invoice",
            "days_until_due": str(DAYS_UNTIL_DUE),
            f"metadata[{OURS}]": ours,
        }
        return _id_of(
            await self._calls.post(SUBSCRIPTIONS, urlencode(form), media_type=_FORM, key=key)
        )

    async def find_customer(self, customer: NewCustomer) -> str | None:
        """The id of the customer that was made as `customer`, and was not deleted; no clock is
        relied on.
        """
        return await self._find(CUSTOMERS, {"email": customer.mail}, customer.ours)

    async def find_subscription(self, customer_id: str, ours: str) -> str | None:
        """The id of a subscription of the customer's that was made under our id, and goes on."""
        return await self._find(SUBSCRIPTIONS, {"customer": customer_id, "status": "all"}, ours)

    async def delete_customer(self, customer_id: str) -> None:
        """Delete a customer, which ends what they subscribe to; one that is gone already stays
        so.
        """
        await self._calls.delete(f"{CUSTOMERS}/{quote(customer_id, safe='')}")

    async def _find(self, path: str, parameters: Mapping[str, str], ours: str) -> str | None:
        query = {**parameters, "limit": str(_PAGE)}
        for _ in range(_MOST_PAGES):
            page = await self._calls.get(f"{path}?{urlencode(query)}")
            match page.get("data"):
                case list(listed):
                    match = next((each for each in listed if _is_ours(each, ours)), None)
                case _:
                    raise BillingUncertain("the billing provider's list is none")
            if match is not None:
                return _id_of(match)
            if not page.get("has_more") or not listed:
                return None
            query["starting_after"] = _id_of(listed[-1])
        raise BillingUncertain("the billing provider's list is too long to find ours in it")


def _id_of(value: Any) -> str:
    match value:
        case {"id": str(id_)} if id_:
            return id_
        case _:
            raise BillingUncertain("the billing provider named no id")


def _is_ours(value: Any, ours: str) -> bool:
    match value:
        case {"deleted": True}:
            return False
        case {"status": str(status)} if status in _ENDED:
            return False
        case {"metadata": {"onboarded_by": str(id_)}}:
            return id_ == ours
        case _:
            return False

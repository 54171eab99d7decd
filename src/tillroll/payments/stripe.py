"""Stripe's outbound payments (https://docs.stripe.com/api/v2/money-management/outbound-payments), read in November 2026
and never asked for real.

POST /v2/money_management/outbound_payments goes with an idempotency key, and answers with the payment: `id`, `status`
(processing, posted, failed, returned, canceled), `metadata`, and `status_details`, which has the reason of a failed or
returned one. A list is filtered by `recipient` and `created_gte`, and has `data` and `next_page_url`.
"""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from tillroll.payments.provider import (
    Payment,
    PaymentDenied,
    PaymentRefused,
    PaymentStatus,
    PaymentUncertain,
    Seen,
)
from tillroll.payments.settings import PaymentSettings
from tillroll.platform.bindings.http import Http
from tillroll.platform.clock import to_text
from tillroll.platform.json import JsonObject, dump
from tillroll.stripe.calls import StripeCalls, StripeEndings

_PAYMENTS: Final = "/v2/money_management/outbound_payments"
# The member of `metadata` that has our id.
OURS: Final = "payout"
_TIMEOUT_SECONDS: Final = 25.0
_PAGE: Final = 50
# A recipient who was paid more often than this since a payment was asked for is looked at by a person.
_MOST_PAGES: Final = 5
# Clocks differ: the list is asked from a little before the payment was.
_CLOCKS_DIFFER: Final = timedelta(minutes=5)
_ENDINGS: Final = StripeEndings(
    provider="the payment provider",
    denied=PaymentDenied,
    refused=PaymentRefused,
    uncertain=PaymentUncertain,
    refused_by=frozenset(
        {HTTPStatus.BAD_REQUEST, HTTPStatus.PAYMENT_REQUIRED, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT}
    ),
)


class Stripe:
    """`Payments` on Stripe's HTTP API."""

    def __init__(self, http: Http, settings: PaymentSettings) -> None:
        self._calls = StripeCalls(http, settings.api_url, settings.api_key, _TIMEOUT_SECONDS, _ENDINGS)
        self._account = settings.account

    async def pay(self, payment: Payment, key: str) -> Seen:
        """Raises: as Payments.pay."""
        return _seen(await self._post(_PAYMENTS, body_of(payment, self._account), key))

    async def cancel(self, id_: str, key: str) -> Seen:
        """Raises: as Payments.cancel."""
        return _seen(await self._post(f"{_PAYMENTS}/{quote(id_, safe='')}/cancel", {}, key))

    async def find(self, id_: str) -> Seen | None:
        """Raises: as Payments."""
        found = await self._calls.find(f"{_PAYMENTS}/{quote(id_, safe='')}")
        return None if found is None else _seen(found)

    async def find_ours(self, payment: Payment, since: datetime) -> Seen | None:
        """Raises: as Payments."""
        asked = {"recipient": payment.recipient, "created_gte": to_text(since - _CLOCKS_DIFFER), "limit": _PAGE}
        path: str | None = f"{_PAYMENTS}?{urlencode(asked)}"
        for _ in range(_MOST_PAGES):
            page = await self._calls.get(path)
            match page.get("data"):
                case list(listed):
                    found = next((each for each in listed if _ours(each) == payment.ours), None)
                case _:
                    raise PaymentUncertain("the payment provider's list is none")
            if found is not None:
                return _seen(found)
            path = _path_of(page.get("next_page_url"))
            if path is None:
                return None
        raise PaymentUncertain("the recipient was paid too often since then for the payment to be found")

    async def _post(self, path: str, body: JsonObject, key: str) -> JsonObject:
        return await self._calls.post(path, dump(body), "application/json", key)


def body_of(payment: Payment, account: str) -> JsonObject:
    """The request's body. Stripe has currencies in small letters."""
    currency = payment.currency.lower()
    return {
        "from": {"financial_account": account, "currency": currency},
        "to": {"recipient": payment.recipient, "payout_method": payment.method, "currency": currency},
        "amount": {"value": payment.amount, "currency": currency},
        "description": payment.description,
        "metadata": {OURS: payment.ours},
    }


def _seen(said: Any) -> Seen:
    match said:
        case {"id": str(id_), "status": str(status)} if id_ and status in set(PaymentStatus):
            return Seen(id_, _ours(said), PaymentStatus(status), _reason(said, status))
        case _:
            raise PaymentUncertain("the payment provider named no payment, or a status that is not known")


def _ours(said: Any) -> str:
    match said:
        case {"metadata": {"payout": str(ours)}}:
            return ours
        case _:
            return ""


def _reason(said: Any, status: str) -> str | None:
    match said.get("status_details"):
        case {"failed": {"reason": str(reason)}} if status == "failed":
            return reason
        case {"returned": {"reason": str(reason)}} if status == "returned":
            return reason
        case _:
            return None


def _path_of(url: Any) -> str | None:
    """Path and query of the next page: it is asked for where the first was."""
    if not isinstance(url, str) or not url:
        return None
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"

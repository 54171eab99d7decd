"""Who pays a payout: Stripe's outbound payments, a file for the bank, or a person by hand.

Stripe's API (https://docs.stripe.com/api/v2/money-management/outbound-payments) was read in
November 2026 and never asked for real. POST /v2/money_management/outbound_payments goes with an
idempotency key, and answers with the payment: `id`, `status` (processing, posted, failed, returned,
canceled), `metadata`, and `status_details`, which has the reason of a failed or returned one. A
list is filtered by `recipient` and `created_gte`, and has `data` and `next_page_url`."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final, TypeAlias
from urllib.parse import quote, urlencode, urlsplit

from tillroll.payouts import payments
from tillroll.payouts.bank_files.instructions import PaymentsByFile, PaymentsByHand
from tillroll.payouts.models import BY_FILE, BY_HAND, Payout
from tillroll.payouts.payments import Made, Payment, PaymentStatus, PaymentUncertain, Seen
from tillroll.payouts.settings import PaymentSettings
from tillroll.stripe import StripeCalls, StripeEndings
from tillroll_durable import AccessDenied
from tillroll_durable.platform.bindings.http import Http
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import JsonObject, dump
from tillroll_durable.platform.services import Platform

_PAYMENTS: Final = "/v2/money_management/outbound_payments"
# The member of `metadata` that has our name of the payment.
OURS: Final = "payout"
_TIMEOUT_SECONDS: Final = 25.0
# A recipient who was paid more often than this since then is looked at by a person.
_MOST_PAGES: Final = 20
# The list is by the provider's clock, and the moment by ours, which may be wrong: with one that is
# wrong by a month, no certificate is valid, so no request arrives.
_CLOCKS_DIFFER: Final = timedelta(days=30)
_ENDINGS: Final = StripeEndings(
    provider="the payment provider",
    denied=payments.PaymentDenied,
    refused=payments.PaymentRefused,
    uncertain=PaymentUncertain,
    refused_by=frozenset(
        {
            HTTPStatus.BAD_REQUEST,
            HTTPStatus.PAYMENT_REQUIRED,
            HTTPStatus.NOT_FOUND,
            HTTPStatus.CONFLICT,
        }
    ),
)


@dataclass(frozen=True)
class PaymentInList:
    """The provider's id of a payment, and its name of ours; empty where somebody made it
    elsewhere."""

    id: str
    name: str


@dataclass(frozen=True)
class ProviderPage:
    """A page of the provider's list; `following` is the path of the next one, None behind the
    last."""

    payments: Sequence[PaymentInList]
    following: str | None


class Stripe:
    """Payments on Stripe's HTTP API. Each method raises PaymentDenied and PaymentUncertain."""

    def __init__(self, http: Http, settings: PaymentSettings) -> None:
        self._calls = StripeCalls(
            http,
            settings.api_url,
            api_key=settings.api_key,
            timeout_seconds=_TIMEOUT_SECONDS,
            endings=_ENDINGS,
        )
        self._account = settings.account

    async def pay(self, payment: Payment, key: str) -> Seen:
        """Pay. The same payment under the same key is made once, for thirty days at least.
        Raises PaymentRefused."""
        return await self._post(_PAYMENTS, body_of(payment, self._account), key)

    async def cancel(self, id_: str, key: str) -> Seen:
        """Call a payment back. Raises PaymentRefused: it is not on its way any more."""
        return await self._post(f"{_PAYMENTS}/{quote(id_, safe='')}/cancel", {}, key)

    async def find(self, id_: str) -> Seen | None:
        answer = await self._calls.find(f"{_PAYMENTS}/{quote(id_, safe='')}")
        if answer is None:
            return None
        return _report_of(answer)

    async def find_ours(self, payment: Payment, since: datetime) -> Seen | None:
        """The payment that was asked for as `payment`, at `since` or later by our clock, which may
        be wrong. Raises PaymentUncertain: another amount was asked for under its name, as by a
        request that the database has lost."""
        async for listed in self._lists(payment, since):
            for each in listed:
                if payment.is_called(_ours(each)):
                    return _same_payment(payment, each)
        return None

    async def made(self, payment: Payment, since: datetime) -> Sequence[Made]:
        """All payments that were made of `payment` since then: one, if all is well. They are under
        our id."""
        lists = self._lists(payment, since)
        return [
            replace(_payment_of(each), ours=payment.ours)
            async for listed in lists
            for each in listed
            if payment.is_called(_ours(each))
        ]

    async def page_of_all(self, since: datetime | None, path: str | None) -> ProviderPage:
        """A page of all payments since then, of whatever origin: the first one, or that of a
        `path`. None: all that there ever were. Raises PaymentDenied, PaymentUncertain."""
        query: dict[str, str | int] = {"limit": 50}
        if since is not None:
            query["created_gte"] = to_text(since)
        page = await self._calls.get(path or f"{_PAYMENTS}?{urlencode(query)}")
        match page.get("data"):
            case list(listed):
                page_payments = [_payment_in_list(each) for each in listed]
            case _:
                raise PaymentUncertain("the payment provider's list is none")
        return ProviderPage(page_payments, _path_of(page.get("next_page_url")))

    async def _lists(self, payment: Payment, since: datetime) -> AsyncIterator[Sequence[Any]]:
        """The pages of what the recipient was paid. Raises PaymentDenied, PaymentUncertain: the
        rest is not known."""
        query = {
            "recipient": payment.recipient,
            "created_gte": to_text(since - _CLOCKS_DIFFER),
            "limit": 50,
        }
        path: str | None = f"{_PAYMENTS}?{urlencode(query)}"
        for _ in range(_MOST_PAGES):
            page = await self._calls.get(path)
            match page.get("data"):
                case list(listed):
                    yield listed
                case _:
                    raise PaymentUncertain("the payment provider's list is none")
            path = _path_of(page.get("next_page_url"))
            if path is None:
                return
        raise PaymentUncertain(
            "the recipient was paid too often since then for the payment to be found"
        )

    async def _post(self, path: str, body: JsonObject, key: str) -> Seen:
        return _report_of(
            await self._calls.post(path, dump(body), media_type="application/json", key=key)
        )


def body_of(payment: Payment, account: str) -> JsonObject:
    """The request's body. Stripe has currencies in small letters."""
    currency = payment.currency.lower()
    return {
        "from": {"financial_account": account, "currency": currency},
        "to": {
            "recipient": payment.recipient,
            "payout_method": payment.method,
            "currency": currency,
        },
        "amount": {"value": payment.amount, "currency": currency},
        "description": payment.description,
        "metadata": {OURS: payment.label},
    }


def _report_of(answer: Any) -> Seen:
    match answer:
        case {"id": str(id_), "status": str(status)} if id_ and status in set(PaymentStatus):
            return Seen(
                id_, _ours(answer), status=PaymentStatus(status), reason=_reason(answer, status)
            )
        case _:
            raise PaymentUncertain(
                "the payment provider named no payment, or a status that is not known"
            )


def _payment_in_list(answer: Any) -> PaymentInList:
    match answer:
        case {"id": str(id_)} if id_:
            return PaymentInList(id_, _ours(answer))
        case _:
            raise PaymentUncertain("the payment provider's list has a payment without an id")


def _same_payment(payment: Payment, answer: Any) -> Seen:
    history = _payment_of(answer)
    if (history.currency, history.amount) != (payment.currency, payment.amount):
        raise PaymentUncertain(
            "the payment provider has a payment of another amount under the same name"
        )
    return _report_of(answer)


def _payment_of(answer: Any) -> Made:
    report = _report_of(answer)
    match answer:
        case {"amount": {"value": int(amount), "currency": str(currency)}}:
            return Made(
                report.id,
                report.ours,
                status=report.status,
                reason=report.reason,
                currency=currency.upper(),
                amount=amount,
            )
        case _:
            raise PaymentUncertain("the payment provider named a payment without an amount")


def _ours(answer: Any) -> str:
    match answer:
        case {"metadata": {"payout": str(ours)}}:
            return ours
        case _:
            return ""


def _reason(answer: Any, status: str) -> str | None:
    match answer.get("status_details"):
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


Payments: TypeAlias = Stripe | PaymentsByFile | PaymentsByHand


def payments_of(platform: Platform, payout: Payout) -> Payments:
    """Who pays this payout, by its payee. Raises AccessDenied: nobody does."""
    match payout.paid_by:
        case str(way) if way == BY_FILE:
            return PaymentsByFile(platform, payout.account_id)
        case str(way) if way == BY_HAND:
            return PaymentsByHand(platform, payout.account_id)
        case _:
            return provider(platform)


def provider(platform: Platform) -> Stripe:
    """The provider that pays for this deployment. Raises AccessDenied: there is none."""
    settings = platform.settings.of(PaymentSettings)
    if not settings.pays:
        raise AccessDenied("this deployment has no PAYMENTS_API_KEY")
    return Stripe(platform.http, settings)


def payment_of(payout: Payout) -> Payment:
    """The payment of a payout, as it is asked for."""
    where = payout.id, payout.recipient, payout.method
    what = payout.currency, payout.amount, payout.reference
    return Payment(*where, *what, payout.payment_name)

"""Stripe's customers and subscriptions (https://docs.stripe.com/api/customers, /api/subscriptions), read in November
2026 and never asked for real.

Requests are forms. POST /v1/customers and POST /v1/subscriptions, with `Idempotency-Key`: the same request under the
same key gets the first answer again, for a day at least. Lists have `data` and `has_more`, the newest first. DELETE
/v1/customers/{id} deletes a customer and cancels their subscriptions; it cannot be undone. Errors are
{"error": {"code", "type", "message"}}.

Subscriptions are invoiced by mail (`collection_method=send_invoice`): nobody has given a card yet.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote, urlencode

from tillroll.billing.provider import BillingDenied, BillingRefused, BillingUncertain, NewCustomer
from tillroll.billing.settings import BillingSettings
from tillroll.platform.bindings.http import LONGEST_ANSWER_BYTES, Http, HttpAnswer, HttpFailed
from tillroll.platform.json import JsonObject, load_object

API_VERSION: Final = "2026-10-28.endive"
CUSTOMERS: Final = "/v1/customers"
SUBSCRIPTIONS: Final = "/v1/subscriptions"
# The member of `metadata` that has our id.
OURS: Final = "onboarded_by"
DAYS_UNTIL_DUE: Final = 14
_TIMEOUT_SECONDS: Final = 20.0
_PAGE: Final = 20
# Where there are more customers of one address, a person looks.
_MOST_PAGES: Final = 5
_DENIED: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_REFUSED: Final = (HTTPStatus.BAD_REQUEST, HTTPStatus.PAYMENT_REQUIRED, HTTPStatus.NOT_FOUND)
# Of a subscription that is over.
_ENDED: Final = ("canceled", "incomplete_expired")


class Stripe:
    """`Billing` on Stripe's HTTP API."""

    def __init__(self, http: Http, settings: BillingSettings) -> None:
        self._http = http
        self._settings = settings

    async def create_customer(self, customer: NewCustomer, key: str) -> str:
        """Raises: as Billing.create_customer."""
        form = {
            "email": customer.mail,
            "description": customer.description,
            f"metadata[{OURS}]": customer.ours,
        }
        return _id_of(await self._post(CUSTOMERS, form, key))

    async def subscribe(self, customer_id: str, price: str, ours: str, key: str) -> str:
        """Raises: as Billing.subscribe."""
        form = {
            "customer": customer_id,
            "items[0][price]": price,
            "collection_method": "send_invoice",
            "days_until_due": str(DAYS_UNTIL_DUE),
            f"metadata[{OURS}]": ours,
        }
        return _id_of(await self._post(SUBSCRIPTIONS, form, key))

    async def find_customer(self, customer: NewCustomer) -> str | None:
        """Raises: as Billing."""
        return await self._find(CUSTOMERS, {"email": customer.mail}, customer.ours)

    async def find_subscription(self, customer_id: str, ours: str) -> str | None:
        """Raises: as Billing."""
        return await self._find(SUBSCRIPTIONS, {"customer": customer_id, "status": "all"}, ours)

    async def delete_customer(self, customer_id: str) -> None:
        """Raises: as Billing."""
        url = f"{self._settings.api_url}{CUSTOMERS}/{quote(customer_id, safe='')}"
        try:
            answer = await self._http.delete(url, self._headers, _TIMEOUT_SECONDS)
        except HttpFailed as error:
            raise BillingUncertain(f"the billing provider did not answer: {error}") from error
        if answer.status != HTTPStatus.NOT_FOUND:
            _read(answer)

    async def _find(self, path: str, asked: Mapping[str, str], ours: str) -> str | None:
        query = {**asked, "limit": str(_PAGE)}
        for _ in range(_MOST_PAGES):
            page = _read(await self._get(f"{path}?{urlencode(query)}"))
            match page.get("data"):
                case list(listed):
                    found = next((each for each in listed if _is_ours(each, ours)), None)
                case _:
                    raise BillingUncertain("the billing provider's list is none")
            if found is not None:
                return _id_of(found)
            if not page.get("has_more") or not listed:
                return None
            query["starting_after"] = _id_of(listed[-1])
        raise BillingUncertain("the billing provider's list is too long to find ours in it")

    async def _post(self, path: str, form: Mapping[str, str], key: str) -> JsonObject:
        headers = {
            **self._headers,
            "content-type": "application/x-www-form-urlencoded",
            "idempotency-key": key,
        }
        try:
            url = self._settings.api_url + path
            return _read(await self._http.post(url, headers, urlencode(form), _TIMEOUT_SECONDS))
        except HttpFailed as error:
            raise BillingUncertain(f"the billing provider did not answer: {error}") from error

    async def _get(self, path: str) -> HttpAnswer:
        try:
            url = self._settings.api_url + path
            return await self._http.get(url, _TIMEOUT_SECONDS, LONGEST_ANSWER_BYTES, self._headers)
        except HttpFailed as error:
            raise BillingUncertain(f"the billing provider did not answer: {error}") from error

    @property
    def _headers(self) -> Mapping[str, str]:
        return {"authorization": f"Bearer {self._settings.api_key}", "stripe-version": API_VERSION}


def _read(answer: HttpAnswer) -> JsonObject:
    said = _parsed(answer.body)
    if answer.is_success:
        if said is None:
            raise BillingUncertain("the billing provider's answer is no JSON object")
        return said
    # What it says beside the code may quote an address, so it is not repeated.
    match said:
        case {"error": {"code": str(code)}} | {"error": {"type": str(code)}}:
            why = f"the billing provider answered {answer.status} {code}"
        case _:
            why = f"the billing provider answered {answer.status}"
    if answer.status in _DENIED:
        raise BillingDenied(why)
    if answer.status in _REFUSED and "idempotency" not in why:
        raise BillingRefused(why)
    raise BillingUncertain(why)


def _id_of(said: Any) -> str:
    match said:
        case {"id": str(id_)} if id_:
            return id_
        case _:
            raise BillingUncertain("the billing provider named no id")


def _is_ours(said: Any, ours: str) -> bool:
    match said:
        case {"deleted": True}:
            return False
        case {"status": str(status)} if status in _ENDED:
            return False
        case {"metadata": {"onboarded_by": str(id_)}}:
            return id_ == ours
        case _:
            return False


def _parsed(body: str) -> JsonObject | None:
    try:
        return load_object(body)
    except ValueError:
        return None

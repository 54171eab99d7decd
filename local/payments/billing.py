"""Stripe's customers and subscriptions as far as Tillroll asks for them (docs.stripe.com/api),
without HTTP: its checks, its answers, that a key works once, that a deleted customer's
subscriptions end. Nobody is invoiced.

Faults are ordered, and used up one a request that would make something; or a customer's address
stands for one: `refused@…`, `no-subscription@…` or `lost@…`.
"""

from __future__ import annotations

import json
import uuid
from collections import Counter
from dataclasses import asdict, dataclass
from dataclasses import field as member
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import parse_qs, parse_qsl, urlsplit

from local.payments.counterpart import Answered

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CUSTOMERS, SUBSCRIPTIONS = "/v1/customers", "/v1/subscriptions"
# refused: 402, which stays the answer under its key. denied: 401. down: 500. lost_before: the
# request never arrives. lost_after: it is done, and the answer never arrives. passes: nothing
# happens to this one.
FaultKind = Literal["refused", "denied", "down", "lost_before", "lost_after", "passes"]
_PAGE = 10


@dataclass
class Fault:
    """What becomes of the next request that would make something."""

    kind: FaultKind


@dataclass
class Made:
    """A customer (`cus_…`) or a subscription (`sub_…`), with the form that asked for it."""

    id: str
    form: dict[str, str]
    created: int
    is_over: bool = False

    @property
    def is_customer(self) -> bool:
        return self.id.startswith("cus_")


@dataclass
class BillingCounterpart:
    """Those whom one deployment invoices. `now` is the provider's clock."""

    api_key: str
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    made: list[Made] = member(default_factory=list["Made"])
    faults: list[Fault] = member(default_factory=list["Fault"])
    # What was answered under a key: the request, the status, the body.
    keys: dict[str, tuple[str, int, str]] = member(
        default_factory=dict[str, "tuple[str, int, str]"]
    )
    asked: Counter[str] = member(default_factory=Counter[str])

    def post(self, path: str, headers: Mapping[str, str], body: str) -> Answered:
        """A POST; header names are in small letters."""
        refused = self._let_in(headers)
        if refused:
            return refused
        key, form = headers.get("idempotency-key", ""), dict(parse_qsl(body))
        if path not in {CUSTOMERS, SUBSCRIPTIONS}:
            return _error(404, "resource_missing")
        if key in self.keys:
            request, status, said = self.keys[key]
            return (
                Answered(status, json.loads(said))
                if request == path + body
                else _error(400, "idempotency_error")
            )
        fault = self._fault(path, form)
        if fault in _AT_ONCE:
            return _AT_ONCE[fault]
        if fault == "refused":
            answered = _error(402, "card_declined")
        else:
            answered = self._make_customer(form) if path == CUSTOMERS else self._subscribe(form)
        if key:
            self.keys[key] = (path + body, answered.status, json.dumps(answered.body))
        return Answered(answered.status, answered.body, is_lost=fault == "lost_after")

    def get(self, path: str, headers: Mapping[str, str]) -> Answered:
        refused = self._let_in(headers)
        if refused:
            return refused
        parts = urlsplit(path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == CUSTOMERS:
            found = [
                each
                for each in self.customers
                if not each.is_over and each.form["email"] == asked.get("email", each.form["email"])
            ]
        elif parts.path == SUBSCRIPTIONS:
            found = [
                each
                for each in self.subscriptions
                if each.form["customer"] == asked.get("customer")
            ]
        else:
            return _error(404, "resource_missing")
        return _page(found, asked)

    def delete(self, path: str, headers: Mapping[str, str]) -> Answered:
        refused = self._let_in(headers)
        if refused:
            return refused
        id_ = path.removeprefix(f"{CUSTOMERS}/")
        customer = next(
            (each for each in self.customers if each.id == id_ and not each.is_over), None
        )
        if customer is None:
            return _error(404, "resource_missing")
        for each in (
            customer,
            *(each for each in self.subscriptions if each.form["customer"] == id_),
        ):
            each.is_over = True
        return Answered(200, {"id": id_, "object": "customer", "deleted": True})

    @property
    def customers(self) -> list[Made]:
        return [each for each in self.made if each.is_customer]

    @property
    def subscriptions(self) -> list[Made]:
        return [each for each in self.made if not each.is_customer]

    def kept(self) -> dict[str, Any]:
        """What must outlive a kill."""
        return {"made": [asdict(each) for each in self.made], "keys": self.keys}

    def load(self, kept: dict[str, Any]) -> None:
        """Take up what `kept` gave."""
        self.made = [Made(**each) for each in kept["made"]]
        self.keys = {
            key: (request, status, body) for key, (request, status, body) in kept["keys"].items()
        }

    def _let_in(self, headers: Mapping[str, str]) -> Answered | None:
        if headers.get("authorization") != f"Bearer {self.api_key}":
            return _error(401, "invalid_api_key")
        return None if headers.get("stripe-version") else _error(400, "stripe_version_missing")

    def _fault(self, path: str, form: dict[str, str]) -> FaultKind | None:
        if self.faults:
            return self.faults.pop(0).kind
        if path == SUBSCRIPTIONS:
            customer = next(
                (each for each in self.customers if each.id == form.get("customer")), None
            )
            mail = "" if customer is None else customer.form["email"]
            return "refused" if mail.startswith("no-subscription@") else None
        mail = form.get("email", "")
        return (
            "refused"
            if mail.startswith("refused@")
            else "lost_after"
            if mail.startswith("lost@")
            else None
        )

    def _make_customer(self, form: dict[str, str]) -> Answered:
        if "@" not in form.get("email", ""):
            return _error(400, "email_invalid")
        return self._made("cus", form)

    def _subscribe(self, form: dict[str, str]) -> Answered:
        if not any(each.id == form.get("customer") and not each.is_over for each in self.customers):
            return _error(400, "resource_missing")
        if not form.get("items[0][price]", "").startswith("price_"):
            return _error(400, "resource_missing")
        if form.get("collection_method") != "send_invoice" or not form.get("days_until_due"):
            return _error(400, "resource_missing")  # the customer has no card
        return self._made("sub", form)

    def _made(self, prefix: str, form: dict[str, str]) -> Answered:
        made = Made(f"{prefix}_{uuid.uuid4().hex[:24]}", form, int(self.now().timestamp()))
        self.made.append(made)
        self.asked[f"{prefix}:{_metadata(form).get('onboarded_by', '')}"] += 1
        return Answered(200, shown(made))


def shown(made: Made) -> dict[str, Any]:
    """As Stripe shows it."""
    common = {
        "id": made.id,
        "created": made.created,
        "livemode": False,
        "metadata": _metadata(made.form),
    }
    if made.is_customer:
        return {
            **common,
            "object": "customer",
            "email": made.form["email"],
            "deleted": made.is_over,
        }
    status = "canceled" if made.is_over else "active"
    return {**common, "object": "subscription", "customer": made.form["customer"], "status": status}


def _metadata(form: dict[str, str]) -> dict[str, str]:
    return {name[9:-1]: value for name, value in form.items() if name.startswith("metadata[")}


def _page(found: list[Made], asked: dict[str, str]) -> Answered:
    """The newest first, behind the one that `starting_after` names."""
    found, limit = found[::-1], int(asked.get("limit", _PAGE))
    ids = [each.id for each in found]
    begin = ids.index(asked["starting_after"]) + 1 if asked.get("starting_after") in ids else 0
    page, rest = found[begin : begin + limit], found[begin + limit :]
    return Answered(
        200, {"object": "list", "data": [shown(each) for each in page], "has_more": bool(rest)}
    )


def _error(status: int, code: str) -> Answered:
    return Answered(
        status, {"error": {"code": code, "message": "This is said by the local counterpart."}}
    )


_AT_ONCE: dict[str | None, Answered] = {
    "lost_before": Answered(503, {}, is_lost=True),
    "down": _error(500, "api_error"),
    "denied": _error(401, "invalid_api_key"),
}
